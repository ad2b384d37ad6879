using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// Walks the log from its first leaf: every place has one leaf, every leaf the hash of its entry, every tile the hashes of its leaves, every
/// checkpoint the root of the leaves it covers — so each continues the one before — and every leaf a time that the checkpoints around it allow.
/// <para>What the store holds by now may be more than the head that was read at the start says; what lies beyond is left to the next run.</para>
/// </summary>
internal sealed class LogPass(ILedgerArchive archive, StoreQuestion question, FindingList findings, RunningTally tally)
{
    private const int PageMax = 2048;
    private const string HeadRow = "log_head";

    private readonly GrowingRoot _root = new();
    private readonly LeafOrder _order = new(findings);
    private readonly AccessCheck _accesses = new(question.Ring, findings);
    private readonly ApprovalTrail _approvals = new(findings);

    /// <summary>What is being read or checked: it is named where that fails in a way that nobody thought of.</summary>
    private string _standing = HeadRow;

    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            Walk(cancellationToken);
        }
        catch (Exception damaged) when (damaged is not OperationCanceledException)
        {
            findings.Add(FindingCodes.StoreDamaged, _standing, damaged.Message); // the edge of this walk: the rest is not looked at, and this says so
        }
    }

    private void Walk(CancellationToken cancellationToken)
    {
        var head = archive.Head() ?? new ArchivedHead("", 0, TreeHash.OfNothing.ToArray());
        var root = new TreeHash(head.Root);
        var checkpoints = new CheckpointPass(archive, question, head, findings, tally);
        var tiles = new TilePass(archive, head, _root, _order, (leaf, hash) => Place(leaf, hash, checkpoints), findings, tally);
        _standing = EntryName.Checkpoint(0);
        checkpoints.Pass(_root);
        _standing = EntryName.Index(0);
        long expected = 0;
        var after = (Index: long.MinValue, Id: Guid.Empty);
        while (archive.ListLog(after, PageMax) is { Count: > 0 } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            after = (page[^1].Index ?? 0, page[^1].Id);
            foreach (var leaf in page)
            {
                var index = leaf.Index ?? 0;
                _standing = EntryName.Index(index);
                _approvals.Add(leaf, logged: index < head.Size);
                if (index < 0 || index >= head.Size)
                {
                    CheckBeyond(leaf, index);
                    continue;
                }

                if (index < expected)
                {
                    findings.Add(FindingCodes.IndexTwin, EntryName.Leaf(leaf.Id), EntryName.Index(index));
                    continue;
                }

                expected = Gap(expected, index, tiles) + 1;
                tiles.Add(leaf, LeafCheck.Check(leaf, findings));
                _accesses.Check(leaf);
            }

            tally.Add(now => now with { Leaves = now.Leaves + page.Count, Accesses = _accesses.Count });
        }

        Gap(expected, head.Size, tiles);
        tiles.End();
        _standing = EntryName.Checkpoint(head.Size);
        checkpoints.End(_root);
        _order.End();
        findings.Require(_root.Root == root, FindingCodes.LogHead, EntryName.Checkpoint(head.Size), $"{_root.Root} / {root}");
        _standing = "log_tile";
        TilesBeyond(cancellationToken);
        Unlogged(checkpoints, cancellationToken);
        _approvals.End();
    }

    /// <summary>Beyond the head that was read at the start only a log that has grown since has leaves.</summary>
    private void CheckBeyond(ArchivedLeaf leaf, long index)
    {
        if (index < 0 || index >= (archive.Head()?.Size ?? 0))
        {
            findings.Add(FindingCodes.LeafBeyondHead, EntryName.Leaf(leaf.Id), EntryName.Index(index));
        }
    }

    private void Place(ArchivedLeaf? leaf, TreeHash hash, CheckpointPass checkpoints)
    {
        if (leaf is { Damage: null })
        {
            checkpoints.CheckTime(leaf, _root.Size);
        }

        _root.Append(hash);
        checkpoints.Pass(_root);
    }

    private long Gap(long expected, long index, TilePass tiles)
    {
        if (expected < index)
        {
            findings.Add(FindingCodes.IndexGap, EntryName.Indexes(expected, index - 1));
        }

        for (; expected < index; expected++)
        {
            tiles.Add(leaf: null, default);
        }

        return expected;
    }

    /// <summary>A tile ends where the log ends. The head is read after the tiles: they were there already, so a log in use reaches them.</summary>
    private void TilesBeyond(CancellationToken cancellationToken)
    {
        var after = (Level: int.MinValue, Position: long.MinValue);
        while (archive.ListTiles(after, PageMax) is { Count: > 0 } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            after = (page[^1].Level, page[^1].Position);
            var size = archive.Head()?.Size ?? 0;
            foreach (var (level, position, bytes) in page)
            {
                var standing = level is >= 0 and <= TilePath.LevelMax && position is >= 0 and < long.MaxValue / TilePath.WidthMax
                    ? TilePath.InTree(size, level, position)
                    : null;
                findings.Require(
                    standing is { } tile && bytes <= tile.Width * TreeHash.Bytes, FindingCodes.TileBeyondHead,
                    standing?.ToString() ?? EntryName.Tile(level, position), EntryName.Checkpoint(size));
            }
        }
    }

    private void Unlogged(CheckpointPass checkpoints, CancellationToken cancellationToken)
    {
        var after = Guid.Empty;
        while (archive.ListUnlogged(after, PageMax) is { Count: > 0 } page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            after = page[^1].Id;
            foreach (var leaf in page)
            {
                _standing = EntryName.Leaf(leaf.Id);
                LeafCheck.Check(leaf, findings);
                _accesses.Check(leaf);
                _approvals.Add(leaf, logged: false);
                if (leaf.Damage is null)
                {
                    checkpoints.CheckUnlogged(leaf);
                }
            }

            tally.Add(now => now with { Unlogged = now.Unlogged + page.Count, Accesses = _accesses.Count });
        }
    }
}

/// <summary>A leaf by itself.</summary>
internal static class LeafCheck
{
    /// <summary>The hash that the entry gives. What the row says beside it must agree.</summary>
    public static TreeHash Check(ArchivedLeaf leaf, FindingList findings)
    {
        var hash = StatedLeaf.HashOf(leaf.Entry);
        var entry = EntryName.Leaf(leaf.Id);
        findings.Require(leaf.Hash.Length == TreeHash.Bytes && new TreeHash(leaf.Hash) == hash, FindingCodes.LeafHash, entry, PlaceOf(leaf));
        if (leaf.Damage is { } damage)
        {
            findings.Add(FindingCodes.StoreDamaged, leaf.Index is { } place ? EntryName.Index(place) : entry, damage);
            return hash;
        }

        var stated = StatedLeaf.Read(leaf.Entry);
        findings.Require(
            stated is not null && stated.Id == leaf.Id && stated.Kind == leaf.Kind && stated.Exchange == leaf.Exchange && stated.Subject == leaf.Subject
                && stated.Agency == leaf.Agency && stated.At == leaf.CommittedAt,
            FindingCodes.LeafRow, entry, PlaceOf(leaf));
        return hash;
    }

    private static string PlaceOf(ArchivedLeaf leaf) => leaf.Index is { } index ? EntryName.Index(index) : "";
}
