using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Cooperation;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Holdings;

/// <summary>
/// Leaves one holder of an application that two centres accepted while the line between their gateways was cut. Each gateway looks at its own claims alone, against the
/// copies of the other's: one that the rule is against is given over, with its work and documents, which the other has by its copy; one that holds notes that the other gave
/// way. What is done already is not done again.
/// </summary>
internal sealed class HoldingDesk(ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration)
{
    public const string Type = "application-holding", Held = "held";
    private const string Yielded = "yielded", CentreRole = "centre";
    private const int PageMax = 100;

    private static readonly StepName Yield = new("yield"), Keep = new("keep");
    private static readonly FormedPath Person = new(PayloadPath.Parse("claim.person"), ComparedAs.Person);
    private static readonly FormedPath Matter = new(PayloadPath.Parse("claim.matter"), ComparedAs.Text);

    /// <summary>Settles whatever concerns the claim: it is one of ours, or the copy of another's.</summary>
    public async Task AttendAsync(ExchangeReading seen, CancellationToken cancellationToken)
    {
        if (ComparedForms.Of(Person, seen.State.View) is not { } person)
        {
            return;
        }

        var agencies = configuration.Current.Agencies;
        foreach (var centre in seen.State.Parties.Values.Distinct().Where(party => agencies.GatewayOf(party) is null))
        {
            var query = new ExchangeQuery(centre, PageMax, Types: [Type], Term: reader.TermOf("applicant", person));
            var claims = await reader.AllWholeAsync(query, cancellationToken).Where(one => IsSame(one.State, seen.State)).ToListAsync(cancellationToken);
            foreach (var own in claims.Where(one => one.State.Replica is null && one.State.State.Value == Held))
            {
                foreach (var other in claims.Where(one => one.State.Replica is not null))
                {
                    await SettleAsync(own, other, cancellationToken);
                }
            }
        }
    }

    private async Task SettleAsync(ExchangeReading own, ExchangeReading other, CancellationToken cancellationToken)
    {
        switch (other.State.State.Value)
        {
            case Yielded when !IsKept(own.State):
                var keeping = new JsonObject { ["over"] = Centre(other).ResourceName, ["claim"] = other.Id.ResourceName };
                await ledger.TakeOwnAsync(own.Id, (state, _) => IsKept(state) ? null : new OwnStep(Keep, keeping), cancellationToken);
                break;
            case Held when await reader.EvidencedAsync(own.Id, cancellationToken) is { } ours && await reader.EvidencedAsync(other.Id, cancellationToken) is { } theirs
                && HolderRule.Holds(new HoldingClaim(Centre(other), theirs), new HoldingClaim(Centre(own), ours)):
                var yielding = new JsonObject
                {
                    ["to"] = Centre(other).ResourceName, ["claim"] = other.Id.ResourceName, ["evidenceTime"] = Timestamps.Format(theirs),
                };
                await ledger.TakeOwnAsync(own.Id, (_, _) => new OwnStep(Yield, yielding), cancellationToken);
                break;
        }
    }

    private static bool IsSame(ExchangeState one, ExchangeState other) =>
        ComparedForms.Of(Person, one.View) == ComparedForms.Of(Person, other.View) && ComparedForms.Of(Matter, one.View) == ComparedForms.Of(Matter, other.View);

    private static bool IsKept(ExchangeState state) => state.View.ContainsKey("keeping");

    private static AgencyId Centre(ExchangeReading claim) => claim.State.Parties[CentreRole];
}
