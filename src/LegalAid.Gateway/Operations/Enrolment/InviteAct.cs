using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>Lets a system be invited, once, on terms that two people agreed on. The target is <see cref="InviteTerms"/> as JSON.</summary>
internal sealed class InviteAct(InvitationDesk desk) : IApprovedAct
{
    private const string Terms = "terms";

    public string Act => ApprovalActs.Invite;

    public ValueTask<(JsonObject? Order, string Fault)> PrepareAsync(string target, CancellationToken cancellationToken)
    {
        var terms = InviteTerms.TryRead(JsonNode.Parse(target)) ?? throw new ArgumentException("no terms", nameof(target));
        return new(desk.FaultOf(terms) is not InviteFault.None and var fault
            ? (null, InviteFaults.WordOf(fault))
            : (new JsonObject { ["act"] = Act, [Terms] = terms.ToJson() }, ""));
    }

    public async ValueTask<ActOutcome> RunAsync(ApprovalId approval, JsonObject order, CancellationToken cancellationToken) => await desk.PermitAsync(
        InviteTerms.TryRead(order[Terms]) ?? throw new InvalidDataException($"the order of {approval} has no terms"), approval, cancellationToken);
}
