using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using LegalAid.Gateway.Casework.Configuration;
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
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
            Listen(kestrel, settings.Listeners.Rest, HttpProtocols.Http1, certificate, asksForCertificates: false);
            Listen(kestrel, settings.Listeners.Grpc, HttpProtocols.Http2, certificate, asksForCertificates: false);
            if (settings.MutualTls?.Listener is { } forCertificates)
            {
                Listen(kestrel, forCertificates, HttpProtocols.None, certificate, asksForCertificates: true);
            }
        });
    }

    private static void Listen(
        KestrelServerOptions kestrel, Uri address, HttpProtocols plainText, ServerCertificate? certificate, bool asksForCertificates)
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
