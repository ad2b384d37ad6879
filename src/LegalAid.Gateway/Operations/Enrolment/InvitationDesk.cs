using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Operations.Staff;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>
/// Makes the codes by which systems enrol. Where staff sign in to this gateway an invitation takes two people (双人复核): what they agreed on is kept as a
/// permit, which whoever runs the verb uses up. The code is told there, once, and kept nowhere: a page that shows it to one of the two, or a worker that
/// carries an approval out after a crash, could not do that.
/// </summary>
internal sealed class InvitationDesk(
    ILedgerStore store, ISnapshotSource configuration, IAgencyClientRegistry clients, TimeProvider time, IIdSource ids)
{
    /// <summary>How long what two people agreed on may be used.</summary>
    public static readonly TimeSpan PermitLife = TimeSpan.FromDays(3);

    /// <summary>Whether a system of these terms could be invited now, by whomever.</summary>
    public InviteFault FaultOf(InviteTerms terms) =>
        !AgencyId.TryParse(terms.Agency, out var agency) || configuration.Current.Agencies.Find(agency) is null ? InviteFault.UnknownAgency
        : !AgencyId.TryParse(terms.ClientId, out _) || clients.Find(terms.ClientId) is not null ? InviteFault.ClientId
        : !EnrolVerbs.Bindings.ContainsKey(terms.Binding) ? InviteFault.Binding
        : terms.Hours is < 1 or > InviteTerms.HoursMax ? InviteFault.Hours
        : InviteFault.None;

    /// <summary>Makes an invitation: its code, told once; or why there is none. The permit is used up by the same write: of two who run the verb, one gets a code.</summary>
    public async Task<(string Code, InviteFault Fault)> InviteAsync(InviteTerms terms, string by, CancellationToken cancellationToken)
    {
        if (FaultOf(terms) is not InviteFault.None and var fault)
        {
            return ("", fault);
        }

        var now = time.GetUtcNow();
        var invitation = new Invitation(terms.Agency, terms.ClientId, EnrolVerbs.Bindings[terms.Binding], terms.Signs, now.AddHours(terms.Hours), by);
        var facts = new JsonObject { ["by"] = by, ["expires"] = Timestamps.Format(invitation.Expires) };
        var code = EnrolmentCode.New();
        List<SettingChange> changes =
        [
            new(Invitation.Prefix + EnrolmentCode.TryHash(code), Expected: null, JsonSerializer.Serialize(invitation, EnrolmentJson.Options)),
        ];
        if (FourEyes.AreDemandedBy(configuration.Current))
        {
            var kept = await store.FindSettingAsync(InvitePermit.Prefix + terms.ClientId, cancellationToken);
            if (InvitePermit.Read(kept) is not { Used: false } permit || now >= permit.Expires)
            {
                return ("", InviteFault.NotApproved);
            }

            if (permit.Terms != terms)
            {
                return ("", InviteFault.OtherThanApproved);
            }

            changes.Add(new(InvitePermit.Prefix + terms.ClientId, kept, (permit with { Used = true }).ToJson()));
            facts["approval"] = permit.Approval.ToString("D");
        }

        return await store.ChangeSettingsAsync([.. changes], EnrolmentLeaf.Of(ids, terms.Agency, now, "invited", terms.ClientId, facts), cancellationToken)
            ? (code, InviteFault.None)
            : ("", InviteFault.Moved);
    }

    /// <summary>
    /// Keeps what two people agreed on. Asked again for the same approval it finds the permit, used by now or not: one approval is one code, also where the
    /// process died between the permit and the approval's outcome.
    /// </summary>
    public async Task<ActOutcome> PermitAsync(InviteTerms terms, ApprovalId approval, CancellationToken cancellationToken)
    {
        const string Done = "permitted";
        var name = InvitePermit.Prefix + terms.ClientId;
        var kept = await store.FindSettingAsync(name, cancellationToken);
        if (InvitePermit.Read(kept)?.Approval == approval.Value)
        {
            return new ActOutcome(Done: true, Done);
        }

        if (FaultOf(terms) is not InviteFault.None and var fault)
        {
            return new ActOutcome(Done: false, InviteFaults.WordOf(fault)); // since it was asked for
        }

        var now = time.GetUtcNow();
        var leaf = EnrolmentLeaf.Of(ids, terms.Agency, now, Done, terms.ClientId, new JsonObject { ["approval"] = approval.ToString() });
        var permit = new InvitePermit(terms, approval.Value, now + PermitLife, Used: false);
        return await store.ChangeSettingsAsync([new(name, kept, permit.ToJson())], leaf, cancellationToken)
            ? new ActOutcome(Done: true, Done)
            : new ActOutcome(Done: false, InviteFaults.WordOf(InviteFault.Moved));
    }
}

/// <summary>That two people agreed on an invitation, as the store keeps it under the client's id.</summary>
internal sealed record InvitePermit(InviteTerms Terms, Guid Approval, DateTimeOffset Expires, bool Used)
{
    public const string Prefix = "enrolment-permit/";

    public static InvitePermit? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<InvitePermit>(json, EnrolmentJson.Options);

    public string ToJson() => JsonSerializer.Serialize(this, EnrolmentJson.Options);
}

/// <summary>The evidence of what happens to an enrolment.</summary>
internal static class EnrolmentLeaf
{
    public static LeafRow Of(IIdSource ids, string agency, DateTimeOffset now, string what, string clientId, JsonObject facts)
    {
        facts["what"] = what;
        facts["client"] = clientId;
        return Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Enrolment, exchange: null, subject: null, AgencyId.Parse(agency), now, facts);
    }
}
