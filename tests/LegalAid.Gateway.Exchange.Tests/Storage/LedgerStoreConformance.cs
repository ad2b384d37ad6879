using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>
/// What every ledger store must do. A subclass supplies the store; the tests know nothing else of it. In parts: commits, deliveries, contents, erasure,
/// queries, registers, concurrency.
/// </summary>
public abstract partial class LedgerStoreConformance : IAsyncLifetime
{
    private protected StoreRows Rows { get; } = new();

    private protected ILedgerStore Store { get; private set; } = null!; // set before each test by InitializeAsync

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static DateTimeOffset Now => StoreRows.Start;

    /// <summary>Opens an empty store.</summary>
    protected abstract Task<ILedgerStore> CreateAsync();

    /// <summary>Opens the store that CreateAsync made, after it was disposed of.</summary>
    protected abstract Task<ILedgerStore> ReopenAsync();

    /// <summary>Removes it and checks that nothing unexpected was logged.</summary>
    protected abstract ValueTask RemoveAsync();

    public async ValueTask InitializeAsync() => Store = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task ReopenStoreAsync()
    {
        await Store.DisposeAsync();
        Store = await ReopenAsync();
    }

    private protected async Task CommitAsync(CommitUnit unit) =>
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(unit, Cancellation));

    private protected Task CommitAsync(params ExchangeWrite[] writes) => CommitAsync(StoreRows.Unit(writes));

    private protected async Task<ImmutableArray<DeliveryRow>> LeaseAsync(
        AgencyId recipient, DateTimeOffset? now = null, int countMax = 10, Guid? token = null)
    {
        var at = now ?? Now;
        return await Store.LeaseDeliveriesAsync(
            new LeaseRequest([recipient], at, at.AddMinutes(1), token ?? Rows.NewId(), countMax), Cancellation);
    }

    private protected ValueTask ReturnAsync(DeliveryRow leased, DateTimeOffset leasedAt) =>
        Store.ReturnDeliveriesAsync([new UnusedLease(leased.Id, leased.LeaseToken!.Value, leasedAt)], Cancellation); // leased: it has a token

    private protected async Task<bool> SettleAsync(
        DeliveryRow leased, DeliveryStatus to, DateTimeOffset? dueAt = null, LeafRow? leaf = null) =>
        await Store.SettleDeliveryAsync(Settlement(leased, to, dueAt, leaf), Cancellation);

    private protected static DeliverySettlement Settlement(
        DeliveryRow leased, DeliveryStatus to, DateTimeOffset? dueAt = null, LeafRow? leaf = null) =>
        new(leased.Id, leased.LeaseToken!.Value, to, Now.AddSeconds(5), dueAt, to.ToString(), leaf); // leased: it has a token

    /// <summary>Commits an exchange with as many messages to the centre as there are flags; each says whether it overtakes.</summary>
    private protected async Task<(ExchangeRow Row, ImmutableArray<NewDelivery> Deliveries)> CommitPairAsync(params bool[] overtakes)
    {
        var row = Rows.Exchange();
        var messages = overtakes.Select((_, index) => Rows.Message(row.Id, index + 1)).ToImmutableArray();
        var deliveries = overtakes
            .Select((flag, index) => Rows.Delivery(messages[index].Id, StoreRows.Centre, flag, Now.AddTicks(index)))
            .ToImmutableArray();
        await CommitAsync(Rows.Opening(row) with { Messages = messages, Deliveries = deliveries });
        return (row, deliveries);
    }

    private protected static void AssertSame(object? expected, object? actual) =>
        Assert.Equivalent(expected, actual, strict: true); // byte arrays by content, instants by instant
}
