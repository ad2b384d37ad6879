using System.Net;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// What carries the gateway's own calls to other bodies: no redirects, cookies or proxy, nothing unpacked, no trace of ours, and no connection to an address
/// outside of the body's networks (<see cref="GuardedConnection"/>). One place for pushes, published services, providers and connectors.
/// </summary>
public static class GuardedHandlers
{
    private const int HeadersKilobytesMax = 32;

    /// <param name="networks">In CIDR form.</param>
    /// <param name="connectionsMax">To one host.</param>
    public static SocketsHttpHandler Create(IEnumerable<string> networks, TimeSpan connectTimeout, int connectionsMax) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = connectTimeout,
        MaxConnectionsPerServer = connectionsMax,
        MaxResponseHeadersLength = HeadersKilobytesMax,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a changed DNS entry is followed after this
        ConnectCallback = new GuardedConnection(networks).ConnectAsync,
    };
}
