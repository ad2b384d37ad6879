using System.Net;
using LegalAid.Gateway.Simulation.Faults;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// What lies between the gateway's nodes and their PostgreSQL server: calm, or a storm, at whose beginning every connection is reset, whatever
/// it is about, and in which every new one meets a fault of the seed's choice, soon or after the storm.
/// </summary>
internal sealed class DatabaseLine : IAsyncDisposable
{
    private readonly TcpProxy _proxy;
    private volatile bool _stormy;

    public DatabaseLine(int databasePort, Dice dice, TimeProvider time) => _proxy = TcpProxy.Start(
        [new IPEndPoint(IPAddress.Loopback, databasePort)], connection => _stormy ? TcpFates.OfDatabase(dice, connection) : TcpFate.None, time);

    /// <summary>Where the nodes find the server.</summary>
    public int Port => _proxy.Address.Port;

    /// <summary>Connections to which something happened, beside the resets that begin a storm.</summary>
    public int Struck => _proxy.Struck;

    /// <summary>How often the server had committed and the node was not told.</summary>
    public int CommitsUntold => _proxy.StruckBy(TcpFault.Withhold);

    public Task BeginStormAsync()
    {
        _stormy = true;
        return _proxy.BreakAsync();
    }

    public void EndStorm() => _stormy = false;

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();
}
