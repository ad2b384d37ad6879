using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public abstract partial class LedgerStoreConformance
{
    [Fact]
    public async Task Commit_WholeUnit_EveryRowIsReadBackAlsoAfterReopening()
    {
        var row = Rows.Exchange() with { CaseNumber = "（2026）桂0103刑初12号", NextClockAt = Now.AddDays(3), Provisional = true };
        var opening = Rows.Opening(row);
        var attachment = Rows.Attachment(row.Id, 100_000);
        var empty = Rows.Attachment(row.Id, 0);
        var idempotency = Rows.Idempotency(row.Id, "request-1");
        await CommitAsync(new CommitUnit
        {
            Exchanges = [opening with { Attachments = [attachment, empty], Holds = [StoreRows.Hold("a")], Search = [StoreRows.Term("id", "a")] }],
            Idempotency = idempotency,
        });

        for (var round = 0; round < 2; round++)
        {
            AssertSame(row, await Store.FindExchangeAsync(row.Id, Cancellation));
            Assert.Equal([StoreRows.Centre, StoreRows.Court], await PartiesAsync(row.Id));
            AssertSame(opening.Messages[0], await Store.FindMessageAsync(opening.Messages[0].Id, Cancellation));
            AssertSame(opening.Leaves[0], Assert.Single(await Store.ListLeavesAsync(row.Id, null, 10, Cancellation)));
            AssertSame(
                new[] { attachment.Row, empty.Row }, (await Store.ListAttachmentsAsync(row.Id, Cancellation)).ToArray());
            var found = await Store.FindAttachmentAsync(row.Id, attachment.Row.Id, Cancellation);
            Assert.Equal(attachment.ContentCipher, found!.Value.ContentCipher);
            Assert.Empty((await Store.FindAttachmentAsync(row.Id, empty.Row.Id, Cancellation))!.Value.ContentCipher);
            var first = await Store.FindIdempotencyAsync(idempotency.Key, Cancellation);
            Assert.Equal(idempotency.Digest, first!.Digest);
            Assert.Equal(idempotency.AnswerCipher, first.AnswerCipher);
            Assert.Equal((idempotency.Exchange, idempotency.CommittedAt), (first.Exchange, first.CommittedAt));
            var delivery = Assert.Single(await Store.ListDeliveriesAsync(row.Id, Cancellation));
            AssertSame(
                new DeliveryRow(
                    opening.Deliveries[0].Id, row.Id, opening.Messages[0].Id, StoreRows.Centre, "recipient", 1, "notify", false,
                    DeliveryStatus.Pending, Now, 0, null, null, null, ""),
                delivery);
            await ReopenStoreAsync();
        }
    }

    [Fact]
    public async Task Find_NothingThere_IsNullOrEmpty()
    {
        var id = Rows.NewExchangeId();
        Assert.Null(await Store.FindExchangeAsync(id, Cancellation));
        Assert.Empty(await PartiesAsync(id));
        Assert.Null(await Store.FindIdempotencyAsync([1, 2], Cancellation));
        Assert.Empty(await Store.ListMessagesAsync(id, 0, 10, Cancellation));
        Assert.Null(await Store.FindMessageAsync(new MessageId(Rows.NewId()), Cancellation));
        Assert.Empty(await Store.ListDeliveriesAsync(id, Cancellation));
        Assert.Null(await Store.FindDeliveryAsync(new DeliveryId(Rows.NewId()), Cancellation));
        Assert.Empty(await Store.ListLeavesAsync(id, null, 10, Cancellation));
        Assert.Empty(await Store.ListAttachmentsAsync(id, Cancellation));
        Assert.Null(await Store.FindAttachmentAsync(id, new AttachmentId(Rows.NewId()), Cancellation));
    }

    [Fact]
    public async Task Commit_NextVersion_ReplacesWhatMayChange()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var next = StoreRows.Step(opening.Row, row => row with
        {
            State = "closed", Final = true, CaseNumber = "（2026）桂0103刑初13号", UpdatedAt = Now.AddHours(1), NextClockAt = Now.AddDays(1),
            Provisional = true, Control = [], ViewCipher = [9], TypeDigest = "sha256:other",
        });
        await CommitAsync(next);
        AssertSame(next.Row, await Store.FindExchangeAsync(opening.Row.Id, Cancellation));
        Assert.Equal([StoreRows.Centre, StoreRows.Court], await PartiesAsync(opening.Row.Id));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(0, false)]
    public async Task Commit_AtVersion_OnlyAtTheOneThatStands(long expected, bool committed)
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var write = StoreRows.Step(opening.Row, row => row with { Version = 3 }) with { ExpectedVersion = expected };
        var outcome = await Store.CommitAsync(StoreRows.Unit(write), Cancellation);
        Assert.Equal(
            committed ? CommitOutcome.Committed.Instance : new CommitOutcome.VersionConflict(opening.Row.Id), outcome);
        Assert.Equal(committed ? 3 : 1, (await Store.FindExchangeAsync(opening.Row.Id, Cancellation))!.Version);
    }

    [Fact]
    public async Task Commit_UpdateOfUnknownExchange_VersionConflict()
    {
        var row = Rows.Exchange();
        var outcome = await Store.CommitAsync(StoreRows.Unit(StoreRows.Step(row)), Cancellation);
        Assert.Equal(new CommitOutcome.VersionConflict(row.Id), outcome);
        Assert.Null(await Store.FindExchangeAsync(row.Id, Cancellation));
    }

    [Fact]
    public async Task Commit_SecondOfTwoExchangesConflicts_NothingIsWritten()
    {
        var standing = Rows.Opening();
        await CommitAsync(standing);
        var fresh = Rows.Opening();
        var idempotency = Rows.Idempotency(fresh.Row.Id, "request");
        var outcome = await Store.CommitAsync(
            new CommitUnit { Exchanges = [fresh, Rows.Opening(standing.Row)], Idempotency = idempotency }, Cancellation);
        Assert.Equal(new CommitOutcome.VersionConflict(standing.Row.Id), outcome);
        Assert.Null(await Store.FindExchangeAsync(fresh.Row.Id, Cancellation));
        Assert.Null(await Store.FindIdempotencyAsync(idempotency.Key, Cancellation));
        Assert.Empty(await Store.ListLeavesAsync(fresh.Row.Id, null, 10, Cancellation));
    }

    [Fact]
    public async Task Commit_SameIdempotencyKey_FirstIsGivenBeforeVersionAndHold()
    {
        var opening = Rows.Opening();
        var first = Rows.Idempotency(opening.Row.Id, "request", "digest-1");
        await CommitAsync(new CommitUnit { Exchanges = [opening with { Holds = [StoreRows.Hold("h")] }], Idempotency = first });

        // The same exchange id again, and a hold that is taken: both would be refused, were the key not looked at first.
        var again = Rows.Opening(opening.Row) with { Holds = [StoreRows.Hold("h")] };
        var outcome = await Store.CommitAsync(
            new CommitUnit { Exchanges = [again], Idempotency = Rows.Idempotency(opening.Row.Id, "request", "digest-2") }, Cancellation);
        var repeated = Assert.IsType<CommitOutcome.Repeated>(outcome);
        Assert.Equal(first.Digest, repeated.First.Digest);
        Assert.Equal(first.AnswerCipher, repeated.First.AnswerCipher);
        Assert.Single(await Store.ListMessagesAsync(opening.Row.Id, 0, 10, Cancellation));
    }

    [Fact]
    public async Task Commit_VersionAndHoldBothFail_VersionIsSaid()
    {
        var owner = Rows.Opening() with { Holds = [StoreRows.Hold("h")] };
        var other = Rows.Opening();
        await CommitAsync(owner);
        await CommitAsync(other);
        var outcome = await Store.CommitAsync(
            StoreRows.Unit(Rows.Opening(other.Row) with { Holds = [StoreRows.Hold("h")] }), Cancellation);
        Assert.Equal(new CommitOutcome.VersionConflict(other.Row.Id), outcome);
    }

    [Fact]
    public async Task Commit_HoldOfAnother_OwnerAndIndexAreSaidAndNothingIsWritten()
    {
        var owner = Rows.Opening() with { Holds = [StoreRows.Hold("b"), StoreRows.Hold("a")] };
        await CommitAsync(owner);
        var free = Rows.Opening() with { Holds = [StoreRows.Hold("c")] };
        var late = Rows.Opening() with { Holds = [StoreRows.Hold("d"), StoreRows.Hold("a")] };
        var outcome = await Store.CommitAsync(StoreRows.Unit(free, late), Cancellation);
        Assert.Equal(new CommitOutcome.HoldTaken(1, owner.Row.Id), outcome);
        Assert.Null(await Store.FindExchangeAsync(free.Row.Id, Cancellation));

        // The keys that were claimed before the refusal are free again.
        await CommitAsync(Rows.Opening() with { Holds = [StoreRows.Hold("c"), StoreRows.Hold("d")] });
    }

    [Fact]
    public async Task Commit_SameHoldTwiceInOneUnit_SecondIsRefused()
    {
        var first = Rows.Opening() with { Holds = [StoreRows.Hold("same")] };
        var second = Rows.Opening() with { Holds = [StoreRows.Hold("same")] };
        Assert.Equal(
            new CommitOutcome.HoldTaken(1, first.Row.Id), await Store.CommitAsync(StoreRows.Unit(first, second), Cancellation));
    }

    [Fact]
    public async Task Commit_HoldsReplaced_UnlistedAreFreeAndListedStay()
    {
        var opening = Rows.Opening() with { Holds = [StoreRows.Hold("a"), StoreRows.Hold("b")] };
        await CommitAsync(opening);
        var second = StoreRows.Step(opening.Row) with { Holds = [StoreRows.Hold("b"), StoreRows.Hold("c")] };
        await CommitAsync(second);
        var third = StoreRows.Step(second.Row); // null: unchanged
        await CommitAsync(third);

        await CommitAsync(Rows.Opening() with { Holds = [StoreRows.Hold("a")] });
        foreach (var kept in new[] { "b", "c" })
        {
            Assert.Equal(
                new CommitOutcome.HoldTaken(0, opening.Row.Id),
                await Store.CommitAsync(StoreRows.Unit(Rows.Opening() with { Holds = [StoreRows.Hold(kept)] }), Cancellation));
        }

        await CommitAsync(StoreRows.Step(third.Row) with { Holds = [] });
        await CommitAsync(Rows.Opening() with { Holds = [StoreRows.Hold("b"), StoreRows.Hold("c")] });
    }

    [Fact]
    public async Task Commit_HoldPassesWithinUnit_Committed()
    {
        var first = Rows.Opening() with { Holds = [StoreRows.Hold("passed")] };
        await CommitAsync(first);
        var heir = Rows.Opening() with { Holds = [StoreRows.Hold("passed")] };
        await CommitAsync(heir, StoreRows.Step(first.Row) with { Holds = [] });
        Assert.Equal(
            new CommitOutcome.HoldTaken(0, heir.Row.Id),
            await Store.CommitAsync(StoreRows.Unit(Rows.Opening() with { Holds = [StoreRows.Hold("passed")] }), Cancellation));
    }

    [Fact]
    public async Task Commit_PartiesReplaced_ListFollows()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        await CommitAsync(StoreRows.Step(opening.Row) with { Parties = [new PartyRow(StoreRows.Police, "investigator")] });
        Assert.Equal([StoreRows.Police], await PartiesAsync(opening.Row.Id));
        Assert.Empty(await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 10), Cancellation));
        Assert.Single(await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Police, 10), Cancellation));
    }

    [Fact]
    public async Task Commit_SettlementInUnit_SettlesWithIt()
    {
        var (row, _) = await CommitPairAsync(false, false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var leaf = Rows.Leaf(row.Id, "delivered");
        await CommitAsync(StoreRows.Unit(StoreRows.Step(row)) with
        {
            Settlements = [Settlement(leased, DeliveryStatus.Delivered, leaf: leaf)],
        });
        Assert.Equal(DeliveryStatus.Delivered, (await Store.FindDeliveryAsync(leased.Id, Cancellation))!.Status);
        Assert.Equal(leaf.Id, (await Store.ListLeavesAsync(row.Id, null, 10, Cancellation))[^1].Id);
        Assert.Equal(2, Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddSeconds(1))).Sequence);
    }

    [Fact]
    public async Task Commit_SettlementWithLostLease_NothingIsWritten()
    {
        var (row, _) = await CommitPairAsync(false);
        var lost = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var held = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddMinutes(2)));
        var outcome = await Store.CommitAsync(
            StoreRows.Unit(StoreRows.Step(row)) with { Settlements = [Settlement(lost, DeliveryStatus.Delivered)] }, Cancellation);
        Assert.Equal(new CommitOutcome.LeaseLost(lost.Id), outcome);
        Assert.Equal(1, (await Store.FindExchangeAsync(row.Id, Cancellation))!.Version);
        Assert.True(await SettleAsync(held, DeliveryStatus.Delivered));
    }

    [Fact]
    public async Task Commit_AgainstTheRulesOfAUnit_Throws()
    {
        var opening = Rows.Opening();
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Store.CommitAsync(StoreRows.Unit(opening, Rows.Opening(opening.Row)), Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Store.CommitAsync(StoreRows.Unit(opening with { ExpectedVersion = 1 }), Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CommitAsync(
            StoreRows.Unit(opening with { Messages = [Rows.Message(Rows.NewExchangeId(), 1)] }), Cancellation));
    }

    [Fact]
    public async Task Commit_EmptyUnit_Committed() => await CommitAsync(StoreRows.Unit());

    [Fact]
    public async Task Messages_Paged_BySequence()
    {
        var row = Rows.Exchange();
        await CommitAsync(Rows.Opening(row) with
        {
            Messages = [Rows.Message(row.Id, 3), Rows.Message(row.Id, 1), Rows.Message(row.Id, 2) with { Sender = null }], Deliveries = [],
        });
        Assert.Equal([1L, 2L], (await Store.ListMessagesAsync(row.Id, 0, 2, Cancellation)).Select(message => message.Sequence));
        Assert.Equal([3L], (await Store.ListMessagesAsync(row.Id, 2, 2, Cancellation)).Select(message => message.Sequence));
        Assert.Null((await Store.ListMessagesAsync(row.Id, 1, 1, Cancellation))[0].Sender);
    }

    [Fact]
    public async Task Leaves_Paged_ById()
    {
        var row = Rows.Exchange();
        var leaves = new[] { Rows.Leaf(row.Id), Rows.Leaf(row.Id), Rows.Leaf(row.Id) };
        await CommitAsync(Rows.Opening(row) with { Leaves = [leaves[2], leaves[0], leaves[1]] });
        var page = await Store.ListLeavesAsync(row.Id, null, 2, Cancellation);
        Assert.Equal([leaves[0].Id, leaves[1].Id], page.Select(leaf => leaf.Id));
        Assert.Equal(leaves[2].Id, Assert.Single(await Store.ListLeavesAsync(row.Id, page[^1].Id, 2, Cancellation)).Id);
    }

    /// <summary>Who of those that these tests know is party.</summary>
    private async Task<List<AgencyId>> PartiesAsync(ExchangeId id)
    {
        var parties = new List<AgencyId>();
        foreach (var agency in (AgencyId[])[StoreRows.Centre, StoreRows.Court, StoreRows.Police])
        {
            if (await Store.IsPartyAsync(id, agency, Cancellation))
            {
                parties.Add(agency);
            }
        }

        return parties;
    }
}
