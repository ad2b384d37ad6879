using System.Net;
using System.Net.Sockets;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Makes what carries pushes to one agency. A simulation puts its own network in this place.</summary>
public interface IPushHandlers
{
    /// <summary>A handler for the channel alone: connections are never shared with another agency, whose allowed addresses differ.</summary>
    HttpMessageHandler Create(Channel.Push channel);
}

/// <summary>
/// Carries pushes over the network: no redirects, cookies or proxy, and no connection to an address outside of the channel's networks.
/// The address is checked where the socket connects, on the very address that is connected to, so that a name which resolves to
/// another address the second time gains nothing.
/// </summary>
public sealed class GuardedPushHandlers(DeliveryOptions options) : IPushHandlers
{
    private const int HeadersKilobytesMax = 32;

    public HttpMessageHandler Create(Channel.Push channel)
    {
        var allowed = AllowedNetworks.TryParse(channel.AllowedAddresses);
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
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, allowed, cancellationToken),
        };
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, AllowedNetworks? allowed, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(endPoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        IPAddress[] good = [.. addresses.Where(address => allowed?.Allows(address) == true)];
        if (good.Length == 0)
        {
            throw new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(good, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The recipient's name resolves to no allowed address.</summary>
internal sealed class AddressRefusedException() : Exception("no address of the recipient is in its allowed networks");
