using System.Text.Json;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// What took two people, from the leaves alone: whatever was approved was asked for by another and approved as asked, and an erasure, an enrolment, a
/// change of keys or of the configuration that names an approval has one that was given. Leaves come in any order and are judged at the end; approvals are few, and are all that is kept.
/// </summary>
internal sealed class ApprovalTrail(FindingList findings)
{
    private readonly Dictionary<Guid, Rungs> _approvals = [];
    private readonly List<(string Entry, Guid Approval)> _carriedOut = [];

    /// <param name="logged">Whether it stands in the log by now: of one that waits for its place, the approval may wait too, unread.</param>
    public void Add(ArchivedLeaf leaf, bool logged)
    {
        if (leaf.Damage is not null || leaf.Kind is not (LeafKinds.Approval or LeafKinds.Erased or LeafKinds.Enrolment or LeafKinds.Key or LeafKinds.Configuration))
        {
            return;
        }

        try
        {
            using var entry = JsonDocument.Parse(leaf.Entry);
            if (leaf.Kind == LeafKinds.Approval)
            {
                Note(leaf, entry.RootElement);
            }
            else if (logged && Guid.TryParseExact(StatedLeaf.Text(entry.RootElement, "approval"), "D", out var approval))
            {
                _carriedOut.Add((leaf.Exchange is { } exchange ? EntryName.Exchange(exchange) : EntryName.Leaf(leaf.Id), approval));
            }
        }
        catch (JsonException)
        {
            // An entry that is no JSON does not agree with its row: the leaf's own check has said so.
        }
    }

    public void End()
    {
        foreach (var (id, rungs) in _approvals.Where(approval => approval.Value.Approved is not null))
        {
            findings.Require(
                rungs.Asked is { By.Length: > 0 } asked && rungs.Approved is { } approved && asked.By != approved.By && asked.Digest == approved.Digest,
                FindingCodes.ApprovalByOne, EntryName.Approval(id));
        }

        foreach (var (entry, approval) in _carriedOut)
        {
            findings.Require(
                _approvals.TryGetValue(approval, out var rungs) && rungs.Approved is not null, FindingCodes.ApprovalUnstated, entry,
                EntryName.Approval(approval));
        }
    }

    private void Note(ArchivedLeaf leaf, JsonElement entry)
    {
        if (leaf.Subject is not { } id)
        {
            return;
        }

        if (!_approvals.TryGetValue(id, out var rungs))
        {
            _approvals[id] = rungs = new Rungs();
        }

        var rung = new Rung(StatedLeaf.Text(entry, "by"), StatedLeaf.Text(entry, "digest"));
        switch (StatedLeaf.Text(entry, "event"))
        {
            case "asked":
                rungs.Asked = rung;
                break;
            case "approved":
                rungs.Approved = rung;
                break;
        }
    }

    private sealed class Rungs
    {
        public Rung? Asked { get; set; }

        public Rung? Approved { get; set; }
    }

    /// <param name="By">The person, as a keyed hash.</param>
    private sealed record Rung(string By, string Digest);
}
