using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>
/// What takes two people and could not wait for them (事后复核): whoever had to act on the machine acts, and an administrator looks at it afterwards. The
/// review is kept before the act, so that none is done without one; where the process dies between, there is a review of what was not done, and the
/// evidence of the act itself is missing. Safe on any thread and on several nodes.
/// </summary>
public sealed class ReviewBook(ILedgerStore store, KeyRing ring, IIdSource ids, TimeProvider time)
{
    /// <summary>How long a review stands open. One that nobody makes is closed as expired, and stays on the list.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromDays(30);

    /// <param name="what">What is done, for the reviewer and the log: nothing of a person.</param>
    /// <param name="by">Who acts.</param>
    public async ValueTask<ApprovalId> AddAsync(JsonObject what, string reason, ApprovalPerson by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var bytes = CanonicalJson.Canonicalise(new JsonObject { ["act"] = ApprovalActs.Review, ["done"] = what });
        var why = ApprovalDesk.OnOneLine(reason);
        var row = new ApprovalRow(
            new ApprovalId(ids.NewId()), ApprovalActs.Review, [.. bytes], CanonicalJson.Digest(bytes), why[..Math.Min(why.Length, ApprovalDesk.ReasonCharsMax)],
            by.Key, by.Name, now, now + OpenFor, ApprovalStatus.Asked);
        await store.AddApprovalAsync(row, ApprovalLeaf.Of(ids, ring, now, row, "asked", by, row.Reason), cancellationToken);
        return row.Id;
    }
}

/// <summary>A review is done when somebody has looked: there is nothing left to carry out. Nobody asks for one.</summary>
public sealed class ReviewAct : IApprovedAct
{
    public string Act => ApprovalActs.Review;

    public ValueTask<(JsonObject? Order, string Fault)> PrepareAsync(string target, CancellationToken cancellationToken) => new((null, "unknown-act"));

    public ValueTask<ActOutcome> RunAsync(ApprovalId approval, JsonObject order, CancellationToken cancellationToken) => new(new ActOutcome(Done: true, "reviewed"));
}
