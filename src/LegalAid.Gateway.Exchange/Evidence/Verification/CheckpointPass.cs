
namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// Goes along with the walk over the log: each checkpoint is signed, says what its record says, and has the root of the leaves so far.
/// Checkpoints from elsewhere are compared in the same walk: a log that was forked or rewritten agrees with itself, and not with them.
/// </summary>
internal sealed class CheckpointPass(
    ILedgerArchive archive, StoreQuestion question, ArchivedHead head, FindingList findings, RunningTally tally)
{
    private const int PageMax = 256;

    private readonly Queue<(string Name, CheckedCheckpoint Checkpoint)> _outside =
        new(question.Outside.OrderBy(given => given.Checkpoint.Head.Size).ThenBy(given => given.Name, StringComparer.Ordinal));

    private readonly Queue<(ArchivedCheckpoint Row, CheckedCheckpoint? Note, FindingList Found)> _page = new();
    private (long Size, string Origin) _after = (long.MinValue, "");
    private bool _ended;
    private long _goodSize;
    private bool _broken;

    /// <summary>The latest time at which anybody is known to have seen the log without the leaves that now follow.</summary>
    private (DateTimeOffset At, long Size)? _missedAt;

    /// <summary>Compares those of the present size, and passes over none.</summary>
    public void Pass(GrowingRoot root)
    {
        while (Next() is { } next && next.Row.Size <= root.Size)
        {
            _page.Dequeue();
            Compare(next.Row, next.Note, root);
        }

        while (_outside.TryPeek(out var given) && given.Checkpoint.Head.Size <= root.Size)
        {
            _outside.Dequeue();
            findings.Require(given.Checkpoint.Head.Root == root.Root, FindingCodes.LogForked, given.Name, EntryName.Checkpoint(root.Size));
            Missed(given.Checkpoint, given.Checkpoint.Head.Size, signedAt: null);
        }
    }

    /// <summary>What covers more leaves than there are says that the log was cut.</summary>
    public void End(GrowingRoot root)
    {
        Pass(root);
        for (var next = Next(); next is not null; next = Next())
        {
            var size = _page.Dequeue().Row.Size;
            findings.Require(Reaches(size), FindingCodes.CheckpointRoot, EntryName.Checkpoint(size), "the log ends before it");
        }

        foreach (var (name, given) in _outside)
        {
            findings.Require(Reaches(given.Head.Size), FindingCodes.LogInconsistent, name, $"{EntryName.Checkpoint(given.Head.Size)}: the log ends before it");
        }
    }

    /// <summary>A log in use grows: its end is looked at after what is said to cover it.</summary>
    private bool Reaches(long size) => size <= head.Size || size <= (archive.Head()?.Size ?? 0);

    /// <summary>A leaf's time against the checkpoints before and after its place.</summary>
    public void CheckTime(ArchivedLeaf leaf, long index)
    {
        CheckMissed(leaf, FindingCodes.LeafBackDated);
        if (Next() is { Note: { } note } next && next.Row.Size > index)
        {
            var latest = note.Cosigned.Select(cosigned => cosigned.At).Append(next.Row.SignedAt).Min();
            findings.Require(
                question.Bounds.MayBeHeld(leaf.CommittedAt, latest), FindingCodes.LeafPostDated, EntryName.Leaf(leaf.Id),
                $"{Timestamps.Format(leaf.CommittedAt)}; {EntryName.Checkpoint(next.Row.Size)} holds it at {Timestamps.Format(latest)}");
        }
    }

    /// <summary>A leaf may wait for its place as long as the merge delay allows.</summary>
    public void CheckUnlogged(ArchivedLeaf leaf) => CheckMissed(leaf, FindingCodes.LeafUnlogged);

    private void CheckMissed(ArchivedLeaf leaf, FindingCode code)
    {
        if (_missedAt is { } missed)
        {
            findings.Require(
                question.Bounds.MayBeMissing(leaf.CommittedAt, missed.At), code, EntryName.Leaf(leaf.Id),
                $"{Timestamps.Format(leaf.CommittedAt)}; {EntryName.Checkpoint(missed.Size)} lacks it at {Timestamps.Format(missed.At)}");
        }
    }

    private void Compare(ArchivedCheckpoint row, CheckedCheckpoint? note, GrowingRoot root)
    {
        var entry = EntryName.Checkpoint(row.Size);
        var stated = row.Size == root.Size && row.Root.AsSpan().SequenceEqual(root.Root.ToArray());
        var signed = note is null || row.Size != note.Head.Size || note.Head.Root == root.Root;

        // One rewritten leaf breaks every root after it: the first says between which sizes to look.
        if (stated && signed)
        {
            (_goodSize, _broken) = (row.Size, false);
        }
        else if (!_broken)
        {
            _broken = true;
            findings.Add(FindingCodes.CheckpointRoot, entry, row.Size > _goodSize ? EntryName.Indexes(_goodSize, row.Size - 1) : "");
        }

        Missed(note, row.Size, row.SignedAt);
        tally.Add(now => now with { Checkpoints = now.Checkpoints + 1 });
    }

    private void Missed(CheckedCheckpoint? note, long size, DateTimeOffset? signedAt)
    {
        foreach (var at in (note?.Cosigned ?? []).Select(cosigned => (DateTimeOffset?)cosigned.At).Append(signedAt).OfType<DateTimeOffset>())
        {
            if (_missedAt is not { } missed || missed.At < at)
            {
                _missedAt = (at, size);
            }
        }
    }

    /// <summary>The next checkpoint of the store. Signatures are checked a page at a time, on all processors: they are the dear part.</summary>
    private (ArchivedCheckpoint Row, CheckedCheckpoint? Note, FindingList Found)? Next()
    {
        if (_page.Count == 0 && !_ended)
        {
            var rows = archive.ListCheckpoints(_after, PageMax);
            _ended = rows.Count == 0;
            foreach (var read in rows.AsParallel().AsOrdered().WithDegreeOfParallelism(Math.Max(1, question.Parallel)).Select(Read))
            {
                _after = (read.Row.Size, read.Row.Origin);
                _page.Enqueue(read);
                foreach (var finding in read.Found.Sorted())
                {
                    findings.Add(finding.Code, finding.Entry, finding.Detail);
                }
            }
        }

        return _page.TryPeek(out var next) ? next : null;
    }

    private (ArchivedCheckpoint Row, CheckedCheckpoint? Note, FindingList Found) Read(ArchivedCheckpoint row)
    {
        var found = new FindingList();
        var entry = EntryName.Checkpoint(row.Size);
        var note = CheckedCheckpoint.Read(row.Note, question.Keys, entry, found);
        found.Require(
            note is null || (note.Head.Origin == row.Origin && note.Head.Size == row.Size && note.Head.Root.ToArray().AsSpan().SequenceEqual(row.Root)),
            FindingCodes.CheckpointRow, entry, note is null ? "" : $"{note.Head.Origin} {note.Head.Size} {note.Head.Root}");
        return (row, note, found);
    }
}
