using System.Net;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Makes what carries pushes to one agency. A simulation puts its own network in this place.</summary>
public interface IPushHandlers
{
    /// <summary>A handler for the channel alone: connections are never shared with another agency, whose allowed addresses differ.</summary>
    HttpMessageHandler Create(Channel.Push channel);
}

/// <summary>
/// Carries pushes over the network: no redirects, cookies or proxy, and no connection to an address outside of the channel's networks
/// (<see cref="GuardedConnection"/>).
/// </summary>
public sealed class GuardedPushHandlers(DeliveryOptions options) : IPushHandlers
{
    private const int HeadersKilobytesMax = 32;

    public HttpMessageHandler Create(Channel.Push channel)
    {
        var guarded = new GuardedConnection(channel.AllowedAddresses);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null, // the sender writes traceparent itself
            ConnectTimeout = options.AttemptTimeout,
            MaxConnectionsPerServer = options.AgencyConcurrency,
            MaxResponseHeadersLength = HeadersKilobytesMax,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a changed DNS entry is followed after this
            ConnectCallback = guarded.ConnectAsync,
        };
    }
}
