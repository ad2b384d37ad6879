using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>Who takes part after a step, and who gets its message.</summary>
internal static class PartyRules
{
    /// <summary>The parties after the step's rules; what is wrong is added to <paramref name="faults"/>.</summary>
    public static ImmutableSortedDictionary<string, AgencyId> Apply(CheckInput input, CheckCatalogue checks, List<Fault> faults)
    {
        var parties = input.Parties;
        foreach (var rule in input.Step.Parties)
        {
            if (Find(rule, input, checks, faults) is { } agency)
            {
                parties = parties.SetItem(rule.Role.Value, agency.Id);
            }
        }

        return parties;
    }

    /// <summary>The roles' holders; where the step replaced or released a holder, the one before as well, unless it took the step itself; and nobody twice.</summary>
    public static ImmutableArray<Recipient> Recipients(
        StepDefinition step,
        AgencyId? sender,
        ImmutableSortedDictionary<string, AgencyId> before,
        ImmutableSortedDictionary<string, AgencyId> after)
    {
        var recipients = new List<Recipient>();
        foreach (var role in step.DeliverTo)
        {
            foreach (var parties in new[] { after, before })
            {
                if (parties.TryGetValue(role.Value, out var agency) && (agency != sender || after.ContainsValue(agency)) && recipients.All(recipient => recipient.Agency != agency))
                {
                    recipients.Add(new Recipient(agency, role, step.Overtakes));
                }
            }
        }

        return [.. recipients];
    }

    private static Agency? Find(PartyRule rule, CheckInput input, CheckCatalogue checks, List<Fault> faults)
    {
        var field = rule.From?.ToString() ?? "";
        if (rule.From?.FindText(input.Payload) is { Length: > 0 } name)
        {
            var named = AgencyId.TryParseResourceName(name, out var id) ? input.Snapshot.Agencies.Find(id) : null;
            if (named is null)
            {
                faults.Add(new Fault(TransitionFaults.PartyUnknown, field));
            }
            else if (!rule.Kinds.Contains(named.Kind))
            {
                faults.Add(Fault.With(TransitionFaults.PartyKind, field, string.Join(", ", rule.Kinds)));
            }

            return named;
        }

        var found = rule.Else is null ? null : checks.Finder(rule.Else)(input);
        if (found is null && rule.Required)
        {
            faults.Add(new Fault(TransitionFaults.PartyMissing, field));
        }

        return found;
    }
}
