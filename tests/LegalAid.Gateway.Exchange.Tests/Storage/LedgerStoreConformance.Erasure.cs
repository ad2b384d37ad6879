using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>Erasure, and data keys that are wrapped anew.</summary>
public abstract partial class LedgerStoreConformance
{
    [Fact]
    public async Task ListErasureDue_ByTheInstant_EarliestFirst()
    {
        var ids = new List<ExchangeId>();
        foreach (var days in new int?[] { 3, 1, null, 2 })
        {
            var row = Rows.Exchange() with { Final = days is not null, EraseAt = days is { } some ? Now.AddDays(some) : null };
            ids.Add(row.Id);
            await CommitAsync(Rows.Opening(row));
        }

        Assert.Equal([], await Store.ListErasureDueAsync(Now.AddDays(1).AddTicks(-1), 10, Cancellation));
        Assert.Equal([ids[1]], await Store.ListErasureDueAsync(Now.AddDays(1), 10, Cancellation));
        Assert.Equal([ids[1], ids[3], ids[0]], await Store.ListErasureDueAsync(Now.AddDays(9), 10, Cancellation));
        Assert.Equal([ids[1], ids[3]], await Store.ListErasureDueAsync(Now.AddDays(9), 2, Cancellation));
    }

    [Fact]
    public async Task Commit_SetsTheInstantOfErasure_AndTakesItBack()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var final = StoreRows.Step(opening.Row, row => row with { Final = true, EraseAt = Now.AddDays(1) });
        await CommitAsync(final);
        AssertSame(final.Row, await Store.FindExchangeAsync(opening.Row.Id, Cancellation));
        Assert.Equal([opening.Row.Id], await Store.ListErasureDueAsync(Now.AddDays(1), 10, Cancellation));
        await CommitAsync(StoreRows.Step(final.Row, row => row with { Final = false, EraseAt = null }));
        Assert.Equal([], await Store.ListErasureDueAsync(Now.AddDays(9), 10, Cancellation));
    }

    [Fact]
    public async Task Erase_TakesTheContent_AndLeavesWhatProves()
    {
        var row = Rows.Exchange() with
        {
            CaseNumber = "（2026）桂0103刑初12号", Final = true, EraseAt = Now, NextClockAt = Now.AddDays(1), Provisional = true,
        };
        var opening = Rows.Opening(row) with { Holds = [StoreRows.Hold("a")], Search = [StoreRows.Term("id", "a")] };
        var whole = Rows.Attachment(row.Id, 5000);
        await CommitAsync(new CommitUnit { Exchanges = [opening with { Attachments = [whole] }], Idempotency = Rows.Idempotency(row.Id, "request") });
        var uploaded = await GrownAsync(Rows.Upload(row.Id, requestKey: "done"), 3);
        var next = StoreRows.Step(row) with { Attachments = [StoreRows.Uploaded(uploaded)] };
        await CommitAsync(next);
        var underWay = await GrownAsync(Rows.Upload(row.Id, requestKey: "under way"), 2);
        var leaf = Rows.Leaf(row.Id, "erased");

        Assert.True(await Store.EraseAsync(row.Id, 2, Now.AddHours(1), leaf, Cancellation));
        for (var round = 0; round < 2; round++)
        {
            AssertSame(
                next.Row with { Version = 3, UpdatedAt = Now.AddHours(1), NextClockAt = null, Provisional = false, ViewCipher = [], DataKey = null },
                await Store.FindExchangeAsync(row.Id, Cancellation));
            AssertSame(opening.Messages[0] with { ContentCipher = [] }, await Store.FindMessageAsync(opening.Messages[0].Id, Cancellation));
            AssertSame(
                new[] { whole.Row with { MetaCipher = [] }, StoreRows.Uploaded(uploaded).Row with { MetaCipher = [], ChunkCount = 0 } },
                (await Store.ListAttachmentsAsync(row.Id, Cancellation)).ToArray());
            Assert.Empty((await Store.FindAttachmentAsync(row.Id, whole.Row.Id, Cancellation))!.Value.ContentCipher);
            Assert.Null(await Store.FindChunkAsync(uploaded.Id, 0, Cancellation));
            Assert.Null(await Store.FindChunkAsync(uploaded.Id, 2, Cancellation));
            Assert.Null(await Store.FindUploadAsync(underWay.Id, Cancellation));
            Assert.Null(await Store.FindChunkAsync(underWay.Id, 0, Cancellation));
            Assert.Empty(await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 10, Term: StoreRows.Term("id", "a")), Cancellation));
            Assert.Equal([opening.Leaves[0].Id, leaf.Id], (await Store.ListLeavesAsync(row.Id, null, 10, Cancellation)).Select(one => one.Id));
            Assert.NotNull(await Store.FindIdempotencyAsync(Rows.Idempotency(row.Id, "request").Key, Cancellation));
            Assert.True(await Store.IsPartyAsync(row.Id, StoreRows.Court, Cancellation));
            Assert.Empty(await Store.ListErasureDueAsync(Now.AddYears(9), 10, Cancellation));
            Assert.Empty(await Store.ListClocksDueAsync(Now.AddYears(9), 10, Cancellation));
            Assert.Empty(await Store.ListProvisionalAsync(null, 10, Cancellation));
            await Store.ScrubAsync(Cancellation);
            await ReopenStoreAsync();
        }

        await CommitAsync(Rows.Opening() with { Holds = [StoreRows.Hold("a")] }); // the key is free
    }

    [Fact]
    public async Task Erase_LeavesOtherExchangesAlone()
    {
        var (erased, other) = (Rows.Opening(), Rows.Opening());
        var attachment = Rows.Attachment(other.Row.Id, 100);
        await CommitAsync(erased with { Holds = [StoreRows.Hold("a")] }, other with { Holds = [StoreRows.Hold("b")], Attachments = [attachment] });
        var upload = await GrownAsync(Rows.Upload(other.Row.Id), 1);
        Assert.True(await Store.EraseAsync(erased.Row.Id, 1, Now, Rows.Leaf(erased.Row.Id, "erased"), Cancellation));

        AssertSame(other.Row, await Store.FindExchangeAsync(other.Row.Id, Cancellation));
        AssertSame(other.Messages[0], await Store.FindMessageAsync(other.Messages[0].Id, Cancellation));
        Assert.Equal(attachment.ContentCipher, (await Store.FindAttachmentAsync(other.Row.Id, attachment.Row.Id, Cancellation))!.Value.ContentCipher);
        Assert.NotNull(await Store.FindChunkAsync(upload.Id, 0, Cancellation));
        var taken = await Store.CommitAsync(StoreRows.Unit(Rows.Opening() with { Holds = [StoreRows.Hold("b")] }), Cancellation);
        Assert.Equal(new CommitOutcome.HoldTaken(0, other.Row.Id), taken);
        Assert.Equal(DeliveryStatus.Pending, Assert.Single(await Store.ListDeliveriesAsync(other.Row.Id, Cancellation)).Status);
    }

    [Fact]
    public async Task Erase_DeliveriesThatAreNotFinished_EndDead()
    {
        var (row, deliveries) = await CommitPairAsync(false, false, false);
        var delivered = Assert.Single(await LeaseAsync(StoreRows.Centre, countMax: 1));
        Assert.True(await SettleAsync(delivered, DeliveryStatus.Delivered));
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre, Now.AddMinutes(1), countMax: 1));

        Assert.True(await Store.EraseAsync(row.Id, 1, Now.AddHours(1), Rows.Leaf(row.Id, "erased"), Cancellation));
        var after = (await Store.ListDeliveriesAsync(row.Id, Cancellation)).OrderBy(one => one.Sequence).ToArray();
        Assert.Equal(
            [(deliveries[0].Id, DeliveryStatus.Delivered, "Delivered"), (deliveries[1].Id, DeliveryStatus.Dead, "erased"), (deliveries[2].Id, DeliveryStatus.Dead, "erased")],
            after.Select(one => (one.Id, one.Status, one.LastOutcome)));
        Assert.All(after, one => Assert.Null(one.LeaseToken));
        Assert.Empty(await LeaseAsync(StoreRows.Centre, Now.AddDays(1)));
        Assert.False(await SettleAsync(leased, DeliveryStatus.Delivered));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Erase_AtAnotherVersion_FalseAndNothingIsWritten(long version)
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        Assert.False(await Store.EraseAsync(opening.Row.Id, version, Now, Rows.Leaf(opening.Row.Id, "erased"), Cancellation));
        Assert.False(await Store.EraseAsync(Rows.NewExchangeId(), version, Now, Rows.Leaf(null, "erased"), Cancellation));
        AssertSame(opening.Row, await Store.FindExchangeAsync(opening.Row.Id, Cancellation));
        AssertSame(opening.Messages[0], await Store.FindMessageAsync(opening.Messages[0].Id, Cancellation));
        Assert.Single(await Store.ListLeavesAsync(opening.Row.Id, null, 10, Cancellation));
    }

    [Fact]
    public async Task Erase_Again_FalseAndNoSecondLeaf()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var erased = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Store.EraseAsync(opening.Row.Id, 1, Now, Rows.Leaf(opening.Row.Id, "erased"), Cancellation).AsTask()));
        Assert.Single(erased, one => one);
        Assert.False(await Store.EraseAsync(opening.Row.Id, 2, Now, Rows.Leaf(opening.Row.Id, "erased"), Cancellation));
        Assert.Equal(2, (await Store.ListLeavesAsync(opening.Row.Id, null, 10, Cancellation)).Length);
    }

    [Fact]
    public async Task Erase_AgainstACommit_OneOfThemWins()
    {
        for (var round = 0; round < 20; round++)
        {
            var opening = Rows.Opening();
            await CommitAsync(opening);
            var commit = Store.CommitAsync(StoreRows.Unit(StoreRows.Step(opening.Row)), Cancellation).AsTask();
            var erase = Store.EraseAsync(opening.Row.Id, 1, Now, Rows.Leaf(opening.Row.Id, "erased"), Cancellation).AsTask();
            Assert.NotEqual(await commit is CommitOutcome.Committed, await erase);
            var row = await Store.FindExchangeAsync(opening.Row.Id, Cancellation);
            Assert.Equal(await erase, row!.DataKey is null);
        }
    }

    [Fact]
    public async Task ListDataKeys_PagesById_WithoutErasedOnes()
    {
        var openings = Enumerable.Range(0, 5).Select(number => Rows.Opening(Rows.Exchange() with { DataKey = [(byte)number] })).ToArray();
        await CommitAsync(openings);
        Assert.True(await Store.EraseAsync(openings[1].Row.Id, 1, Now, Rows.Leaf(openings[1].Row.Id, "erased"), Cancellation));

        var first = await Store.ListDataKeysAsync(null, 2, Cancellation);
        var second = await Store.ListDataKeysAsync(first[^1].Exchange, 2, Cancellation);
        Assert.Equal([openings[0].Row.Id, openings[2].Row.Id], first.Select(one => one.Exchange));
        Assert.Equal([openings[3].Row.Id, openings[4].Row.Id], second.Select(one => one.Exchange));
        Assert.Equal(new byte[] { 0, 2, 3, 4 }, first.Concat(second).Select(one => Assert.Single(one.DataKey)));
        Assert.Empty(await Store.ListDataKeysAsync(second[^1].Exchange, 2, Cancellation));
    }

    [Fact]
    public async Task Rewrap_TheKeyThatStands_IsReplacedAndTheVersionStays()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var before = opening.Row.DataKey!; // the rows have one
        Assert.False(await Store.RewrapAsync(opening.Row.Id, [1], [2], Cancellation));
        Assert.False(await Store.RewrapAsync(Rows.NewExchangeId(), before, [2], Cancellation));
        Assert.True(await Store.RewrapAsync(opening.Row.Id, before, [2], Cancellation));
        AssertSame(opening.Row with { DataKey = [2] }, await Store.FindExchangeAsync(opening.Row.Id, Cancellation));
        Assert.True(await Store.EraseAsync(opening.Row.Id, 1, Now, Rows.Leaf(opening.Row.Id, "erased"), Cancellation));
        Assert.False(await Store.RewrapAsync(opening.Row.Id, [2], [3], Cancellation));
        Assert.Null((await Store.FindExchangeAsync(opening.Row.Id, Cancellation))!.DataKey);
    }

    [Fact]
    public async Task Commit_DecidedBeforeARewrap_KeepsTheNewWrapping()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        Assert.True(await Store.RewrapAsync(opening.Row.Id, opening.Row.DataKey!, [2], Cancellation)); // the rows have one
        await CommitAsync(StoreRows.Step(opening.Row));
        var row = await Store.FindExchangeAsync(opening.Row.Id, Cancellation);
        Assert.Equal(2, row!.Version);
        Assert.Equal([2], row.DataKey);
    }
}
