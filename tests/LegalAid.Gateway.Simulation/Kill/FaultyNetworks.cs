using System.Net;
using LegalAid.Gateway.Simulation.Faults;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// The networks of one run: between agencies and the gateway's nodes, and between the gateway and an agency that listens. Some
/// connections meet a fault of the seed's choice.
/// </summary>
internal sealed class FaultyNetworks(Dice dice, TimeProvider time) : IAsyncDisposable
{
    private const double Share = 0.1;

    private readonly List<TcpProxy> _proxies = [];

    /// <summary>Connections to which something happened.</summary>
    public int Struck => _proxies.Sum(proxy => proxy.Struck);

    /// <summary>The address at which a network with faults leads to whichever of these answers, path and all.</summary>
    public Uri Before(IReadOnlyList<Uri> addresses, string name)
    {
        var proxy = TcpProxy.Start(
            [.. addresses.Select(address => new IPEndPoint(IPAddress.Loopback, address.Port))], connection => TcpFates.Of(dice, name, connection, Share), time);
        _proxies.Add(proxy);
        return new UriBuilder(addresses[0]) { Port = proxy.Address.Port }.Uri;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }
}
