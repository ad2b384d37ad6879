using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>What is public of an approval: the act, what it is about and who, by marks; reasons are words of people, and stand as keyed hashes.</summary>
internal static class ApprovalLeaf
{
    /// <param name="rung">What happened: "asked", "approved", "refused", "expired", "done" or "failed".</param>
    /// <param name="by">Null: nobody, it took its course.</param>
    public static LeafRow Of(IIdSource ids, KeyRing ring, DateTimeOffset at, ApprovalRow row, string rung, ApprovalPerson? by, string reason)
    {
        var facts = new JsonObject
        {
            ["act"] = row.Act,
            ["digest"] = row.Digest,
            ["event"] = rung,
        };
        if (by is not null)
        {
            facts["by"] = by.Mark;
            facts["role"] = by.Role;
            facts["reason"] = Convert.ToHexStringLower(ring.Blind("approval-reason", $"{row.Id}\0{reason}").AsSpan());
        }

        if (row.Outcome.Length > 0)
        {
            facts["outcome"] = row.Outcome;
        }

        return Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Approval, exchange: null, row.Id.Value, agency: null, at, facts);
    }
}
