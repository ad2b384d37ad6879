using System.Net;
using System.Net.Sockets;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Connects to addresses in the given networks and to no others, so that nobody makes the gateway call where it must not (SSRF). The address is
/// checked where the socket connects, on the very address that is connected to: a name which resolves to another address the second time gains nothing.
/// </summary>
/// <param name="networks">In CIDR form; a list that cannot be read allows nothing.</param>
public sealed class GuardedConnection(IEnumerable<string> networks)
{
    private readonly AllowedNetworks? _allowed = AllowedNetworks.TryParse(networks);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endPoint = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(endPoint.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        IPAddress[] good = [.. addresses.Where(address => _allowed?.Allows(address) == true)];
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

/// <summary>The name resolves to no address in the allowed networks.</summary>
public sealed class AddressRefusedException() : Exception("no address of the recipient is in its allowed networks");
