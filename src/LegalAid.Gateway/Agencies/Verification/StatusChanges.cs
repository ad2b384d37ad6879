using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Carries out what a body reported as changed, or corrected on a centre's request: its answers in the person's verifications hold no longer, those that rest on them are
/// checked again, and only then the report or request is applied. Where the process dies in between, the sweep finds the report and does it again: what is done already changes nothing.
/// </summary>
internal sealed class StatusChanges(ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, OutsideNews news)
{
    public const string Type = "status-change";
    public const string CorrectionType = "correction-request", Corrected = "corrected";
    public const string SourceRole = "source";
    private const int PageMax = 100;

    private static readonly FormedPath
        Person = new(PayloadPath.Parse("change.person"), ComparedAs.Person),
        DisputedPerson = new(PayloadPath.Parse("request.person"), ComparedAs.Person);

    public async Task ApplyAsync(ExchangeId report, CancellationToken cancellationToken)
    {
        if (await reader.FindWholeAsync(report, cancellationToken) is not { Erased: false } reported || ChangeOf(reported) is not var (person, change))
        {
            return;
        }

        foreach (var centre in configuration.Current.Agencies.All.Where(agency => agency.Kind == AgencyKinds.AidCentre))
        {
            var query = new ExchangeQuery(centre.Id, PageMax, Types: [VerificationReading.Type], Term: reader.TermOf("applicant", person));
            await foreach (var verification in reader.AllWholeAsync(query, cancellationToken))
            {
                await news.EnterAsync(verification.Id, VerificationNews.None with { Changes = [change] }, cancellationToken);
            }
        }

        await ledger.TakeOwnAsync(
            report, (_, now) => new OwnStep(new StepName("apply"), new JsonObject { ["applyTime"] = Timestamps.Format(now) }), cancellationToken);
    }

    private (string Person, SourceChange Change)? ChangeOf(ExchangeReading reported)
    {
        var view = reported.State.View;
        if (!reported.State.Parties.TryGetValue(SourceRole, out var id) || configuration.Current.Agencies.Find(id) is not { } source)
        {
            return null;
        }

        var (formed, read) = reported.State.Type.Id.Value switch
        {
            Type when view["change"] is JsonObject change => (Person, SourceChange.Of(source.Kind, change)),
            CorrectionType when reported.State.State.Value == Corrected => (DisputedPerson, CorrectionOf(source.Kind, reported.State)),
            _ => (Person, null),
        };
        return read is not null && ComparedForms.Of(formed, view) is { } person ? (person, read) : null;
    }

    /// <summary>A correction is a change of the one fact; what was answered holds no longer from the day of the correction on.</summary>
    private static SourceChange? CorrectionOf(string body, ExchangeState state) =>
        (string?)state.View["request"]?["fact"] is { } fact && state.Taken.TryGetValue("correct", out var taken)
            ? new SourceChange(body, [fact], taken.At.CivilDate())
            : null;
}
