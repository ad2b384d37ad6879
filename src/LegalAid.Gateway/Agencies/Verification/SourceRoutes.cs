using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// The way from a fact to the agency that answers it: of the body's kind, with a connector that maps the fact, competent at the receiving place (the smallest region that
/// contains it), and one that the sharing matrix lets the centre ask for the fact. Lives for one decision.
/// </summary>
internal sealed class SourceRoutes(ConfigurationSnapshot snapshot, VerificationReading reading, DateTimeOffset now) : ISourceRoutes
{
    private readonly Agency _centre = snapshot.Agencies.Get(reading.Centre);
    private readonly Dictionary<(string Body, int Fact), SourceRoute?> _found = [];

    public SourceRoute? Find(SourceBody body, FactDefinition fact)
    {
        if (!_found.TryGetValue((body.Name, fact.Index), out var route))
        {
            route = MayAsk(fact) ? Look(body, fact) : null;
            _found.Add((body.Name, fact.Index), route);
        }

        return route;
    }

    public TimeSpan? AnswersWithin(AgencyId agency, string connector) =>
        snapshot.Agencies.Find(agency)?.Connectors.FirstOrDefault(one => one.Id == connector)?.AnswersWithin;

    /// <summary>The ground on which the centre may ask for the fact at the place; null where the matrix does not let it.</summary>
    public static SharingDecision.Allowed? Grant(ConfigurationSnapshot snapshot, Agency centre, FactDefinition fact, VerificationReading reading, DateOnly today) =>
        snapshot.Sharing.Decide(new SharingQuestion(centre, SharedObject.Fact(fact.Name), today) { Purpose = Purpose.EligibilityCheck, Place = reading.Place }) as SharingDecision.Allowed;

    private bool MayAsk(FactDefinition fact) => Grant(snapshot, _centre, fact, reading, now.CivilDate()) is not null;

    private SourceRoute? Look(SourceBody body, FactDefinition fact) => (
        from agency in snapshot.Agencies.All
        where agency.Kind == body.Name && agency.IsVouchedForAt(now)
        from connector in agency.Connectors
        where connector.Answers.Any(answer => answer.Fact.Name == fact.Name)
        from region in agency.Serves.IsEmpty ? [agency.Region] : agency.Serves
        where region.Contains(reading.Place)
        orderby region.Level descending
        select new SourceRoute(agency.Id, connector.Id)).FirstOrDefault();
}
