using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Edge.Limits;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Two listeners: REST with OpenID and console, and gRPC; and a third for both where clients show certificates. Over plain text the two need a port
/// each (HTTP/2 cannot be negotiated without TLS); with https each speaks both.
/// </summary>
internal static class HostListeners
{
    /// <exception cref="StartRefusedException">A listener is https, and there is no certificate to show.</exception>
    public static void Configure(IWebHostBuilder web, GatewaySettings settings, string keyFolder, TimeProvider time)
    {
        Uri[] addresses = [settings.Listeners.Rest, settings.Listeners.Grpc, .. settings.MutualTls?.Listener is { } mutual ? [mutual] : Array.Empty<Uri>()];
        var certificate = addresses.Any(address => address.Scheme == Uri.UriSchemeHttps) ? ServerCertificate.Load(keyFolder, time) : null;
        web.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.Limits.MessageBytesMax + 4096; // the edge says it in its own words first
            Bound(kestrel.Limits, settings.Connections);
            Listen(kestrel, settings.Listeners.Rest, HttpProtocols.Http1, certificate, asksForCertificates: false, NewResets);
            Listen(kestrel, settings.Listeners.Grpc, HttpProtocols.Http2, certificate, asksForCertificates: false, NewResets);
            if (settings.MutualTls?.Listener is { } forCertificates)
            {
                Listen(kestrel, forCertificates, HttpProtocols.None, certificate, asksForCertificates: true, NewResets);
            }
        });

        StreamResets NewResets() => new(settings.Connections.ResetsMax, time);
    }

    /// <summary>
    /// Each bound is said, those too that the server has by default: another version of it may have others. Which are an operator's stands in
    /// <see cref="ConnectionSettings"/>; the rest no caller of ours comes near.
    /// </summary>
    private static void Bound(KestrelServerLimits limits, ConnectionSettings connections)
    {
        limits.MaxConcurrentConnections = connections.ConnectionsMax;
        limits.MaxConcurrentUpgradedConnections = 0; // nothing here is upgraded
        limits.KeepAliveTimeout = connections.IdleTimeout;
        limits.RequestHeadersTimeout = connections.HeadersTimeout;
        limits.MaxRequestHeaderCount = connections.HeadersMax;
        limits.MaxRequestHeadersTotalSize = connections.HeaderKibibytesMax << 10;
        limits.MaxRequestLineSize = 8 << 10;
        limits.MaxRequestBufferSize = 1 << 20;
        limits.MaxResponseBufferSize = 64 << 10;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.Http2.MaxStreamsPerConnection = connections.StreamsMax;
        limits.Http2.MaxFrameSize = 16 << 10;
        limits.Http2.HeaderTableSize = 4 << 10;
        limits.Http2.MaxRequestHeaderFieldSize = Math.Min(connections.HeaderKibibytesMax, 32) << 10; // a terminator's Client-Cert has 16 KiB
        limits.Http2.InitialConnectionWindowSize = 1 << 20;
        limits.Http2.InitialStreamWindowSize = 768 << 10;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    private static void Listen(
        KestrelServerOptions kestrel, Uri address, HttpProtocols plainText, ServerCertificate? certificate, bool asksForCertificates, Func<StreamResets> resets)
    {
        if (IPAddress.TryParse(address.Host, out var ip))
        {
            kestrel.Listen(ip, address.Port, With);
        }
        else if (address.IsLoopback)
        {
            kestrel.ListenLocalhost(address.Port, With);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port, With);
        }

        void With(ListenOptions listen)
        {
            var secure = address.Scheme == Uri.UriSchemeHttps;
            listen.Use(next => connection =>
            {
                connection.Features.Set(resets());
                return next(connection);
            });
            listen.Protocols = secure ? HttpProtocols.Http1AndHttp2 : plainText;
            if (secure)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(Tls(certificate, asksForCertificates)) });
            }
        }
    }

    /// <summary>
    /// The handshake proves that the client has its certificate's key, and no more: whether the certificate is one of an enrolled client's is asked
    /// where the client is known, since a pinned one has no authority to be trusted.
    /// </summary>
    private static SslServerAuthenticationOptions Tls(ServerCertificate? certificate, bool asksForCertificates) => new()
    {
        ServerCertificateContext = certificate?.Current ?? throw new InvalidOperationException("an https listener without certificate"),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
        ClientCertificateRequired = asksForCertificates,
        // A client that keeps sessions by host name brings one of the other listener here, in which it was asked for no certificate: with it the
        // handshake would end without one. So every connection that is for certificates begins anew, and the key is proved on each.
        AllowTlsResume = !asksForCertificates,
        RemoteCertificateValidationCallback = (_, shown, _, _) => !asksForCertificates || shown is not null,
    };
}
