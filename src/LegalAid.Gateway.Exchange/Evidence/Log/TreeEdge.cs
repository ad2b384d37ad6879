using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// The right edge of a tree: for each tile level the hashes of its partial tile. It is all that is needed to append and to know the
/// root; immutable.
/// </summary>
public sealed class TreeEdge
{
    private readonly ImmutableArray<ImmutableArray<TreeHash>> _levels;

    private TreeEdge(long size, ImmutableArray<ImmutableArray<TreeHash>> levels)
    {
        Size = size;
        _levels = levels;
        Root = RootOf(levels);
    }

    /// <summary>The tree without leaves.</summary>
    public static TreeEdge Empty { get; } = new(0, []);

    /// <summary>Number of leaves.</summary>
    public long Size { get; }

    public TreeHash Root { get; }

    /// <summary>The partial tiles of a tree of <paramref name="size"/> leaves, lowest level first. A level without one is left out.</summary>
    public static IEnumerable<TilePath> TilesOf(long size) =>
        from level in Enumerable.Range(0, TilePath.LevelMax + 1)
        let count = size >> (TilePath.Height * level)
        where count % TilePath.WidthMax != 0
        select new TilePath(level, count / TilePath.WidthMax, (int)(count % TilePath.WidthMax));

    /// <param name="tiles">Exactly those of <see cref="TilesOf"/>.</param>
    public static TreeEdge Of(long size, IEnumerable<Tile> tiles)
    {
        var byLevel = tiles.ToDictionary(tile => tile.Path.Level);
        if (!TilesOf(size).Order(ByLevel).SequenceEqual(byLevel.Values.Select(tile => tile.Path).Order(ByLevel)))
        {
            throw new InvalidDataException($"the partial tiles are not those of a tree of {size} leaves");
        }

        return new TreeEdge(size, [.. Enumerable.Range(0, LevelsOf(size)).Select(level => byLevel.TryGetValue(level, out var tile) ? tile.Hashes() : [])]);
    }

    /// <summary>
    /// Appends leaves. Changed are, in order of level and place, all tiles that were completed and the partial ones that the larger tree
    /// ends in and that gained a hash.
    /// </summary>
    public (TreeEdge Edge, ImmutableArray<Tile> Changed) Append(IReadOnlyList<TreeHash> leaves)
    {
        var changed = ImmutableArray.CreateBuilder<Tile>();
        var levels = ImmutableArray.CreateBuilder<ImmutableArray<TreeHash>>();
        var rising = leaves;
        for (var level = 0; level < _levels.Length || rising.Count > 0; level++)
        {
            var before = level < _levels.Length ? _levels[level] : [];
            var index = (Size >> (TilePath.Height * level)) / TilePath.WidthMax;
            var completed = new List<TreeHash>();
            var open = new List<TreeHash>(before);
            foreach (var hash in rising)
            {
                open.Add(hash);
                if (open.Count == TilePath.WidthMax)
                {
                    var full = Tile.Of(new TilePath(level, index++, TilePath.WidthMax), open);
                    changed.Add(full);
                    completed.Add(full.RootOf(0, TilePath.WidthMax));
                    open.Clear();
                }
            }

            if (open.Count > 0 && rising.Count > 0)
            {
                changed.Add(Tile.Of(new TilePath(level, index, open.Count), open));
            }

            levels.Add([.. open]);
            rising = completed;
        }

        return (new TreeEdge(Size + leaves.Count, levels.ToImmutable()), changed.ToImmutable());
    }

    private static Comparer<TilePath> ByLevel { get; } = Comparer<TilePath>.Create((one, other) => one.Level.CompareTo(other.Level));

    private static int LevelsOf(long size) => Enumerable.Range(0, TilePath.LevelMax + 1).Count(level => size >> (TilePath.Height * level) > 0);

    /// <summary>Perfect subtrees grow to the left: the smallest, at the far right, is joined to the next larger, and so on.</summary>
    private static TreeHash RootOf(ImmutableArray<ImmutableArray<TreeHash>> levels)
    {
        TreeHash? root = null;
        foreach (var level in levels)
        {
            for (int end = level.Length, count = 1; end > 0; count *= 2)
            {
                if ((end & count) != 0)
                {
                    end -= count;
                    var subtree = Fold(level.AsSpan(end, count));
                    root = root is { } right ? TreeHash.OfNode(subtree, right) : subtree;
                }
            }
        }

        return root ?? TreeHash.OfNothing;
    }

    private static TreeHash Fold(ReadOnlySpan<TreeHash> hashes) =>
        hashes.Length == 1 ? hashes[0] : TreeHash.OfNode(Fold(hashes[..(hashes.Length / 2)]), Fold(hashes[(hashes.Length / 2)..]));
}
