using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>A tree in memory, its tiles and the naive definition of RFC 6962 2.1 beside it.</summary>
internal sealed class MemoryTiles : ITileReader
{
    private readonly Dictionary<(int, long), Tile> _tiles = [];
    private readonly List<TreeHash> _leaves = [];

    public TreeEdge Edge { get; private set; } = TreeEdge.Empty;

    /// <summary>What was asked for, in order.</summary>
    public List<TilePath> Asked { get; } = [];

    /// <summary>A tree of this many leaves, the number of each its entry, appended in batches of the sizes given and then all at once.</summary>
    public static MemoryTiles Of(int size, params int[] batches)
    {
        var tree = new MemoryTiles();
        foreach (var batch in batches)
        {
            tree.Append(Math.Min(batch, size - tree._leaves.Count));
        }

        tree.Append(size - tree._leaves.Count);
        return tree;
    }

    public static TreeHash LeafAt(long index) => TreeHash.OfLeaf(BitConverter.GetBytes(index));

    public void Append(int count)
    {
        var leaves = Enumerable.Range(_leaves.Count, count).Select(index => LeafAt(index)).ToArray();
        _leaves.AddRange(leaves);
        var (edge, changed) = Edge.Append(leaves);
        Edge = edge;
        foreach (var tile in changed)
        {
            _tiles[(tile.Path.Level, tile.Path.Position)] = tile;
        }
    }

    public TreeHash NaiveRoot(int size) => Naive([.. _leaves.Take(size)]);

    public ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken)
    {
        Asked.Add(path);
        return ValueTask.FromResult(_tiles[(path.Level, path.Position)].Narrowed(path.Width));
    }

    private static TreeHash Naive(ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.Length < 2)
        {
            return leaves.Length == 0 ? TreeHash.OfNothing : leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return TreeHash.OfNode(Naive(leaves[..split]), Naive(leaves[split..]));
    }
}
