using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public abstract partial class LedgerStoreConformance
{
    private const string Origin = "gateway.example/log";

    [Fact]
    public async Task Log_BeforeItIsBegun_HasNoHeadTilesOrCheckpoints()
    {
        Assert.Null(await Store.FindLogHeadAsync(Cancellation));
        Assert.Empty(await Store.ReadTilesAsync([new TileId(0, 0)], Cancellation));
        Assert.Empty(await Store.ListLogAsync(0, 10, Cancellation));
        Assert.Null(await Store.LatestCheckpointAsync(Cancellation));
        Assert.Null(await Store.FindCheckpointAsync(0, Cancellation));
        Assert.Null(await Store.FindLeafAsync(new LeafId(Rows.NewId()), Cancellation));
    }

    [Fact]
    public async Task ExtendLog_Begun_IsBegunOnce()
    {
        Assert.True(await Store.ExtendLogAsync(new LogExtension(null, Head(0), [], []), Cancellation));
        Assert.False(await Store.ExtendLogAsync(new LogExtension(null, Head(0) with { Origin = "other" }, [], []), Cancellation));

        AssertSame(Head(0), await Store.FindLogHeadAsync(Cancellation));
    }

    [Fact]
    public async Task ExtendLog_FromTheHead_PlacesLeavesAndKeepsTilesOverAReopening()
    {
        var leaves = await AppendLeavesAsync(5);
        var first = await ExtendAsync(null, leaves[..2]);
        var second = await ExtendAsync(first, [leaves[4], leaves[2]]);
        await ReopenStoreAsync();

        AssertSame(second, await Store.FindLogHeadAsync(Cancellation));
        var log = await Store.ListLogAsync(0, 10, Cancellation);
        Assert.Equal([0, 1, 2, 3], log.Select(entry => entry.Index));
        AssertSame(new[] { leaves[0], leaves[1], leaves[4], leaves[2] }, log.Select(entry => entry.Leaf).ToArray());
        AssertSame(leaves[4], Assert.Single(await Store.ListLogAsync(2, 1, Cancellation)).Leaf);
        Assert.Empty(await Store.ListLogAsync(4, 10, Cancellation));
        var unplaced = Assert.Single(await Store.ListUnindexedAsync(10, Cancellation));
        AssertSame(new UnindexedLeaf(leaves[3].Id, leaves[3].Hash), unplaced);
        AssertSame(
            new[] { Tile(0, 0, 4) }, await Store.ReadTilesAsync([new TileId(0, 0), new TileId(0, 1), new TileId(1, 0)], Cancellation));
    }

    [Fact]
    public async Task ExtendLog_FromAnotherHead_WritesNothing()
    {
        var leaves = await AppendLeavesAsync(3);
        var head = await ExtendAsync(null, leaves[..1]);
        LogHead[] others =
        [
            head with { Origin = "other" }, head with { Epoch = head.Epoch + 1 }, head with { Size = 0 }, head with { Size = 2 },
            head with { Root = [.. StoreRows.Bytes("other", 32)] },
        ];

        foreach (var other in others)
        {
            var after = Head(other.Size + 1) with { Epoch = other.Epoch };
            Assert.False(await Store.ExtendLogAsync(new LogExtension(other, after, [leaves[1].Id], [Tile(0, 0, 2), Tile(1, 0, 1)]), Cancellation));
        }

        AssertSame(head, await Store.FindLogHeadAsync(Cancellation));
        Assert.Single(await Store.ListLogAsync(0, 10, Cancellation));
        AssertSame(new[] { Tile(0, 0, 1) }, await Store.ReadTilesAsync([new TileId(0, 0), new TileId(1, 0)], Cancellation));
    }

    [Fact]
    public async Task ExtendLog_WithALeafThatHasAPlaceOrIsNotThere_WritesNothing()
    {
        var leaves = await AppendLeavesAsync(3);
        var head = await ExtendAsync(null, leaves[..1]);

        foreach (var bad in (LeafId[])[leaves[0].Id, new LeafId(Rows.NewId())])
        {
            Assert.False(await Store.ExtendLogAsync(new LogExtension(head, Head(3), [leaves[1].Id, bad], [Tile(0, 0, 3)]), Cancellation));
        }

        Assert.False(await Store.ExtendLogAsync(new LogExtension(head, Head(3), [leaves[1].Id, leaves[1].Id], [Tile(0, 0, 3)]), Cancellation));
        AssertSame(head, await Store.FindLogHeadAsync(Cancellation));
        Assert.Equal(2, (await Store.ListUnindexedAsync(10, Cancellation)).Length);
        AssertSame(new[] { Tile(0, 0, 1) }, await Store.ReadTilesAsync([new TileId(0, 0)], Cancellation));
    }

    [Fact]
    public async Task ExtendLog_TakenOverMeanwhile_RefusesTheFormerLeader()
    {
        var leaves = await AppendLeavesAsync(1);
        var head = await ExtendAsync(null, []);
        var taken = head with { Epoch = head.Epoch + 1 };
        Assert.True(await Store.ExtendLogAsync(new LogExtension(head, taken, [], []), Cancellation));

        Assert.False(await Store.ExtendLogAsync(new LogExtension(head, Head(1), [leaves[0].Id], [Tile(0, 0, 1)]), Cancellation));

        AssertSame(taken, await Store.FindLogHeadAsync(Cancellation));
        Assert.Single(await Store.ListUnindexedAsync(10, Cancellation));
    }

    [Fact]
    public async Task Race_ToExtendTheLog_ExactlyOneWins()
    {
        var leaves = await AppendLeavesAsync(16);
        var head = await ExtendAsync(null, []);

        var won = await Task.WhenAll(leaves.Select((leaf, number) => Task.Run(() => Store.ExtendLogAsync(
            new LogExtension(head, Head(1) with { Root = [.. StoreRows.Bytes($"{number}", 32)] }, [leaf.Id], [Tile(0, 0, 1)]), Cancellation).AsTask())));

        var winner = Array.IndexOf(won, true);
        Assert.Single(won, true);
        Assert.Equal(StoreRows.Bytes($"{winner}", 32), (await Store.FindLogHeadAsync(Cancellation))!.Root); // begun above
        AssertSame(leaves[winner], Assert.Single(await Store.ListLogAsync(0, 10, Cancellation)).Leaf);
    }

    [Fact]
    public async Task ExtendLog_AgainstItsOwnRules_Throws()
    {
        var leaves = await AppendLeavesAsync(1);
        LogExtension[] bad =
        [
            new(null, Head(2), [leaves[0].Id], []), new(null, Head(0), [leaves[0].Id], []),
            new(Head(0) with { Epoch = 2 }, Head(0) with { Epoch = 1 }, [], []), new(null, Head(0) with { Root = [1] }, [], []),
            new(null, Head(0), [], [new LogTile(new TileId(0, 0), [])]), new(null, Head(0), [], [new LogTile(new TileId(0, 0), new byte[33])]),
            new(null, Head(0), [], [new LogTile(new TileId(0, 0), new byte[32 * 257])]),
        ];

        foreach (var extension in bad)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Store.ExtendLogAsync(extension, Cancellation).AsTask());
        }

        Assert.Null(await Store.FindLogHeadAsync(Cancellation));
    }

    /// <summary>Ids are made before the commit: a slow commit brings a leaf whose id is smaller than one that has its place already.</summary>
    [Fact]
    public async Task ListUnindexed_LeafCommittedLate_IsNotPassedOver()
    {
        var (late, early) = (Rows.Leaf(null, "refusal"), Rows.Leaf(null, "refusal"));
        await Store.AppendLeafAsync(early, Cancellation);
        var head = await ExtendAsync(null, [early]);
        await Store.AppendLeafAsync(late, Cancellation);

        Assert.Equal([late.Id], (await Store.ListUnindexedAsync(10, Cancellation)).Select(leaf => leaf.Id));
        _ = await ExtendAsync(head, [late]);
        Assert.Empty(await Store.ListUnindexedAsync(10, Cancellation));
    }

    [Fact]
    public async Task ListUnindexed_OfCommitsAndAlone_AreByIdUpToTheBound()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var alone = await AppendLeavesAsync(3);

        var expected = opening.Leaves.Concat(alone).Select(leaf => leaf.Id).OrderBy(id => id.Value.ToString("N"), StringComparer.Ordinal).ToArray();
        Assert.Equal(expected, (await Store.ListUnindexedAsync(10, Cancellation)).Select(leaf => leaf.Id));
        Assert.Equal(expected[..2], (await Store.ListUnindexedAsync(2, Cancellation)).Select(leaf => leaf.Id));
    }

    [Fact]
    public async Task FindLeaf_WithAndWithoutAPlace_TellsIt()
    {
        var opening = Rows.Opening();
        var message = opening.Messages[0].Id;
        var leaf = Rows.Leaf(opening.Row.Id) with { Subject = message.Value };
        var beside = Rows.Leaf(opening.Row.Id, "attachment") with { Subject = message.Value };
        await CommitAsync(opening with { Leaves = [beside, leaf] });

        AssertSame((leaf, (long?)null), await Store.FindLeafAsync(leaf.Id, Cancellation));
        AssertSame((leaf, (long?)null), await Store.FindMessageLeafAsync(opening.Row.Id, message, Cancellation));
        _ = await ExtendAsync(null, [beside, leaf]);
        AssertSame((leaf, (long?)1), await Store.FindLeafAsync(leaf.Id, Cancellation));
        AssertSame((leaf, (long?)1), await Store.FindMessageLeafAsync(opening.Row.Id, message, Cancellation));
        Assert.Null(await Store.FindMessageLeafAsync(Rows.NewExchangeId(), message, Cancellation));
        Assert.Null(await Store.FindMessageLeafAsync(opening.Row.Id, new MessageId(Rows.NewId()), Cancellation));
    }

    [Fact]
    public async Task Tiles_OfAWideExtension_StandEachInItsPlace()
    {
        var leaves = await AppendLeavesAsync(300);
        LogTile[] tiles = [Tile(0, 0, 256), Tile(0, 1, 44), Tile(1, 0, 1)];
        Assert.True(await Store.ExtendLogAsync(new LogExtension(null, Head(300), [.. leaves.Select(leaf => leaf.Id)], [.. tiles]), Cancellation));

        AssertSame(tiles, await Store.ReadTilesAsync([.. tiles.Select(tile => tile.Id)], Cancellation));
        Assert.Equal(300, (await Store.ListLogAsync(0, 1000, Cancellation)).Length);
    }

    [Fact]
    public async Task Checkpoints_OfOneSizeAndOrigin_TheFirstStays()
    {
        var first = Checkpoint(10);

        Assert.True(await Store.AddCheckpointAsync(first, Cancellation));
        Assert.False(await Store.AddCheckpointAsync(first with { Note = "another\n" }, Cancellation));
        Assert.True(await Store.AddCheckpointAsync(Checkpoint(10, Origin + "/2"), Cancellation));

        AssertSame(new[] { first, Checkpoint(10, Origin + "/2") }, await Store.ListCheckpointsAsync(0, 10, Cancellation));
    }

    [Fact]
    public async Task Checkpoints_OfManySizes_AreFoundByWhatTheyCover()
    {
        foreach (var size in (long[])[20, 5, 10])
        {
            Assert.True(await Store.AddCheckpointAsync(Checkpoint(size), Cancellation));
        }

        await ReopenStoreAsync();
        AssertSame(Checkpoint(20), await Store.LatestCheckpointAsync(Cancellation));
        AssertSame(Checkpoint(5), await Store.FindCheckpointAsync(0, Cancellation));
        AssertSame(Checkpoint(10), await Store.FindCheckpointAsync(6, Cancellation));
        AssertSame(Checkpoint(10), await Store.FindCheckpointAsync(10, Cancellation));
        AssertSame(Checkpoint(20), await Store.FindCheckpointAsync(11, Cancellation));
        Assert.Null(await Store.FindCheckpointAsync(21, Cancellation));
        AssertSame(new[] { Checkpoint(10) }, await Store.ListCheckpointsAsync(5, 1, Cancellation));
        AssertSame(new[] { Checkpoint(10), Checkpoint(20) }, await Store.ListCheckpointsAsync(5, 10, Cancellation));
    }

    [Fact]
    public async Task ReplaceNote_OfSeveralWitnesses_LosesNone()
    {
        var checkpoint = Checkpoint(10);
        Assert.True(await Store.AddCheckpointAsync(checkpoint, Cancellation));

        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(witness => Task.Run(() => Store.ReplaceNoteAsync(
            Origin, 10, checkpoint.Note, $"{checkpoint.Note}{witness}\n", Cancellation).AsTask())));

        Assert.Single(won, true);
        var kept = (await Store.LatestCheckpointAsync(Cancellation))!.Note; // added above
        Assert.Equal($"{checkpoint.Note}{Array.IndexOf(won, true)}\n", kept);
        Assert.False(await Store.ReplaceNoteAsync(Origin, 11, kept, "x", Cancellation));
        Assert.False(await Store.ReplaceNoteAsync(Origin + "/2", 10, kept, "x", Cancellation));
        Assert.True(await Store.ReplaceNoteAsync(Origin, 10, kept, kept + "more\n", Cancellation));
    }

    [Fact]
    public async Task TryLead_OneDuty_OneLeadsUntilItLetsGo()
    {
        var first = await Store.TryLeadAsync("log", Cancellation);
        Assert.NotNull(first);
        Assert.Null(await Store.TryLeadAsync("log", Cancellation));
        await using var other = await Store.TryLeadAsync("clocks", Cancellation);
        Assert.NotNull(other);

        await first.DisposeAsync();
        await using var second = await Store.TryLeadAsync("log", Cancellation);
        Assert.NotNull(second);
        Assert.False(second.Lost.IsCancellationRequested);
        await first.DisposeAsync(); // what was let go before takes nothing from the next
        Assert.Null(await Store.TryLeadAsync("log", Cancellation));
    }

    private static LogHead Head(long size) => new(Origin, 1, size, [.. StoreRows.Bytes($"root {size}", 32)]);

    private static LogTile Tile(int level, long position, int width) => new(new TileId(level, position), StoreRows.Bytes($"tile {level}/{position}", width * 32));

    private static CheckpointRow Checkpoint(long size, string origin = Origin) =>
        new(origin, size, [.. StoreRows.Bytes($"root {size}", 32)], Now, $"{origin}\n{size}\n");

    private async Task<LeafRow[]> AppendLeavesAsync(int count)
    {
        var leaves = Enumerable.Range(0, count).Select(number => Rows.Leaf(null, "refusal") with { Hash = StoreRows.Bytes($"leaf {number}", 32) }).ToArray();
        await Task.WhenAll(leaves.Select(leaf => Store.AppendLeafAsync(leaf, Cancellation).AsTask()));
        return leaves;
    }

    /// <summary>Extends by fewer than a tile's leaves.</summary>
    private async Task<LogHead> ExtendAsync(LogHead? before, LeafRow[] leaves)
    {
        var after = Head((before?.Size ?? 0) + leaves.Length);
        ImmutableArray<LogTile> tiles = leaves.Length == 0 ? [] : [Tile(0, 0, (int)after.Size)];
        Assert.True(await Store.ExtendLogAsync(new LogExtension(before, after, [.. leaves.Select(leaf => leaf.Id)], tiles), Cancellation));
        return after;
    }
}
