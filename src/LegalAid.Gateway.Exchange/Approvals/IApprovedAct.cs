using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>What became of an act.</summary>
/// <param name="Done">Whether it stands as approved.</param>
/// <param name="Word">A word for evidence and pages: lower case, hyphens.</param>
public readonly record struct ActOutcome(bool Done, string Word);

/// <summary>Carries out one kind of act once it is approved.</summary>
public interface IApprovedAct
{
    /// <summary>One of <see cref="ApprovalActs"/>.</summary>
    string Act { get; }

    /// <summary>
    /// The order as it would be carried out now, of what was asked for; null with a word where it cannot be ordered. What it says is digested and
    /// approved to the letter, so it names the state that it is about.
    /// </summary>
    ValueTask<(JsonObject? Order, string Fault)> PrepareAsync(string target, CancellationToken cancellationToken);

    /// <summary>
    /// Carries the order out. It may be called again for the same approval, where the process died after the act and before its outcome was kept: the
    /// second time it finds what the first did, and says so.
    /// </summary>
    ValueTask<ActOutcome> RunAsync(ApprovalId approval, JsonObject order, CancellationToken cancellationToken);
}
