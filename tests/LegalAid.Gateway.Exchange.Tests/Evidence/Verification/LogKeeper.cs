using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>
/// Keeps a store's log by the log's pure parts and the store's contract: places what waits, signs the head, lets a witness cosign. It signs
/// whatever it is told to, as a forger with the log's key would.
/// </summary>
internal sealed class LogKeeper(Func<ILedgerStore> store, TimeProvider time)
{
    public const string Origin = "gateway.test/log";

    public NoteSigner Log { get; } = NoteSigner.Generate(Origin, NoteAlgorithm.Ed25519);

    public NoteSigner Witness { get; } = NoteSigner.Generate("witness.test", NoteAlgorithm.Cosignature);

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask<LogHead?> HeadAsync() => store().FindLogHeadAsync(Cancellation);

    /// <summary>Places every leaf that waits and signs the new head. Returns the checkpoint's note.</summary>
    public async Task<string> GrowAsync(bool cosigned = true)
    {
        var before = await HeadAsync();
        var waiting = await store().ListUnindexedAsync(100_000, Cancellation);
        var edge = await new TiledTree(new StoredTiles(store), before?.Size ?? 0).EdgeAsync(Cancellation);
        var (after, changed) = edge.Append([.. waiting.Select(leaf => new TreeHash(leaf.Hash))]);
        var head = new LogHead(Origin, 1, after.Size, [.. after.Root.ToArray()]);
        Assert.True(await store().ExtendLogAsync(
            new LogExtension(
                before, head, [.. waiting.Select(leaf => leaf.Id)],
                [.. changed.Select(tile => new LogTile(new TileId(tile.Path.Level, tile.Path.Position), [.. tile.Hashes().SelectMany(hash => hash.ToArray())]))]),
            Cancellation));
        var note = Sign(after.Size, after.Root, cosigned);
        Assert.True(await store().AddCheckpointAsync(new CheckpointRow(Origin, after.Size, head.Root, time.GetUtcNow(), note), Cancellation));
        return note;
    }

    /// <summary>A note over any head.</summary>
    public string Sign(long size, TreeHash root, bool cosigned = true, NoteSigner? by = null)
    {
        var text = new Checkpoint(Origin, size, root).ToString();
        var note = new SignedNote(text, [(by ?? Log).Sign(text, time.GetUtcNow())]);
        return (cosigned ? note.With(Witness.Sign(text, time.GetUtcNow())) : note).ToString();
    }

    public async Task<ImmutableArray<TreeHash>> InclusionAsync(long index, long size) =>
        await new TiledTree(new StoredTiles(store), size).InclusionAsync(index, Cancellation);

    public async Task<ImmutableArray<TreeHash>> ConsistencyAsync(long from, long size) =>
        await new TiledTree(new StoredTiles(store), size).ConsistencyAsync(from, Cancellation);

    private sealed class StoredTiles(Func<ILedgerStore> store) : ITileReader
    {
        public async ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken)
        {
            var stored = Assert.Single(await store().ReadTilesAsync([new TileId(path.Level, path.Position)], cancellationToken));
            return new Tile(path, stored.Hashes.AsMemory(0, path.Width * TreeHash.Bytes));
        }
    }
}
