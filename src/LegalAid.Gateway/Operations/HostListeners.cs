using LegalAid.Gateway.Casework.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Two listeners: REST with OpenID and console, and gRPC. Over plain text they need a port each (HTTP/2 cannot be negotiated without
/// TLS); with https both speak both.
/// </summary>
internal static class HostListeners
{
    public static void Configure(IWebHostBuilder web, GatewaySettings settings) => web.UseKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = settings.Limits.MessageBytesMax + 4096; // the edge says it in its own words first
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        Listen(kestrel, settings.Listeners.Rest, HttpProtocols.Http1);
        Listen(kestrel, settings.Listeners.Grpc, HttpProtocols.Http2);
    });

    private static void Listen(KestrelServerOptions kestrel, Uri address, HttpProtocols plainText)
    {
        var secure = address.Scheme == Uri.UriSchemeHttps;
        if (System.Net.IPAddress.TryParse(address.Host, out var ip))
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
            listen.Protocols = secure ? HttpProtocols.Http1AndHttp2 : plainText;
            if (secure)
            {
                listen.UseHttps();
            }
        }
    }
}
