using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public abstract partial class LedgerStoreConformance
{
    [Fact]
    public async Task Delivery_AddedOverSeveralCommits_SequencesHaveNoGaps()
    {
        var (row, _) = await CommitPairAsync(false, false);
        var refused = Rows.Message(row.Id, 3);
        Assert.IsType<CommitOutcome.VersionConflict>(await Store.CommitAsync(
            StoreRows.Unit(StoreRows.Step(row) with
            {
                ExpectedVersion = 9, Row = row with { Version = 10 }, Messages = [refused],
                Deliveries = [Rows.Delivery(refused.Id, StoreRows.Centre)],
            }),
            Cancellation));
        var message = Rows.Message(row.Id, 3);
        await CommitAsync(StoreRows.Step(row) with
        {
            Messages = [message],
            Deliveries = [Rows.Delivery(message.Id, StoreRows.Centre), Rows.Delivery(message.Id, StoreRows.Police)],
        });
        var deliveries = await Store.ListDeliveriesAsync(row.Id, Cancellation);
        Assert.Equal(
            [1L, 2L, 3L], deliveries.Where(delivery => delivery.Recipient == StoreRows.Centre).Select(delivery => delivery.Sequence));
        Assert.Equal(1L, Assert.Single(deliveries, delivery => delivery.Recipient == StoreRows.Police).Sequence);
    }

    [Fact]
    public async Task Lease_Due_GivesTokenAttemptAndEnd()
    {
        var (row, deliveries) = await CommitPairAsync(false);
        var token = Rows.NewId();
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre, token: token));
        Assert.Equal(deliveries[0].Id, leased.Id);
        Assert.Equal(
            (DeliveryStatus.Leased, 1, token, Now.AddMinutes(1), row.Id),
            (leased.Status, leased.Attempts, leased.LeaseToken!.Value, leased.LeaseUntil!.Value, leased.Exchange));
        AssertSame(leased, await Store.FindDeliveryAsync(leased.Id, Cancellation));
        Assert.Empty(await LeaseAsync(StoreRows.Centre));
        Assert.Empty(await LeaseAsync(StoreRows.Police));
    }

    [Fact]
    public async Task Lease_FirstAndAgain_RelayedAtIsTheFirst()
    {
        var (_, deliveries) = await CommitPairAsync(false);
        Assert.Null((await Store.FindDeliveryAsync(deliveries[0].Id, Cancellation))!.RelayedAt); // it was committed above
        var first = Assert.Single(await LeaseAsync(StoreRows.Centre));
        Assert.Equal(Now, first.RelayedAt);
        var again = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddHours(1)));
        Assert.Equal(Now, again.RelayedAt);
        AssertSame(again, await Store.FindDeliveryAsync(again.Id, Cancellation));
    }

    [Fact]
    public async Task Return_Unused_IsAsBeforeItsLease()
    {
        var (row, deliveries) = await CommitPairAsync(false, false);
        var before = await Store.FindDeliveryAsync(deliveries[0].Id, Cancellation);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        await ReturnAsync(leased, Now);
        AssertSame(before!, await Store.FindDeliveryAsync(leased.Id, Cancellation)); // it was committed above

        // A second lease under which nothing was sent takes nothing from the first, under which something was.
        Assert.True(await SettleAsync(Assert.Single(await LeaseAsync(StoreRows.Centre)), DeliveryStatus.Pending, Now));
        var settled = await Store.FindDeliveryAsync(leased.Id, Cancellation);
        var again = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddHours(1)));
        Assert.Equal((2, Now), (again.Attempts, again.RelayedAt));
        await ReturnAsync(again, Now.AddHours(1));
        AssertSame(settled!, await Store.FindDeliveryAsync(leased.Id, Cancellation)); // as above
        Assert.Equal(settled!.DueAt, await Store.NextDeliveryAtAsync([StoreRows.Centre], Cancellation));
        Assert.Equal(row.Id, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddHours(2))).Exchange);
    }

    [Fact]
    public async Task Return_LeaseNoLongerHeld_ChangesNothing()
    {
        await CommitPairAsync(false);
        var lost = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var held = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddMinutes(2)));
        await ReturnAsync(lost, Now);
        AssertSame(held, await Store.FindDeliveryAsync(held.Id, Cancellation));

        Assert.True(await SettleAsync(held, DeliveryStatus.Delivered));
        var delivered = await Store.FindDeliveryAsync(held.Id, Cancellation);
        await ReturnAsync(held, Now.AddMinutes(2));
        AssertSame(delivered!, await Store.FindDeliveryAsync(held.Id, Cancellation)); // it was committed above
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delivery_Added_CarriesClockedCreatedAndOverdue(bool clocked)
    {
        var opening = Rows.Opening();
        var asked = Rows.Delivery(opening.Messages[0].Id, StoreRows.Centre) with
        {
            Clocked = clocked, CreatedAt = Now.AddSeconds(-3), OverdueAt = Now.AddHours(24),
        };
        await CommitAsync(opening with { Deliveries = [asked] });
        var row = Assert.Single(await Store.ListDeliveriesAsync(opening.Row.Id, Cancellation));
        Assert.Equal(
            (clocked, Now.AddSeconds(-3), Now.AddHours(24), ""), (row.Clocked, row.CreatedAt, row.OverdueAt!.Value, row.LastOutcome));
        Assert.Null(row.RelayedAt ?? row.SettledAt);
        Assert.Null(row.DetailCipher);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public async Task Lease_AroundDueTime_FromTheInstantOn(int ticks, int count)
    {
        await CommitPairAsync(false);
        Assert.Equal(count, (await LeaseAsync(StoreRows.Centre, Now.AddTicks(ticks))).Length);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public async Task Lease_AroundEndOfLease_ReturnsFromTheInstantOn(int ticks, int count)
    {
        await CommitPairAsync(false);
        var first = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var again = await LeaseAsync(StoreRows.Centre, first.LeaseUntil!.Value.AddTicks(ticks));
        Assert.Equal(count, again.Length);
        Assert.All(again, delivery => Assert.Equal(2, delivery.Attempts));
    }

    [Fact]
    public async Task Lease_ManyDue_InOrderOfDueTimeUpToTheCount()
    {
        var expected = new List<DeliveryId>();
        var openings = Enumerable.Range(0, 6).Select(index =>
        {
            var opening = Rows.Opening();
            var recipient = index % 2 == 0 ? StoreRows.Centre : StoreRows.Police;
            var delivery = Rows.Delivery(opening.Messages[0].Id, recipient, dueAt: Now.AddSeconds(-index));
            expected.Insert(0, delivery.Id);
            return opening with { Deliveries = [delivery] };
        }).ToArray();
        await CommitAsync(openings);
        var request = new LeaseRequest([StoreRows.Centre, StoreRows.Police], Now, Now.AddMinutes(1), Rows.NewId(), 4);
        Assert.Equal(expected.Take(4), (await Store.LeaseDeliveriesAsync(request, Cancellation)).Select(delivery => delivery.Id));
        Assert.Equal(expected.Skip(4), (await Store.LeaseDeliveriesAsync(request, Cancellation)).Select(delivery => delivery.Id));
    }

    [Fact]
    public async Task Lease_PairInOrder_NextOnlyAfterDelivery()
    {
        await CommitPairAsync(false, false, false);
        for (var sequence = 1L; sequence <= 3; sequence++)
        {
            var head = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)));
            Assert.Equal(sequence, head.Sequence);
            Assert.True(await SettleAsync(head, DeliveryStatus.Delivered));
        }

        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)));
    }

    [Fact]
    public async Task Lease_EarlierNotDueYet_LaterWaitsBehindIt()
    {
        var row = Rows.Exchange();
        var messages = new[] { Rows.Message(row.Id, 1), Rows.Message(row.Id, 2) };
        await CommitAsync(Rows.Opening(row) with
        {
            Messages = [.. messages],
            Deliveries =
            [
                Rows.Delivery(messages[0].Id, StoreRows.Centre, dueAt: Now.AddHours(1)), Rows.Delivery(messages[1].Id, StoreRows.Centre),
            ],
        });
        Assert.Empty(await LeaseAsync(StoreRows.Centre));
        Assert.Equal(Now.AddHours(1), await Store.NextDeliveryAtAsync([StoreRows.Centre], Cancellation));
    }

    [Fact]
    public async Task Lease_Overtaking_GoesFirstAndOrderResumes()
    {
        await CommitPairAsync(false, false, true, false);
        var both = await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1));
        Assert.Equal([1L, 3L], both.Select(delivery => delivery.Sequence));
        Assert.True(await SettleAsync(both[1], DeliveryStatus.Delivered));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)));
        Assert.True(await SettleAsync(both[0], DeliveryStatus.Delivered));
        var second = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)));
        Assert.Equal(2, second.Sequence);
        Assert.True(await SettleAsync(second, DeliveryStatus.Delivered));
        Assert.Equal(4, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1))).Sequence);
    }

    [Fact]
    public async Task Lease_UndeliveredOvertakerAtTheHead_HoldsBackThoseBehind()
    {
        await CommitPairAsync(true, false);
        var head = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)));
        Assert.True(head.Overtakes);
        Assert.True(await SettleAsync(head, DeliveryStatus.Delivered));
        Assert.Equal(2, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1))).Sequence);
    }

    [Theory]
    [InlineData(DeliveryStatus.Dead)]
    [InlineData(DeliveryStatus.Parked)]
    public async Task Lease_BehindDeadOrParked_OnlyOvertakingOrAnotherPair(DeliveryStatus stuck)
    {
        var (row, _) = await CommitPairAsync(false, false);
        Assert.True(await SettleAsync(Assert.Single(await LeaseAsync(StoreRows.Centre)), stuck));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddDays(1)));

        var messages = new[] { Rows.Message(row.Id, 3), Rows.Message(row.Id, 4) };
        await CommitAsync(StoreRows.Step(row) with
        {
            Messages = [.. messages],
            Deliveries = [Rows.Delivery(messages[0].Id, StoreRows.Centre), Rows.Delivery(messages[1].Id, StoreRows.Centre, overtakes: true)],
        });
        var other = Rows.Opening();
        await CommitAsync(other);
        var leased = await LeaseAsync(StoreRows.Centre, Now.AddDays(1));
        Assert.Equal([4L, 1L], leased.Select(delivery => delivery.Sequence));
        Assert.Equal(other.Row.Id, leased[1].Exchange);
        Assert.True(await SettleAsync(leased[0], DeliveryStatus.Delivered));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddHours(1)));
    }

    [Fact]
    public async Task Lease_AddedAfterDeliveredOvertakers_FirstUndeliveredIsFound()
    {
        var (row, _) = await CommitPairAsync(false, true, true);
        foreach (var leased in await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1)))
        {
            Assert.True(await SettleAsync(leased, DeliveryStatus.Delivered));
        }

        var message = Rows.Message(row.Id, 4);
        await CommitAsync(StoreRows.Step(row) with { Messages = [message], Deliveries = [Rows.Delivery(message.Id, StoreRows.Centre)] });
        Assert.Equal(4, Assert.Single(await LeaseAsync(StoreRows.Centre)).Sequence);
    }

    [Fact]
    public async Task Lease_AddedBehindOpenHeadAndDeliveredOvertaker_Waits()
    {
        var (row, _) = await CommitPairAsync(false, true);
        var both = await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1));
        Assert.True(await SettleAsync(both[1], DeliveryStatus.Delivered));
        var message = Rows.Message(row.Id, 3);
        await CommitAsync(StoreRows.Step(row) with { Messages = [message], Deliveries = [Rows.Delivery(message.Id, StoreRows.Centre)] });
        Assert.Empty(await LeaseAsync(StoreRows.Centre));
        Assert.True(await SettleAsync(both[0], DeliveryStatus.Delivered));
        Assert.Equal(3, Assert.Single(await LeaseAsync(StoreRows.Centre)).Sequence);
    }

    [Fact]
    public async Task Settle_Delivered_TimeOutcomeAndLeafAreKept()
    {
        var (row, _) = await CommitPairAsync(false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var leaf = Rows.Leaf(row.Id, "delivered");
        Assert.True(await SettleAsync(leased, DeliveryStatus.Delivered, leaf: leaf));
        AssertSame(
            leased with
            {
                Status = DeliveryStatus.Delivered, DeliveredAt = Now.AddSeconds(5), LastOutcome = "Delivered", LeaseToken = null,
                LeaseUntil = null, SettledAt = Now.AddSeconds(5),
            },
            await Store.FindDeliveryAsync(leased.Id, Cancellation));
        AssertSame(leaf, (await Store.ListLeavesAsync(row.Id, null, 10, Cancellation))[^1]);
    }

    [Theory]
    [InlineData(DeliveryStatus.Delivered)]
    [InlineData(DeliveryStatus.Dead)]
    [InlineData(DeliveryStatus.Parked)]
    [InlineData(DeliveryStatus.Pending)]
    public async Task Settle_Repeated_TrueAndWrittenOnce(DeliveryStatus to)
    {
        var (row, _) = await CommitPairAsync(false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var leaf = Rows.Leaf(row.Id, "rejected");
        Assert.True(await SettleAsync(leased, to, Now.AddHours(1), leaf));
        var settled = await Store.FindDeliveryAsync(leased.Id, Cancellation);
        Assert.True(await SettleAsync(leased, to, Now.AddHours(2), leaf));
        AssertSame(settled, await Store.FindDeliveryAsync(leased.Id, Cancellation));
        Assert.Equal(2, (await Store.ListLeavesAsync(row.Id, null, 10, Cancellation)).Length);
    }

    [Fact]
    public async Task Settle_WithDetail_KeptUntilTheNextOutcome()
    {
        await CommitPairAsync(false);
        var first = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var told = Settlement(first, DeliveryStatus.Pending, Now.AddMinutes(1)) with { DetailCipher = StoreRows.Bytes("said", 90) };
        Assert.True(await Store.SettleDeliveryAsync(told, Cancellation));
        var waiting = await Store.FindDeliveryAsync(first.Id, Cancellation);
        Assert.Equal(StoreRows.Bytes("said", 90), waiting!.DetailCipher); // it was leased above
        Assert.Equal(told.At, waiting.SettledAt);
        Assert.True(await SettleAsync(Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddMinutes(1))), DeliveryStatus.Dead));
        Assert.Null((await Store.FindDeliveryAsync(first.Id, Cancellation))!.DetailCipher);
    }

    [Fact]
    public async Task Settle_PendingAgain_DueLaterAndAttemptsCountUp()
    {
        await CommitPairAsync(false);
        var first = Assert.Single(await LeaseAsync(StoreRows.Centre));
        Assert.True(await SettleAsync(first, DeliveryStatus.Pending, Now.AddMinutes(10)));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddMinutes(10).AddTicks(-1)));
        Assert.Equal(2, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddMinutes(10))).Attempts);
    }

    [Fact]
    public async Task Settle_LeaseTakenByAnother_FalseAndNothingIsWritten()
    {
        await CommitPairAsync(false);
        var lost = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var held = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddMinutes(2)));
        Assert.False(await SettleAsync(lost, DeliveryStatus.Dead));
        AssertSame(held, await Store.FindDeliveryAsync(held.Id, Cancellation));
        Assert.True(await SettleAsync(held, DeliveryStatus.Delivered));
        Assert.True(await SettleAsync(lost, DeliveryStatus.Delivered)); // it is there already
        Assert.False(await SettleAsync(lost, DeliveryStatus.Dead));
    }

    [Fact]
    public async Task Settle_LeaseRanOutButNobodyTookIt_StillHeld()
    {
        await CommitPairAsync(false);
        var late = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddHours(-1).AddHours(1)));
        Assert.True(await Store.SettleDeliveryAsync(
            Settlement(late, DeliveryStatus.Delivered) with { At = late.LeaseUntil!.Value.AddHours(1) }, Cancellation));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Settle_DecidedOnAVersion_OnlyWhereTheExchangeIsStillAtIt(int off)
    {
        var (row, _) = await CommitPairAsync(false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var unit = new CommitUnit
        {
            Exchanges = [], Settlements = [Settlement(leased, DeliveryStatus.Delivered)], Unmoved = (row.Id, row.Version + off),
        };
        var outcome = await Store.CommitAsync(unit, Cancellation);
        Assert.Equal(off == 0 ? CommitOutcome.Committed.Instance : new CommitOutcome.VersionConflict(row.Id), outcome);
        var status = (await Store.FindDeliveryAsync(leased.Id, Cancellation))?.Status;
        Assert.Equal(off == 0 ? DeliveryStatus.Delivered : DeliveryStatus.Leased, status);
    }

    [Fact]
    public async Task Settle_UnknownDelivery_False() =>
        Assert.False(await Store.SettleDeliveryAsync(
            new DeliverySettlement(new DeliveryId(Rows.NewId()), Rows.NewId(), DeliveryStatus.Delivered, Now, null, "200", null),
            Cancellation));

    [Fact]
    public async Task Settle_AgainstTheRules_Throws()
    {
        await CommitPairAsync(false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        await Assert.ThrowsAsync<ArgumentException>(() => SettleAsync(leased, DeliveryStatus.Leased));
        await Assert.ThrowsAsync<ArgumentException>(() => SettleAsync(leased, DeliveryStatus.WrittenOff));
        await Assert.ThrowsAsync<ArgumentException>(() => SettleAsync(leased, DeliveryStatus.Pending));
        await Assert.ThrowsAsync<ArgumentException>(() => LeaseAsync(StoreRows.Centre, countMax: 0));
    }

    [Fact]
    public async Task NextDeliveryAt_WaitingLeasedDelivered_EarliestThatCanBeLeased()
    {
        AgencyId[] recipients = [StoreRows.Centre, StoreRows.Police];
        Assert.Null(await Store.NextDeliveryAtAsync([.. recipients], Cancellation));
        await CommitPairAsync(false);
        Assert.Equal(Now, await Store.NextDeliveryAtAsync([.. recipients], Cancellation));
        Assert.Null(await Store.NextDeliveryAtAsync([StoreRows.Police], Cancellation));
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        Assert.Equal(leased.LeaseUntil, await Store.NextDeliveryAtAsync([.. recipients], Cancellation));
        Assert.True(await SettleAsync(leased, DeliveryStatus.Delivered));
        Assert.Null(await Store.NextDeliveryAtAsync([.. recipients], Cancellation));
    }

    [Fact]
    public async Task Lease_AfterReopening_StateIsKept()
    {
        await CommitPairAsync(false, false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        await ReopenStoreAsync();
        Assert.Empty(await LeaseAsync(StoreRows.Centre));
        Assert.True(await SettleAsync(leased, DeliveryStatus.Delivered));
        Assert.Equal(2, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1))).Sequence);
    }
}
