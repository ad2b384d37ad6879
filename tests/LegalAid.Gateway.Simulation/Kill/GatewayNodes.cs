using LegalAid.Gateway.Simulation.Faults;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>The nodes of one gateway, each a process of its own.</summary>
/// <param name="disk">On which the work folders of the nodes lie; null: on one that has space.</param>
internal sealed class GatewayNodes(RunFolder folder, TimeProvider time, FullDisk? disk = null) : IAsyncDisposable
{
    private readonly List<GatewayProcess> _nodes =
        [.. folder.Nodes.Select(place => new GatewayProcess(place, time, disk?.EnvironmentFor(place.Work)))];

    public int Count => _nodes.Count;

    /// <summary>Lines of the log at level error or fatal, over all lives of all nodes.</summary>
    public IReadOnlyList<string> Errors => [.. _nodes.SelectMany(node => node.Errors)];

    public GatewayProcess this[int index] => _nodes[index];

    /// <summary>The first makes the tables and the keys; the others get its keys.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _nodes[0].Start();
        await _nodes[0].WaitReadyAsync(cancellationToken);
        foreach (var (node, place) in _nodes.Zip(folder.Nodes).Skip(1))
        {
            place.TakeKeysOf(folder.Nodes[0]);
            node.Start();
        }

        await WaitReadyAsync(cancellationToken);
    }

    public Task WaitReadyAsync(CancellationToken cancellationToken) => Task.WhenAll(_nodes.Select(node => node.WaitReadyAsync(cancellationToken)));

    /// <summary>Whether any of them says that it is.</summary>
    public async Task<bool> IsAnyReadyAsync(CancellationToken cancellationToken) =>
        (await Task.WhenAll(_nodes.Select(node => node.IsReadyAsync(cancellationToken)))).Contains(true);

    public Task KillAsync(CancellationToken cancellationToken) => Task.WhenAll(_nodes.Select(node => node.KillAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
