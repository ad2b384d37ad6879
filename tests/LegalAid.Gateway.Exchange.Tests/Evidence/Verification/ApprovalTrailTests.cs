using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>What the verifier makes of leaves about what takes two people.</summary>
public sealed class ApprovalTrailTests
{
    private static readonly Guid Approval = Guid.Parse("01950000-0000-7000-8000-000000000001");
    private static readonly ExchangeId Exchange = new(Guid.Parse("01950000-0000-7000-8000-000000000002"));

    [Theory]
    [InlineData("sound", "")]
    [InlineData("leaves in another order", "")]
    [InlineData("erased without any approval", "")]
    [InlineData("asked and not decided", "")]
    [InlineData("one person", "APPROVAL_BY_ONE")]
    [InlineData("another digest", "APPROVAL_BY_ONE")]
    [InlineData("never asked", "APPROVAL_BY_ONE")]
    [InlineData("approval dropped", "APPROVAL_UNSTATED")]
    [InlineData("approval never given", "APPROVAL_UNSTATED")]
    [InlineData("system invited", "")]
    [InlineData("system invited, approval dropped", "APPROVAL_UNSTATED")]
    [InlineData("key retired", "")]
    [InlineData("key retired, approval dropped", "APPROVAL_UNSTATED")]
    [InlineData("configuration activated, approval dropped", "APPROVAL_UNSTATED")]
    [InlineData("waits for its place, approval not read yet", "")]
    public void Leaves_AreJudgedTogether(string what, string code)
    {
        var (asked, approved, erased) = (Rung("asked", "a", "d"), Rung("approved", "b", "d"), Erased(Approval));
        (ArchivedLeaf Leaf, bool Logged)[] leaves = what switch
        {
            "sound" => [(asked, true), (approved, true), (erased, true)],
            "leaves in another order" => [(erased, true), (approved, true), (asked, true)],
            "erased without any approval" => [(Erased(null), true)],
            "asked and not decided" => [(asked, true)],
            "one person" => [(asked, true), (Rung("approved", "a", "d"), true), (erased, true)],
            "another digest" => [(asked, true), (Rung("approved", "b", "e"), true), (erased, true)],
            "never asked" => [(approved, true), (erased, true)],
            "approval dropped" => [(erased, true)],
            "approval never given" => [(asked, true), (Rung("refused", "b", "d"), true), (erased, true)],
            "system invited" => [(asked, true), (approved, true), (Invited(Approval), true)],
            "system invited, approval dropped" => [(Invited(Approval), true)],
            "key retired" => [(asked, true), (approved, true), (Changed(LeafKinds.Key), true)],
            "key retired, approval dropped" => [(Changed(LeafKinds.Key), true)],
            "configuration activated, approval dropped" => [(Changed(LeafKinds.Configuration), true)],
            "waits for its place, approval not read yet" => [(erased, false)],
            _ => throw new ArgumentException(what, nameof(what)),
        };
        var findings = new FindingList();
        var trail = new ApprovalTrail(findings);
        foreach (var (leaf, logged) in leaves)
        {
            trail.Add(leaf, logged);
        }

        trail.End();

        Assert.Equal(code.Length == 0 ? [] : [code], findings.Sorted().Select(finding => finding.Code.Code));
    }

    private static ArchivedLeaf Rung(string rung, string by, string digest) => Archived(
        LeafKinds.Approval, exchange: null, Approval, new JsonObject { ["event"] = rung, ["by"] = by, ["digest"] = digest });

    private static ArchivedLeaf Erased(Guid? approval) => Archived(
        LeafKinds.Erased, Exchange, subject: null, approval is { } some ? new JsonObject { ["approval"] = some.ToString() } : []);

    private static ArchivedLeaf Invited(Guid approval) => Archived(
        LeafKinds.Enrolment, exchange: null, subject: null, new JsonObject { ["what"] = "invited", ["approval"] = approval.ToString() });

    private static ArchivedLeaf Changed(string kind) => Archived(kind, exchange: null, subject: null, new JsonObject { ["approval"] = Approval.ToString() });

    private static ArchivedLeaf Archived(string kind, ExchangeId? exchange, Guid? subject, JsonObject facts)
    {
        var leaf = Leaf.Of(new LeafId(Approval), kind, exchange, subject, agency: null, DateTimeOffset.UnixEpoch, facts);
        return new ArchivedLeaf(leaf.Id.Value, kind, exchange?.Value, subject, null, leaf.CommittedAt, leaf.Entry, leaf.Hash, Index: null);
    }
}
