using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>What came of asking for a proof of inclusion.</summary>
public abstract record ProveOutcome
{
    private ProveOutcome()
    {
    }

    public sealed record Proved(LeafRow Leaf, long Index, ImmutableArray<TreeHash> Path, CheckpointRow Checkpoint) : ProveOutcome;

    /// <summary>There is no such leaf for the reader.</summary>
    public sealed record Unknown : ProveOutcome;

    /// <summary>The leaf is committed; no checkpoint covers it yet.</summary>
    public sealed record NotYet : ProveOutcome;

    /// <summary>There is no checkpoint of that size.</summary>
    public sealed record BeyondLog : ProveOutcome;
}

/// <summary>
/// Reads evidence as an agency may see it: leaves of exchanges to which it is party, and what is public of the log. Erasure takes nothing
/// away here. A proof is checked before it is given out: one that does not hold is damage, and throws.
/// </summary>
public sealed class EvidenceReader(ILedgerStore store)
{
    /// <summary>Full tiles kept in memory: 8 MiB.</summary>
    private const int TilesCachedMax = 1024;

    /// <summary>Leaves read at a time.</summary>
    private const int LeavesMax = 1000;

    private readonly CachedTiles _tiles = new(new StoredTiles(store), TilesCachedMax);

    /// <summary>The first checkpoint of at least that size, the newest for 0, or null.</summary>
    public ValueTask<CheckpointRow?> CheckpointAsync(long size, CancellationToken cancellationToken) =>
        size == 0 ? store.LatestCheckpointAsync(cancellationToken) : store.FindCheckpointAsync(size, cancellationToken);

    public async ValueTask<ProveOutcome> ProveAsync(
        Asker reader, ExchangeId exchange, MessageId message, long size, CancellationToken cancellationToken) =>
        await store.IsPartyAsync(exchange, reader.Agency, cancellationToken)
            ? await ProveAsync(reader, await store.FindMessageLeafAsync(exchange, message, cancellationToken), size, cancellationToken)
            : new ProveOutcome.Unknown();

    public async ValueTask<ProveOutcome> ProveAsync(
        Asker reader, ExchangeId exchange, LeafId id, long size, CancellationToken cancellationToken) =>
        await store.IsPartyAsync(exchange, reader.Agency, cancellationToken)
        && await store.FindLeafAsync(id, cancellationToken) is { } found && found.Leaf.Exchange == exchange
            ? await ProveAsync(reader, found, size, cancellationToken)
            : new ProveOutcome.Unknown();

    /// <summary>The proof from one size to another, or null where the sizes are not in order or beyond what is signed.</summary>
    public async ValueTask<ImmutableArray<TreeHash>?> ConsistencyAsync(long from, long to, CancellationToken cancellationToken) =>
        from <= to && await store.LatestCheckpointAsync(cancellationToken) is { } last && to <= last.Size
            ? await new TiledTree(_tiles, to).ConsistencyAsync(from, cancellationToken)
            : null;

    /// <summary>A tile of what is signed, or null: leaves that are not under a checkpoint yet are nobody's business.</summary>
    public async ValueTask<Tile?> TileAsync(TilePath path, CancellationToken cancellationToken) =>
        await store.LatestCheckpointAsync(cancellationToken) is { } last
        && TilePath.InTree(last.Size, path.Level, path.Position) is { } standing && path.Width <= standing.Width
            ? (await _tiles.ReadAsync(standing, cancellationToken)).Narrowed(path.Width)
            : null;

    /// <summary>The ladder of an exchange, or null where there is none for the reader.</summary>
    public async ValueTask<ImmutableArray<MessageEvidence>?> LadderAsync(Asker reader, ExchangeId exchange, CancellationToken cancellationToken)
    {
        if (!await store.IsPartyAsync(exchange, reader.Agency, cancellationToken))
        {
            return null;
        }

        reader.Seen?.Add(exchange);

        var leaves = new List<LeafRow>();
        ImmutableArray<LeafRow> page;
        do
        {
            page = await store.ListLeavesAsync(exchange, leaves.Count == 0 ? null : leaves[^1].Id, LeavesMax, cancellationToken);
            leaves.AddRange(page);
        }
        while (page.Length == LeavesMax);

        return EvidenceLadder.Of(leaves, await store.ListDeliveriesAsync(exchange, cancellationToken));
    }

    /// <summary>The leaf's place, or null while it has none.</summary>
    public async ValueTask<long?> IndexOfAsync(LeafId id, CancellationToken cancellationToken) => (await store.FindLeafAsync(id, cancellationToken))?.Index;

    private async ValueTask<ProveOutcome> ProveAsync(
        Asker reader, (LeafRow Leaf, long? Index)? found, long size, CancellationToken cancellationToken)
    {
        if (found is not { } leaf)
        {
            return new ProveOutcome.Unknown();
        }

        if (await CheckpointAsync(size, cancellationToken) is not { } checkpoint)
        {
            return size == 0 ? new ProveOutcome.NotYet() : new ProveOutcome.BeyondLog();
        }

        if (leaf.Index is not { } index || index >= checkpoint.Size)
        {
            return new ProveOutcome.NotYet();
        }

        var path = await new TiledTree(_tiles, checkpoint.Size).InclusionAsync(index, cancellationToken);
        var finding = MerkleProof.CheckInclusion(index, checkpoint.Size, TreeHash.OfLeaf(leaf.Leaf.Entry), path.AsSpan(), new TreeHash(checkpoint.Root.AsSpan()));
        if (finding != ProofFinding.Valid)
        {
            throw new InvalidDataException($"leaf {leaf.Leaf.Id} does not stand at {index} of the log: {finding}");
        }

        if (leaf.Leaf.Exchange is { } exchange)
        {
            reader.Seen?.Add(exchange, leaf.Leaf.Id.Value);
        }

        return new ProveOutcome.Proved(leaf.Leaf, index, path, checkpoint);
    }
}
