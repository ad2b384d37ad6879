using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Simulation;

/// <summary>
/// A store whose writer's process dies now and then, as its caller sees it: a write is lost before it is made, or made and its answer
/// lost. Which, is the seed's.
/// </summary>
/// <param name="share">The share of writes that are lost; as many more are made and not answered.</param>
/// <param name="alsoCommands">Whether commands and the log are hit too, beside the outcomes of deliveries.</param>
/// <param name="lies">The share of writes that are claimed and not made: what a simulation must find.</param>
internal sealed class FaultyStore(Dice dice, double share, bool alsoCommands, double lies = 0)
{
    private int _writes;
    private int _commands;

    /// <summary>Whether nothing fails any more.</summary>
    public bool Healed { get; set; }

    /// <summary>Writes that failed so far, either way.</summary>
    public int Failed { get; private set; }

    public ILedgerStore Around(ILedgerStore store) => InterceptedStore.Around(store, (member, arguments) => (member, arguments.FirstOrDefault()) switch
    {
        (nameof(ILedgerStore.SettleDeliveryAsync), DeliverySettlement settlement) => WriteAsync(() => store.SettleDeliveryAsync(settlement, CancellationToken.None)),
        (nameof(ILedgerStore.CommitAsync), CommitUnit unit) when alsoCommands || !unit.Settlements.IsEmpty =>
            unit.Idempotency is not null && dice.Roll($"lie {Interlocked.Increment(ref _commands)}") < lies
                ? ValueTask.FromResult<CommitOutcome>(CommitOutcome.Committed.Instance)
                : WriteAsync(() => store.CommitAsync(unit, CancellationToken.None)),
        (nameof(ILedgerStore.ExtendLogAsync), LogExtension extension) when alsoCommands => WriteAsync(() => store.ExtendLogAsync(extension, CancellationToken.None)),
        (nameof(ILedgerStore.AddCheckpointAsync), CheckpointRow checkpoint) when alsoCommands =>
            WriteAsync(() => store.AddCheckpointAsync(checkpoint, CancellationToken.None)),
        _ => null,
    });

    private async ValueTask<T> WriteAsync<T>(Func<ValueTask<T>> write)
    {
        var roll = Healed ? 1 : dice.Roll($"write {Interlocked.Increment(ref _writes)}");
        if (roll < share)
        {
            Failed++;
            throw new IOException("simulated: the write is lost");
        }

        var written = await write();
        if (roll < 2 * share)
        {
            Failed++;
            throw new IOException("simulated: it is written and the answer lost");
        }

        return written;
    }
}
