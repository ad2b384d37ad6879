using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Operations;

namespace LegalAid.Gateway.Api.Eligibility;

/// <summary>Decides for a reader: what given facts would come to, and why a verification was decided as it was.</summary>
internal sealed class Assessments(ConfigurationArchive archive, ExchangeReader reader, CivilClock civil)
{
    /// <summary>All faults of the facts together; then those of the case.</summary>
    public AssessEligibilityResponse Assess(AssessEligibilityRequest request, AgencyId caller)
    {
        var (snapshot, today) = (archive.Current, civil.Now.CivilDate());
        var receivedOn = request.ReceivedDate.Length > 0 ? Date(request.ReceivedDate) : today;
        var place = RegionCode.TryParse(request.Place, out var given, out _) ? given : snapshot.Agencies.Get(caller).Region;
        var pack = (request.Pack.Length > 0 ? snapshot.Eligibility.Find(request.Pack) : snapshot.Eligibility.Find(place, receivedOn))
            ?? throw Refusals.Of(request.Pack.Length > 0 ? Fault.With(EligibilityFaults.PackUnknown, "pack", request.Pack) : new Fault(EligibilityFaults.NotInForce, "receivedDate"));
        var decided = pack.Decide(new EligibilityCase(place, receivedOn, today < receivedOn ? receivedOn : today, FactsOf(request, pack, receivedOn)));
        var found = decided switch
        {
            DecideOutcome.Determined determined => determined.Determination,
            DecideOutcome.Refused refused => throw Refusals.Of(refused.Fault),
            _ => throw new InvalidOperationException($"outcome {decided}"),
        };
        var response = new AssessEligibilityResponse
        {
            Determination = EligibilityMapping.Determination(FindingRecord.Of(found, civil.Now)),
            TraceJson = Encoding.UTF8.GetString(TraceJson.Write(found)),
            TextZh = TraceText.Write(found),
        };
        response.NextBodies.AddRange(AskingPlans.Next(found, []).Asks.Select(ask => ask.Body.Name));
        return response;
    }

    /// <summary>Finds the last determination again, by the pack that it rests on, and holds it against the digest that was recorded.</summary>
    public async Task<ExplainVerificationResponse> ExplainAsync(ExchangeReading seen, CancellationToken cancellationToken)
    {
        // The whole exchange: what a matrix cuts from the view must not change what is found.
        var whole = await reader.FindWholeAsync(seen.Id, cancellationToken) ?? throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
        if (whole.Erased)
        {
            throw Refusals.Of(new Fault(LedgerFaults.Erased));
        }

        var progress = Casework.Eligibility.Verification.Progress.Read(whole.State.View["progress"] as System.Text.Json.Nodes.JsonObject);
        if (progress.Findings.IsEmpty || whole.State.State.Value == "checking")
        {
            throw Refusals.Of(new Fault(EligibilityApiFaults.NotDetermined, "name"));
        }

        var finding = progress.Findings[^1];
        var pack = await archive.PinnedPackAsync(finding.Pack, finding.PackDigest, cancellationToken);
        var found = VerificationReading.Of(whole.State, archive.Current, pack).DecideOn(finding.DecidedOn, progress);
        var trace = found is null ? null : TraceJson.Write(found);
        if (found is null || trace is null || Convert.ToHexStringLower(SHA256.HashData(trace)) != finding.TraceDigest)
        {
            throw new InvalidDataException($"verification {whole.Id} is not determined again as it was");
        }

        return new ExplainVerificationResponse
        {
            Determination = EligibilityMapping.Determination(finding),
            TraceJson = Encoding.UTF8.GetString(trace),
            TextZh = TraceText.Write(found),
        };
    }

    private static FactSheet FactsOf(AssessEligibilityRequest request, Adjudicator pack, DateOnly receivedOn)
    {
        var (faults, known) = (new List<Fault>(), new List<KnownFact>());
        foreach (var (index, stated) in request.Facts.Index())
        {
            Add(stated.Fact, stated.Value, $"facts[{index}]", stated.Date.Length > 0 ? Date(stated.Date) : receivedOn, FactStanding.Confirmed);
        }

        foreach (var (index, undertaken) in request.Undertaken.Index())
        {
            Add(undertaken.Fact, undertaken.Value, $"undertaken[{index}]", receivedOn, FactStanding.Undertaken);
        }

        faults.ThrowIfAny();
        return FactSheet.Of(pack.Pack.Vocabulary, known);

        void Add(string name, string text, string field, DateOnly on, FactStanding standing)
        {
            if (pack.Pack.Vocabulary.Find(name) is not { } fact)
            {
                faults.Add(Fault.With(EligibilityFaults.FactUnknown, $"{field}.fact", name));
            }
            else if (FactValue.Parse(fact, text) is not { } value)
            {
                faults.Add(Fault.With(EligibilityFaults.FactValue, $"{field}.value", name, fact.Kind.ToString()));
            }
            else if (standing == FactStanding.Undertaken && pack.Pack.Undertaking?.Facts.Contains(fact) != true)
            {
                faults.Add(Fault.With(EligibilityFaults.FactNotUndertakable, $"{field}.fact", name));
            }
            else
            {
                known.Add(new KnownFact(fact, value, standing == FactStanding.Undertaken ? "applicant" : fact.Bodies[0].Name, on, standing));
            }
        }
    }

    /// <summary>The edge has checked its form.</summary>
    private static DateOnly Date(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
