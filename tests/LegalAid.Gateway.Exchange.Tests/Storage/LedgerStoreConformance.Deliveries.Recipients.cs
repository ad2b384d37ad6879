using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

// Recipients: suspended by an operator or by their own answer, paused by their own answer.
public abstract partial class LedgerStoreConformance
{
    private Task<bool> SuspendAsync(AgencyId recipient, bool suspended, string cause = "operator", LeafRow? leaf = null, DateTimeOffset? at = null) =>
        Store.SuspendRecipientAsync(recipient, suspended, cause, at ?? Now, leaf ?? Rows.Leaf(null, "suspended"), Cancellation).AsTask();

    private async Task<DeliverySettlement> PauseAsync(DeliveryRow leased, DateTimeOffset until, string outcome = "503")
    {
        var settlement = Settlement(leased, DeliveryStatus.Pending, Now) with { Outcome = outcome, PauseRecipientUntil = until };
        Assert.True(await Store.SettleDeliveryAsync(settlement, Cancellation));
        return settlement;
    }

    private async Task<int> LeavesAsync(ExchangeId exchange) => (await Store.ListLeavesAsync(exchange, null, 100, Cancellation)).Length;

    [Fact]
    public async Task ListRecipients_NobodyEverStopped_Empty()
    {
        await CommitPairAsync(false);
        await LeaseAsync(StoreRows.Centre);
        Assert.Empty(await Store.ListRecipientsAsync(Cancellation));
    }

    [Fact]
    public async Task Suspend_Recipient_NothingIsLeasedToItAlone()
    {
        await CommitPairAsync(false);
        var opening = Rows.Opening();
        await CommitAsync(opening with { Deliveries = [Rows.Delivery(opening.Messages[0].Id, StoreRows.Police)] });
        Assert.True(await SuspendAsync(StoreRows.Centre, suspended: true, "410"));
        Assert.Equal(
            [new RecipientRow(StoreRows.Centre, Suspended: true, "410", PausedUntil: null, Now.ToUniversalTime())],
            await Store.ListRecipientsAsync(Cancellation));
        var both = new LeaseRequest([StoreRows.Centre, StoreRows.Police], Now.AddDays(30), Now.AddDays(31), Rows.NewId(), 10);
        Assert.Equal(StoreRows.Police, Assert.Single(await Store.LeaseDeliveriesAsync(both, Cancellation)).Recipient);
        Assert.Null(await Store.NextDeliveryAtAsync([StoreRows.Centre], Cancellation));
        Assert.Equal(Now.AddDays(31), await Store.NextDeliveryAtAsync([StoreRows.Centre, StoreRows.Police], Cancellation));
    }

    [Fact]
    public async Task Suspend_WithLeaseOut_NotHandedOutAgainYetItsOutcomeCounts()
    {
        await CommitPairAsync(false, false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        Assert.True(await SuspendAsync(StoreRows.Centre, suspended: true));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddHours(1)));
        Assert.True(await SettleAsync(leased, DeliveryStatus.Delivered));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddHours(1)));
    }

    [Fact]
    public async Task Suspend_Twice_SecondIsFalseAndWritesNothing()
    {
        var (row, _) = await CommitPairAsync(false);
        Assert.True(await SuspendAsync(StoreRows.Centre, suspended: true, "operator", Rows.Leaf(row.Id, "suspended")));
        Assert.False(await SuspendAsync(StoreRows.Centre, suspended: true, "410", Rows.Leaf(row.Id, "suspended"), Now.AddHours(1)));
        var known = Assert.Single(await Store.ListRecipientsAsync(Cancellation));
        Assert.Equal(("operator", Now), (known.Cause, known.ChangedAt));
        Assert.Equal(2, await LeavesAsync(row.Id)); // of the opening and of the first
    }

    [Fact]
    public async Task Resume_Suspended_GoesOnWithALeaf()
    {
        var (row, _) = await CommitPairAsync(false);
        await SuspendAsync(StoreRows.Centre, suspended: true);
        Assert.True(await SuspendAsync(StoreRows.Centre, suspended: false, "operator", Rows.Leaf(row.Id, "operator"), Now.AddHours(1)));
        Assert.Equal(Now, await Store.NextDeliveryAtAsync([StoreRows.Centre], Cancellation));
        Assert.Single(await LeaseAsync(StoreRows.Centre));
        var known = Assert.Single(await Store.ListRecipientsAsync(Cancellation));
        Assert.Equal((false, Now.AddHours(1)), (known.Suspended, known.ChangedAt));
        Assert.Equal(2, await LeavesAsync(row.Id));
    }

    [Fact]
    public async Task Resume_Suspended_IsAnnounced()
    {
        await SuspendAsync(StoreRows.Centre, suspended: true);
        var signalled = new TaskCompletionSource<StoreSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.Signal = signal => signalled.TrySetResult(signal);
        await SuspendAsync(StoreRows.Centre, suspended: false);
        var signal = await signalled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);
        Assert.Equal([StoreRows.Centre], signal.Recipients);
    }

    [Fact]
    public async Task Resume_NeverStopped_FalseAndNothingIsWritten()
    {
        var (row, _) = await CommitPairAsync(false);
        Assert.False(await SuspendAsync(StoreRows.Centre, suspended: false, "operator", Rows.Leaf(row.Id, "operator")));
        Assert.Empty(await Store.ListRecipientsAsync(Cancellation));
        Assert.Equal(1, await LeavesAsync(row.Id));
    }

    [Fact]
    public async Task Resume_PausedOnly_EndsThePause()
    {
        await CommitPairAsync(false);
        await PauseAsync(Assert.Single(await LeaseAsync(StoreRows.Centre)), Now.AddHours(2));
        Assert.True(await SuspendAsync(StoreRows.Centre, suspended: false));
        Assert.Null(Assert.Single(await Store.ListRecipientsAsync(Cancellation)).PausedUntil);
        Assert.Single(await LeaseAsync(StoreRows.Centre));
    }

    [Fact]
    public async Task Resume_PauseIsOver_FalseAndNothingIsWritten()
    {
        await CommitPairAsync(false);
        await PauseAsync(Assert.Single(await LeaseAsync(StoreRows.Centre)), Now.AddHours(2));
        Assert.False(await SuspendAsync(StoreRows.Centre, suspended: false, at: Now.AddHours(2)));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public async Task Lease_AroundTheEndOfAPause_FromTheInstantOn(int ticks, int count)
    {
        await CommitPairAsync(false);
        await CommitPairAsync(false);
        var leased = await LeaseAsync(StoreRows.Centre, countMax: 1);
        await PauseAsync(leased[0], Now.AddMinutes(30));
        Assert.Equal(Now.AddMinutes(30), await Store.NextDeliveryAtAsync([StoreRows.Centre], Cancellation));
        Assert.Equal(count, (await LeaseAsync(StoreRows.Centre, Now.AddMinutes(30).AddTicks(ticks), countMax: 1)).Length);
    }

    [Fact]
    public async Task NextDeliveryAt_DueAfterThePause_TheDueTime()
    {
        await CommitPairAsync(false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var settlement = Settlement(leased, DeliveryStatus.Pending, Now.AddHours(3)) with { PauseRecipientUntil = Now.AddHours(1) };
        Assert.True(await Store.SettleDeliveryAsync(settlement, Cancellation));
        Assert.Equal(Now.AddHours(3), await Store.NextDeliveryAtAsync([StoreRows.Centre], Cancellation));
    }

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(2, 1, 2)]
    public async Task Pause_Twice_TheLaterEndWins(int firstHours, int secondHours, int hours)
    {
        await CommitPairAsync(false);
        await CommitPairAsync(false);
        var both = await LeaseAsync(StoreRows.Centre);
        await PauseAsync(both[0], Now.AddHours(firstHours), "429");
        await PauseAsync(both[1], Now.AddHours(secondHours), "503");
        var known = Assert.Single(await Store.ListRecipientsAsync(Cancellation));
        Assert.Equal((false, Now.AddHours(hours), firstHours < secondHours ? "503" : "429"), (known.Suspended, known.PausedUntil!.Value, known.Cause));
    }

    [Fact]
    public async Task Pause_OfASuspended_StaysSuspendedForItsOwnCause()
    {
        await CommitPairAsync(false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        await SuspendAsync(StoreRows.Centre, suspended: true, "operator");
        await PauseAsync(leased, Now.AddHours(1));
        var known = Assert.Single(await Store.ListRecipientsAsync(Cancellation));
        Assert.Equal((true, "operator", Now.AddHours(1)), (known.Suspended, known.Cause, known.PausedUntil!.Value));
        Assert.True(await SuspendAsync(StoreRows.Centre, suspended: false));
        Assert.Single(await LeaseAsync(StoreRows.Centre)); // going on ended the pause too
    }

    [Fact]
    public async Task Settle_ThatSuspends_SuspendsOnceWithItsLeaf()
    {
        var (row, _) = await CommitPairAsync(false);
        var (other, _) = await CommitPairAsync(false);
        foreach (var leased in await LeaseAsync(StoreRows.Centre))
        {
            var gone = Settlement(leased, DeliveryStatus.Pending, Now) with { SuspendRecipient = ("410", Rows.Leaf(leased.Exchange, "suspended")) };
            Assert.True(await Store.SettleDeliveryAsync(gone, Cancellation));
            Assert.True(await Store.SettleDeliveryAsync(gone, Cancellation)); // again: nothing more
        }

        Assert.Equal((true, "410"), (await Store.ListRecipientsAsync(Cancellation)) is [var known] ? (known.Suspended, known.Cause) : default);
        Assert.Equal(3, await LeavesAsync(row.Id) + await LeavesAsync(other.Id)); // two openings, one suspension
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddHours(1)));
    }

    [Fact]
    public async Task Settle_LeaseLost_NeitherPausesNorSuspends()
    {
        await CommitPairAsync(false);
        var lost = Assert.Single(await LeaseAsync(StoreRows.Centre));
        await LeaseAsync(StoreRows.Centre, Now.AddMinutes(2));
        Assert.False(await Store.SettleDeliveryAsync(
            Settlement(lost, DeliveryStatus.Pending, Now) with
            {
                PauseRecipientUntil = Now.AddHours(1), SuspendRecipient = ("410", Rows.Leaf(null, "suspended")),
            },
            Cancellation));
        Assert.Empty(await Store.ListRecipientsAsync(Cancellation));
    }

    [Fact]
    public async Task ListRecipients_Several_ByAgencyAndKeptOverReopening()
    {
        await SuspendAsync(StoreRows.Police, suspended: true);
        await SuspendAsync(StoreRows.Centre, suspended: true);
        await ReopenStoreAsync();
        Assert.Equal([StoreRows.Centre, StoreRows.Police], (await Store.ListRecipientsAsync(Cancellation)).Select(known => known.Agency));
    }
}
