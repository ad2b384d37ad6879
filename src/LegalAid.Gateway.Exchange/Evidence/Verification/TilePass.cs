using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// Compares tiles with the leaves they are made from, level by level. Where the two differ, what stands above — the parent's hash, at the
/// right edge the head's root — says which of them was edited.
/// </summary>
/// <param name="place">Told each leaf, null where it is gone, with the hash that the tree has for it, in order.</param>
internal sealed class TilePass(
    ILedgerArchive archive, ArchivedHead head, GrowingRoot root, LeafOrder order, Action<ArchivedLeaf?, TreeHash> place, FindingList findings, RunningTally tally)
{
    /// <summary>Leaves of the tile under way: the leaf, null where there is none, and its hash.</summary>
    private readonly List<(ArchivedLeaf? Leaf, TreeHash Hash)> _leaves = new(TilePath.WidthMax);

    /// <summary>Roots of the tiles below, by level from 1.</summary>
    private readonly List<List<TreeHash>> _above = [];

    private readonly List<long> _positions = [];
    private TreeHash?[] _stored = [];
    private long _position;

    /// <param name="leaf">Null where it is gone: the tile's hash stands in, so that one lost leaf does not hide the rest.</param>
    public void Add(ArchivedLeaf? leaf, TreeHash hash)
    {
        if (_leaves.Count == 0)
        {
            Open();
        }

        _leaves.Add((leaf, leaf is null ? _stored[_leaves.Count] ?? default : hash));
        if (_leaves.Count == Width)
        {
            CloseLeaves();
        }
    }

    /// <summary>The partial tiles of the right edge.</summary>
    public void End()
    {
        if (_leaves.Count > 0)
        {
            CloseLeaves();
        }

        for (var level = 1; level <= _above.Count; level++)
        {
            if (_above[level - 1].Count > 0)
            {
                CheckAbove(level);
            }
        }
    }

    private int Width => (int)Math.Min(TilePath.WidthMax, head.Size - (_position * TilePath.WidthMax));

    private void Open()
    {
        _stored = new TreeHash?[Width];
        Load(0, _position, Width).CopyTo(_stored.AsSpan());
    }

    private void CloseLeaves()
    {
        var derived = _leaves.Select(leaf => leaf.Hash).ToArray();
        var stored = derived.Select((hash, offset) => _stored[offset] ?? hash).ToArray();
        var chosen = stored;
        if (!derived.AsSpan().SequenceEqual(stored))
        {
            var (tileHolds, leavesHold) = Judge(stored, derived);
            if (leavesHold && !tileHolds)
            {
                findings.Add(FindingCodes.TileEdited, NameOf(0, _position, derived.Length));
                chosen = derived;
            }
            else
            {
                Blame(stored, derived);
                findings.Require(tileHolds, FindingCodes.TileEdited, NameOf(0, _position, derived.Length));
            }
        }

        for (var offset = 0; offset < chosen.Length; offset++)
        {
            place(_leaves[offset].Leaf, chosen[offset]);
        }

        if (chosen.Length == TilePath.WidthMax)
        {
            Rise(1, GrowingRoot.Fold(chosen));
        }

        _leaves.Clear();
        _position++;
    }

    /// <summary>Which of the two what stands above was made from.</summary>
    private (bool Tile, bool Leaves) Judge(TreeHash[] stored, TreeHash[] derived)
    {
        if (derived.Length < TilePath.WidthMax)
        {
            var whole = new TreeHash(head.Root);
            return (root.RootWith(stored) == whole, root.RootWith(derived) == whole);
        }

        var parent = HashIn(Read(1, _position / TilePath.WidthMax), (int)(_position % TilePath.WidthMax));
        return (GrowingRoot.Fold(stored) == parent, GrowingRoot.Fold(derived) == parent);
    }

    private void Blame(TreeHash[] stored, TreeHash[] derived)
    {
        for (var offset = 0; offset < derived.Length; offset++)
        {
            if (_leaves[offset].Leaf is { } leaf && stored[offset] != derived[offset])
            {
                order.Misplaced((_position * TilePath.WidthMax) + offset, leaf.Id, derived[offset], stored[offset]);
            }
        }
    }

    private void Rise(int level, TreeHash hash)
    {
        if (_above.Count < level)
        {
            _above.Add([]);
            _positions.Add(0);
        }

        _above[level - 1].Add(hash);
        if (_above[level - 1].Count == TilePath.WidthMax)
        {
            var full = GrowingRoot.Fold([.. _above[level - 1]]);
            CheckAbove(level);
            Rise(level + 1, full);
        }
    }

    private void CheckAbove(int level)
    {
        var (hashes, position) = (_above[level - 1], _positions[level - 1]);
        var stored = Load(level, position, hashes.Count);
        findings.Require(
            hashes.Select((hash, offset) => stored[offset] is not { } tile || tile == hash).All(same => same),
            FindingCodes.TileEdited, NameOf(level, position, hashes.Count));
        hashes.Clear();
        _positions[level - 1]++;
    }

    private TreeHash?[] Load(int level, long position, int width)
    {
        var bytes = Read(level, position) ?? [];
        findings.Require(bytes.Length >= width * TreeHash.Bytes && bytes.Length % TreeHash.Bytes == 0, FindingCodes.TileMissing, NameOf(level, position, width));
        tally.Add(now => now with { Tiles = now.Tiles + 1 });
        return [.. Enumerable.Range(0, width).Select(offset => HashIn(bytes, offset))];
    }

    private static TreeHash? HashIn(byte[]? tile, int offset) =>
        tile?.Length >= (offset + 1) * TreeHash.Bytes ? new TreeHash(tile.AsSpan(offset * TreeHash.Bytes, TreeHash.Bytes)) : null;

    private byte[]? Read(int level, long position) => archive.FindTile(level, position);

    private static string NameOf(int level, long position, int width) => new TilePath(level, position, width).ToString();
}

/// <summary>
/// Leaves that do not stand where the tree has them. When all are known, those whose hash the tree has at another of these places were moved;
/// the others are not the log's at all.
/// </summary>
internal sealed class LeafOrder(FindingList findings)
{
    /// <summary>Beyond so many, each is reported as replaced: a whole log that was renumbered needs no list of moves.</summary>
    private const int ComparedMax = 100_000;

    private readonly List<(long Index, Guid Leaf, TreeHash Hash)> _misplaced = [];
    private readonly Dictionary<TreeHash, long> _wanted = [];

    public void Misplaced(long index, Guid leaf, TreeHash hash, TreeHash wanted)
    {
        if (_misplaced.Count == ComparedMax)
        {
            findings.Add(FindingCodes.LeafReplaced, EntryName.Leaf(leaf), EntryName.Index(index));
            return;
        }

        _misplaced.Add((index, leaf, hash));
        _wanted[wanted] = index;
    }

    public void End()
    {
        foreach (var (index, leaf, hash) in _misplaced)
        {
            if (_wanted.TryGetValue(hash, out var place))
            {
                findings.Add(FindingCodes.LeafMoved, EntryName.Leaf(leaf), $"{EntryName.Index(index)} ← {EntryName.Index(place)}");
            }
            else
            {
                findings.Add(FindingCodes.LeafReplaced, EntryName.Leaf(leaf), EntryName.Index(index));
            }
        }
    }
}
