using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>
/// Two nodes that lead the log by turns, and do not know when they no longer do: each extends and signs from where it last was. A node
/// whose write failed is gone, and another takes over. What is signed is given out, and must be consistent for ever.
/// </summary>
internal sealed class EngineLog(EngineWorld engine)
{
    private const int Nodes = 2;
    private const int LeavesMax = 16;
    private const string Origin = "simulation.test/log";

    private static readonly LogKeys Keys = new([new byte[32]]);

    private readonly LogTail?[] _tails = new LogTail?[Nodes];

    public async Task ActAsync(string what)
    {
        if (engine.Dice.Roll($"{what} log") < 0.4)
        {
            await TurnAsync(engine.Dice.Roll($"{what} node", Nodes));
        }
    }

    /// <summary>The store was closed: whoever led it leads no more.</summary>
    public void Forget() => Array.Clear(_tails);

    /// <summary>Brings every leaf into the log, and signs it; also where the last write that failed was that of a checkpoint, and no leaf waits.</summary>
    public async Task FinishAsync()
    {
        do
        {
            await TurnAsync(0);
        }
        while (await IsBehindAsync());
    }

    private async Task<bool> IsBehindAsync()
    {
        var store = engine.World.Store;
        return (await store.ListUnindexedAsync(1, CancellationToken.None)).Length > 0
            || await store.FindLogHeadAsync(CancellationToken.None) is { Size: > 0 } head
                && (await store.LatestCheckpointAsync(CancellationToken.None) is not { } last || last.Size < head.Size);
    }

    private async Task TurnAsync(int node)
    {
        try
        {
            var tail = _tails[node] ??= await TakeOverAsync();
            if (tail is null || await tail.ExtendAsync(LeavesMax, CancellationToken.None) is null)
            {
                _tails[node] = null; // another moved the head meanwhile
                return;
            }

            Give(await tail.SignAsync(CancellationToken.None));
        }
        catch (IOException)
        {
            _tails[node] = null; // planted
        }
    }

    private async Task<LogTail?> TakeOverAsync()
    {
        var (tail, trouble) = await LogTail.TakeOverAsync(engine.World.Store, Keys, Origin, engine.World.Time, CancellationToken.None);
        if (trouble is not null)
        {
            engine.Journal.Fault($"the log cannot be taken over: {trouble}");
        }

        return tail;
    }

    private void Give(CheckpointRow checkpoint) =>
        engine.Journal.Witness(new CheckpointSeen(checkpoint.Origin, checkpoint.Size, Convert.ToHexStringLower(checkpoint.Root.AsSpan())));
}
