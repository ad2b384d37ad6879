using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

// Oversight: counts, dead letters and their resolution, deliveries not made in time, what a delivery carries.
public abstract partial class LedgerStoreConformance
{
    /// <summary>Commits an exchange with one delivery and settles it at <paramref name="at"/>.</summary>
    private async Task<DeliveryRow> StopAsync(
        DateTimeOffset at, string outcome = "rejected", AgencyId? recipient = null, DeliveryStatus to = DeliveryStatus.Dead)
    {
        var opening = Rows.Opening();
        var to1 = recipient ?? StoreRows.Centre;
        var asked = Rows.Delivery(opening.Messages[0].Id, to1) with { CreatedAt = Now };
        await CommitAsync(opening with { Deliveries = [asked] });
        var leased = Assert.Single(await LeaseAsync(to1), row => row.Id == asked.Id);
        Assert.True(await Store.SettleDeliveryAsync(Settlement(leased, to) with { At = at, Outcome = outcome }, Cancellation));
        return await Store.FindDeliveryAsync(asked.Id, Cancellation) ?? throw new InvalidOperationException("it was committed");
    }

    private async Task<ImmutableArray<DeliveryId>> ResolveAsync(
        IEnumerable<DeliveryId> ids, DeliveryStatus to, LeafRow? leaf = null, DeliveryStatus from = DeliveryStatus.Dead) =>
        await Store.ResolveStoppedAsync([.. ids], from, to, Now.AddHours(1), leaf ?? Rows.Leaf(null, "operator"), Cancellation);

    private async Task<DeliveryId[]> StoppedAsync(StoppedQuery query) =>
        [.. (await Store.ListStoppedAsync(query, Cancellation)).Select(row => row.Id)];

    [Fact]
    public async Task CountDeliveries_OfEveryStatus_UnfinishedByRecipientStatusAndOutcome()
    {
        var dead = await StopAsync(Now);
        await StopAsync(Now, "exhausted-500");
        await StopAsync(Now, "not-granted", to: DeliveryStatus.Parked);
        await ResolveAsync([(await StopAsync(Now, "410")).Id], DeliveryStatus.WrittenOff);
        foreach (var (age, recipient) in new[] { (1, StoreRows.Centre), (3, StoreRows.Centre), (2, StoreRows.Police) })
        {
            var opening = Rows.Opening();
            await CommitAsync(opening with
            {
                Deliveries = [Rows.Delivery(opening.Messages[0].Id, recipient) with { CreatedAt = Now.AddHours(-age) }],
            });
        }

        Assert.True(await SettleAsync(Assert.Single(await LeaseAsync(StoreRows.Police)), DeliveryStatus.Delivered));
        await LeaseAsync(StoreRows.Centre, countMax: 1);
        var counts = (await Store.CountDeliveriesAsync(Cancellation)).ToDictionary(count => (count.Recipient, count.Status, count.Outcome));
        Assert.Equal(5, counts.Count);
        Assert.Equal((1, dead.CreatedAt), Of(DeliveryStatus.Dead, "rejected"));
        Assert.Equal(1, Of(DeliveryStatus.Dead, "exhausted-500").Count);
        Assert.Equal(1, Of(DeliveryStatus.Parked, "not-granted").Count);
        var (pending, leased) = (Of(DeliveryStatus.Pending, ""), Of(DeliveryStatus.Leased, ""));
        Assert.Equal((1, 1), (pending.Count, leased.Count));
        Assert.Equal(Now.AddHours(-3), pending.Oldest < leased.Oldest ? pending.Oldest : leased.Oldest);

        (long Count, DateTimeOffset Oldest) Of(DeliveryStatus status, string outcome)
        {
            var count = counts[(StoreRows.Centre, status, outcome)];
            return (count.Count, count.Oldest);
        }
    }

    [Fact]
    public async Task CountDeliveries_BehindADeadLetter_CountsThoseThatWaitForIt()
    {
        await CommitPairAsync(false, false, false);
        Assert.True(await SettleAsync(Assert.Single(await LeaseAsync(StoreRows.Centre)), DeliveryStatus.Dead));
        Assert.Equal(
            [(DeliveryStatus.Pending, 2L), (DeliveryStatus.Dead, 1L)],
            (await Store.CountDeliveriesAsync(Cancellation)).OrderBy(count => count.Status).Select(count => (count.Status, count.Count)));
    }

    [Fact]
    public async Task ListStopped_Dead_OldestSettlementFirstThenById()
    {
        var third = await StopAsync(Now.AddMinutes(2));
        var first = await StopAsync(Now.AddMinutes(1));
        var second = await StopAsync(Now.AddMinutes(1));
        var parked = await StopAsync(Now, to: DeliveryStatus.Parked);
        Assert.Equal([first.Id, second.Id, third.Id], await StoppedAsync(new StoppedQuery(DeliveryStatus.Dead, 10)));
        Assert.Equal([parked.Id], await StoppedAsync(new StoppedQuery(DeliveryStatus.Parked, 10)));
        AssertSame(first, (await Store.ListStoppedAsync(new StoppedQuery(DeliveryStatus.Dead, 1), Cancellation))[0]);
    }

    [Fact]
    public async Task ListStopped_Paged_EachOnce()
    {
        var all = new List<DeliveryId>();
        for (var index = 0; index < 5; index++)
        {
            all.Add((await StopAsync(Now.AddMinutes(index / 2))).Id); // two settled at the same instant
        }

        var seen = new List<DeliveryId>();
        var query = new StoppedQuery(DeliveryStatus.Dead, 2);
        while (await Store.ListStoppedAsync(query, Cancellation) is { Length: > 0 } page)
        {
            Assert.True(page.Length <= 2);
            seen.AddRange(page.Select(row => row.Id));
            query = query with { After = (page[^1].SettledAt!.Value, page[^1].Id) }; // a stopped one is settled
        }

        Assert.Equal(all, seen);
    }

    [Fact]
    public async Task ListStopped_Selected_OnlyThose()
    {
        var rejected = await StopAsync(Now.AddMinutes(1));
        var exhausted = await StopAsync(Now.AddMinutes(2), "exhausted-500");
        var police = await StopAsync(Now.AddMinutes(3), recipient: StoreRows.Police);
        var dead = new StoppedQuery(DeliveryStatus.Dead, 10);
        Assert.Equal([police.Id], await StoppedAsync(dead with { Recipient = StoreRows.Police }));
        Assert.Equal([exhausted.Id], await StoppedAsync(dead with { Outcome = "exhausted-500" }));
        Assert.Equal([rejected.Id], await StoppedAsync(dead with { Exchange = rejected.Exchange }));
        Assert.Equal([rejected.Id, police.Id], await StoppedAsync(dead with { Outcome = "rejected" }));
        Assert.Empty(await StoppedAsync(dead with { Outcome = "rejected", Exchange = exhausted.Exchange }));
        Assert.Equal([police.Id], await StoppedAsync(dead with { Outcome = "rejected", After = (Now.AddMinutes(1), rejected.Id) }));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task ListStopped_From_IsInclusive(int ticks, int count)
    {
        await StopAsync(Now);
        Assert.Equal(count, (await StoppedAsync(new StoppedQuery(DeliveryStatus.Dead, 10, From: Now.AddTicks(ticks)))).Length);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public async Task ListStopped_Until_IsExclusive(int ticks, int count)
    {
        await StopAsync(Now);
        Assert.Equal(count, (await StoppedAsync(new StoppedQuery(DeliveryStatus.Dead, 10, Until: Now.AddTicks(ticks)))).Length);
    }

    [Theory]
    [InlineData(DeliveryStatus.Dead)]
    [InlineData(DeliveryStatus.Parked)]
    public async Task Resolve_ToPending_DueAtOnceWithAttemptsAnew(DeliveryStatus from)
    {
        var stopped = await StopAsync(Now, "rejected", to: from);
        Assert.Equal([stopped.Id], await ResolveAsync([stopped.Id], DeliveryStatus.Pending, Rows.Leaf(stopped.Exchange, "operator"), from));
        var row = await Store.FindDeliveryAsync(stopped.Id, Cancellation);
        Assert.Equal((DeliveryStatus.Pending, 0, Now.AddHours(1)), (row!.Status, row.Attempts, row.DueAt)); // it was committed
        Assert.Equal((stopped.RelayedAt, "rejected"), (row.RelayedAt, row.LastOutcome));
        Assert.Equal(2, await LeavesAsync(stopped.Exchange));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddHours(1).AddTicks(-1)));
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddHours(1)));
        Assert.Equal((stopped.Id, 1, stopped.RelayedAt), (leased.Id, leased.Attempts, leased.RelayedAt));
    }

    [Fact]
    public async Task Resolve_ToPending_ThoseBehindStillWaitForIt()
    {
        await CommitPairAsync(false, false);
        var head = Assert.Single(await LeaseAsync(StoreRows.Centre));
        Assert.True(await SettleAsync(head, DeliveryStatus.Dead));
        Assert.Single(await ResolveAsync([head.Id], DeliveryStatus.Pending));
        Assert.Equal(1, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddHours(2))).Sequence);
    }

    [Fact]
    public async Task Resolve_ToWrittenOff_ThoseBehindGoOn()
    {
        var (row, _) = await CommitPairAsync(false, false, false);
        var head = Assert.Single(await LeaseAsync(StoreRows.Centre));
        Assert.True(await SettleAsync(head, DeliveryStatus.Dead));
        Assert.Equal([head.Id], await ResolveAsync([head.Id], DeliveryStatus.WrittenOff, Rows.Leaf(row.Id, "operator")));
        var written = await Store.FindDeliveryAsync(head.Id, Cancellation);
        Assert.Equal((DeliveryStatus.WrittenOff, Now.AddHours(1), null), (written!.Status, written.SettledAt!.Value, written.DeliveredAt));
        var second = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)));
        Assert.Equal(2, second.Sequence);
        Assert.True(await SettleAsync(second, DeliveryStatus.Delivered));
        Assert.Equal(3, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1))).Sequence);
        Assert.Empty(await ResolveAsync([head.Id], DeliveryStatus.Pending));
    }

    [Theory]
    [InlineData(DeliveryStatus.Pending)]
    [InlineData(DeliveryStatus.WrittenOff)]
    public async Task Resolve_Stopped_RecipientIsAnnounced(DeliveryStatus to)
    {
        var stopped = await StopAsync(Now);
        var signalled = new TaskCompletionSource<StoreSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.Signal = signal => signalled.TrySetResult(signal);
        Assert.Single(await ResolveAsync([stopped.Id], to));
        var signal = await signalled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);
        Assert.Equal([StoreRows.Centre], signal.Recipients);
    }

    [Fact]
    public async Task Resolve_OvertakerWrittenOff_OrderStaysWithTheHead()
    {
        await CommitPairAsync(false, true, false);
        var both = await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1));
        Assert.True(await SettleAsync(both[1], DeliveryStatus.Dead));
        Assert.Single(await ResolveAsync([both[1].Id], DeliveryStatus.WrittenOff));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)));
        Assert.True(await SettleAsync(both[0], DeliveryStatus.Delivered));
        Assert.Equal(3, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1))).Sequence);
    }

    [Fact]
    public async Task Resolve_AddedBehindAWrittenOff_CanBeLeased()
    {
        var stopped = await StopAsync(Now);
        await ResolveAsync([stopped.Id], DeliveryStatus.WrittenOff);
        var before = await Store.FindExchangeAsync(stopped.Exchange, Cancellation);
        var message = Rows.Message(stopped.Exchange, 2);
        await CommitAsync(StoreRows.Step(before!) with { Messages = [message], Deliveries = [Rows.Delivery(message.Id, StoreRows.Centre)] });
        Assert.Equal(2, Assert.Single(await LeaseAsync(StoreRows.Centre)).Sequence);
    }

    [Fact]
    public async Task Resolve_SomeElsewhere_ThoseArePassedOverAndOneLeafIsWritten()
    {
        var dead = await StopAsync(Now);
        var parked = await StopAsync(Now, to: DeliveryStatus.Parked);
        var leaf = Rows.Leaf(dead.Exchange, "operator");
        var unknown = new DeliveryId(Rows.NewId());
        Assert.Equal([dead.Id], await ResolveAsync([parked.Id, dead.Id, unknown, dead.Id], DeliveryStatus.Pending, leaf));
        Assert.Equal(DeliveryStatus.Parked, (await Store.FindDeliveryAsync(parked.Id, Cancellation))!.Status);
        Assert.Equal(2, await LeavesAsync(dead.Exchange));
        Assert.Empty(await ResolveAsync([dead.Id], DeliveryStatus.Pending, Rows.Leaf(dead.Exchange, "operator")));
        Assert.Equal(2, await LeavesAsync(dead.Exchange));
    }

    [Fact]
    public async Task Resolve_AgainstTheRules_Throws()
    {
        var dead = await StopAsync(Now);
        await Assert.ThrowsAsync<ArgumentException>(() => ResolveAsync([dead.Id], DeliveryStatus.Delivered));
        await Assert.ThrowsAsync<ArgumentException>(() => ResolveAsync([dead.Id], DeliveryStatus.Pending, from: DeliveryStatus.Leased));
        await Assert.ThrowsAsync<ArgumentException>(
            () => ResolveAsync(Enumerable.Range(0, 1001).Select(_ => new DeliveryId(Rows.NewId())), DeliveryStatus.Pending));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public async Task ListOverdue_AroundTheInstant_FromItOn(int ticks, int count)
    {
        var opening = Rows.Opening();
        await CommitAsync(opening with
        {
            Deliveries =
            [
                Rows.Delivery(opening.Messages[0].Id, StoreRows.Centre) with { OverdueAt = Now.AddHours(24) },
                Rows.Delivery(opening.Messages[0].Id, StoreRows.Police), // has no limit
            ],
        });
        Assert.Equal(count, (await Store.ListOverdueAsync(Now.AddHours(24).AddTicks(ticks), 10, Cancellation)).Length);
    }

    [Fact]
    public async Task ListOverdue_ManyOfEveryStatus_UnfinishedEarliestFirstUpToTheCount()
    {
        var ids = new List<DeliveryId>();
        var statuses = new[] { DeliveryStatus.Delivered, DeliveryStatus.Dead, DeliveryStatus.Parked, DeliveryStatus.Pending, DeliveryStatus.Leased };
        for (var index = 0; index < statuses.Length; index++)
        {
            var opening = Rows.Opening();
            var asked = Rows.Delivery(opening.Messages[0].Id, StoreRows.Centre) with { OverdueAt = Now.AddHours(5 - index) };
            await CommitAsync(opening with { Deliveries = [asked] });
            ids.Insert(0, asked.Id);
            var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
            if (statuses[index] != DeliveryStatus.Leased)
            {
                Assert.True(await SettleAsync(leased, statuses[index], Now.AddDays(2)));
            }
        }

        var overdue = await Store.ListOverdueAsync(Now.AddDays(1), 10, Cancellation);
        Assert.Equal(ids.Take(4), overdue.Select(row => row.Id)); // all but the one delivered
        Assert.Equal(ids.Take(2), (await Store.ListOverdueAsync(Now.AddDays(1), 2, Cancellation)).Select(row => row.Id));
        Assert.Null((await Store.FindDeliveryAsync(ids[4], Cancellation))!.OverdueAt); // delivered
        await ResolveAsync([ids[3]], DeliveryStatus.WrittenOff);
        Assert.Equal(3, (await Store.ListOverdueAsync(Now.AddDays(1), 10, Cancellation)).Length);
    }

    [Fact]
    public async Task RecordOverdue_Unfinished_OnceAndTheDeliveryGoesOn()
    {
        var opening = Rows.Opening();
        var asked = Rows.Delivery(opening.Messages[0].Id, StoreRows.Centre) with { OverdueAt = Now };
        await CommitAsync(opening with { Deliveries = [asked] });
        Assert.True(await Store.RecordOverdueAsync(asked.Id, Rows.Leaf(opening.Row.Id, "not-delivered"), Cancellation));
        Assert.False(await Store.RecordOverdueAsync(asked.Id, Rows.Leaf(opening.Row.Id, "not-delivered"), Cancellation));
        Assert.Empty(await Store.ListOverdueAsync(Now.AddDays(9), 10, Cancellation));
        Assert.Equal(2, await LeavesAsync(opening.Row.Id));
        Assert.True(await SettleAsync(Assert.Single(await LeaseAsync(StoreRows.Centre)), DeliveryStatus.Delivered));
    }

    [Fact]
    public async Task RecordOverdue_DeliveredUnknownOrWithoutLimit_FalseAndNoLeaf()
    {
        var opening = Rows.Opening();
        var asked = Rows.Delivery(opening.Messages[0].Id, StoreRows.Centre) with { OverdueAt = Now };
        await CommitAsync(opening with { Deliveries = [asked, Rows.Delivery(opening.Messages[0].Id, StoreRows.Police)] });
        Assert.True(await SettleAsync(Assert.Single(await LeaseAsync(StoreRows.Centre)), DeliveryStatus.Delivered));
        var police = Assert.Single(await LeaseAsync(StoreRows.Police));
        foreach (var id in new[] { asked.Id, police.Id, new DeliveryId(Rows.NewId()) })
        {
            Assert.False(await Store.RecordOverdueAsync(id, Rows.Leaf(opening.Row.Id, "not-delivered"), Cancellation));
        }

        Assert.Equal(1, await LeavesAsync(opening.Row.Id));
    }

    [Fact]
    public async Task ReadOutgoing_SeveralExchanges_EachWithWhatItCarriesInOrder()
    {
        var first = Rows.Opening();
        first = first with { Attachments = [Rows.Attachment(first.Row.Id, 10), Rows.Attachment(first.Row.Id, 20)] };
        var (pair, _) = await CommitPairAsync(false, true);
        await CommitAsync(first);
        var leased = await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1));
        var asked = leased.Reverse().ToImmutableArray();
        var outgoing = await Store.ReadOutgoingAsync(asked, Cancellation);
        Assert.Equal(asked.Select(row => row.Id), outgoing.Select(item => item.Delivery.Id));
        Assert.All(outgoing, item => Assert.Equal((item.Delivery.Exchange, item.Delivery.Message), (item.Exchange.Id, item.Message.Id)));
        var carrying = Assert.Single(outgoing, item => item.Exchange.Id == first.Row.Id);
        AssertSame(first.Messages[0], carrying.Message);
        AssertSame(first.Attachments.Select(attachment => attachment.Row).ToArray(), carrying.Attachments.ToArray());
        AssertSame(await Store.FindExchangeAsync(first.Row.Id, Cancellation), carrying.Exchange);
        Assert.All(outgoing.Where(item => item.Exchange.Id == pair.Id), item => Assert.Empty(item.Attachments));
    }

    [Fact]
    public async Task ReadOutgoing_MessageOrExchangeGone_LeftOut()
    {
        await CommitPairAsync(false);
        var row = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var outgoing = await Store.ReadOutgoingAsync(
            [row with { Exchange = Rows.NewExchangeId() }, row, row with { Message = new MessageId(Rows.NewId()) }], Cancellation);
        AssertSame(row, Assert.Single(outgoing).Delivery);
        Assert.Empty(await Store.ReadOutgoingAsync([], Cancellation));
    }
}
