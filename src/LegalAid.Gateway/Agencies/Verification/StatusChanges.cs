using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Carries out what a body reported as changed: its answers in the person's verifications hold no longer, those that rest on them are checked again, and only then the
/// report is applied. Where the process dies in between, the sweep finds the report and does it again: what is done already changes nothing.
/// </summary>
internal sealed class StatusChanges(ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, OutsideNews news)
{
    public const string Type = "status-change";
    public const string SourceRole = "source";
    private const int PageMax = 100;

    private static readonly FormedPath Person = new(PayloadPath.Parse("change.person"), ComparedAs.Person);

    public async Task ApplyAsync(ExchangeId report, CancellationToken cancellationToken)
    {
        if (await reader.FindWholeAsync(report, cancellationToken) is not { Erased: false } reported || ChangeOf(reported) is not var (person, change))
        {
            return;
        }

        foreach (var centre in configuration.Current.Agencies.All.Where(agency => agency.Kind == AgencyKinds.AidCentre))
        {
            await foreach (var verification in OfPersonAsync(centre.Id, person, cancellationToken))
            {
                await news.EnterAsync(verification.Id, VerificationNews.None with { Changes = [change] }, cancellationToken);
            }
        }

        await ledger.TakeOwnAsync(
            report, (_, now) => new OwnStep(new StepName("apply"), new JsonObject { ["applyTime"] = Timestamps.Format(now) }), cancellationToken);
    }

    private async IAsyncEnumerable<ExchangeReading> OfPersonAsync(
        AgencyId centre, string person, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ExchangeQuery(centre, PageMax, Types: [VerificationReading.Type], Term: reader.TermOf("applicant", person));
        while (true)
        {
            var page = await reader.ListWholeAsync(query, cancellationToken);
            foreach (var reading in page)
            {
                yield return reading;
            }

            if (page.Length < PageMax)
            {
                yield break;
            }

            query = query with { Before = page[^1].Id };
        }
    }

    private (string Person, SourceChange Change)? ChangeOf(ExchangeReading reported)
    {
        var view = reported.State.View;
        return ComparedForms.Of(Person, view) is { } person
            && configuration.Current.Agencies.Find(reported.State.Parties[SourceRole]) is { } source
            && view["change"] is JsonObject change
            && SourceChange.Of(source.Kind, change) is { } read
                ? (person, read)
                : null;
    }
}
