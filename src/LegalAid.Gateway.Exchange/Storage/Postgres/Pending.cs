using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>A write that waits for a group. Its task completes only after the COMMIT that holds it has returned.</summary>
internal abstract class Pending
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Abandoned = 2;

    private int _state;

    /// <summary>A committer takes it up. False where the caller has gone.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) != Abandoned;

    /// <summary>The caller goes. Without effect once a committer has begun.</summary>
    public void Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting);

    public abstract void Complete();

    public abstract void Fail(Exception cause);
}

/// <inheritdoc/>
internal abstract class Pending<T> : Pending
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    /// <summary>Set before it is completed.</summary>
    public T Result { get; set; } = default!; // read by Complete alone, which comes after

    public override void Complete() => _completion.TrySetResult(Result);

    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}

/// <summary>A unit, a settlement on its own, or leaves of no exchange.</summary>
internal sealed class PendingUnit(CommitUnit unit, ImmutableArray<LeafRow> leaves = default) : Pending<CommitOutcome>
{
    public CommitUnit Unit { get; } = unit;

    public ImmutableArray<LeafRow> Leaves { get; } = leaves.IsDefault ? [] : leaves;

    /// <summary>A leaf that only this unit writes: where it is found, the unit was committed. Null where it writes none.</summary>
    public LeafRow? Witness =>
        Leaves.FirstOrDefault()
        ?? Unit.Exchanges.SelectMany(static write => write.Leaves).FirstOrDefault()
        ?? Unit.Settlements.Select(static settlement => settlement.Leaf).FirstOrDefault(static leaf => leaf is not null);
}

/// <summary>
/// A key that is to be remembered until it expires; true where it was not. It leaves no witness: whether a lost COMMIT held it cannot be asked, so it is
/// never tried again after one.
/// </summary>
internal sealed class PendingRemember(ImmutableArray<byte> key, DateTimeOffset now, DateTimeOffset expires) : Pending<bool>
{
    public KeyBytes Key { get; } = KeyBytes.Of(key);

    public DateTimeOffset Now => now;

    public DateTimeOffset Expires => expires;
}

/// <summary>A request for deliveries.</summary>
internal sealed class PendingLease(LeaseRequest request) : Pending<ImmutableArray<DeliveryRow>>
{
    public LeaseRequest Request { get; } = request;
}
