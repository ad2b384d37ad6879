using System.Collections.Immutable;
using System.Numerics;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// A tree of <paramref name="size"/> leaves read from tiles. Every tile is read at most once, so an object serves one question; a proof
/// in a tree of 10 million leaves takes three full tiles and the right edge.
/// </summary>
public sealed class TiledTree(ITileReader tiles, long size)
{
    private readonly Dictionary<TilePath, Tile> _read = [];

    public async ValueTask<TreeEdge> EdgeAsync(CancellationToken cancellationToken)
    {
        var edge = new List<Tile>();
        foreach (var path in TreeEdge.TilesOf(size))
        {
            edge.Add(await ReadAsync(path, cancellationToken));
        }

        return TreeEdge.Of(size, edge);
    }

    /// <summary>RFC 9162 2.1.3.1: the path from a leaf to the root, lowest first.</summary>
    /// <param name="index">0 to size − 1.</param>
    public async ValueTask<ImmutableArray<TreeHash>> InclusionAsync(long index, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return await RootsAsync(ProofRanges.Inclusion(index, size), cancellationToken);
    }

    /// <summary>RFC 9162 2.1.4.1: shows that the first <paramref name="from"/> leaves are those of the tree that had no more. Empty for 0.</summary>
    /// <param name="from">0 to size.</param>
    public async ValueTask<ImmutableArray<TreeHash>> ConsistencyAsync(long from, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, size);
        return await RootsAsync(from == 0 ? [] : ProofRanges.Consistency(from, size), cancellationToken);
    }

    private async ValueTask<ImmutableArray<TreeHash>> RootsAsync(ImmutableArray<LeafRange> ranges, CancellationToken cancellationToken)
    {
        var roots = ImmutableArray.CreateBuilder<TreeHash>(ranges.Length);
        foreach (var range in ranges)
        {
            TreeHash? root = null;
            foreach (var subtree in range.PerfectSubtrees().Reverse())
            {
                var hash = await NodeAsync(subtree, cancellationToken);
                root = root is { } right ? TreeHash.OfNode(hash, right) : hash;
            }

            roots.Add(root ?? TreeHash.OfNothing);
        }

        return roots.MoveToImmutable();
    }

    /// <summary>The root of a perfect subtree, from the tile that holds the level at or below it.</summary>
    private async ValueTask<TreeHash> NodeAsync(LeafRange subtree, CancellationToken cancellationToken)
    {
        var height = BitOperations.Log2((ulong)subtree.Count);
        var level = height / TilePath.Height;
        var first = subtree.Start >> (TilePath.Height * level);
        var path = TilePath.InTree(size, level, first / TilePath.WidthMax)
            ?? throw new InvalidOperationException($"a tree of {size} leaves has no tile of level {level} there");
        var tile = await ReadAsync(path, cancellationToken);
        return tile.RootOf((int)(first % TilePath.WidthMax), 1 << (height % TilePath.Height));
    }

    private async ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken)
    {
        if (!_read.TryGetValue(path, out var tile))
        {
            tile = await tiles.ReadAsync(path, cancellationToken);
            _read.Add(path, tile);
        }

        return tile;
    }
}
