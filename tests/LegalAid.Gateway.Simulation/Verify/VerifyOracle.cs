using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using Determination = LegalAid.Gateway.Casework.Eligibility.Determination;
using Outcome = LegalAid.Gateway.Casework.Eligibility.Outcome;
using WireOutcome = LegalAid.Gateway.Contracts.Eligibility.V1.Outcome;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>
/// Judges a verification by the whole truth. What is settled must be what the pack makes of everything that is true; what is open must have a reason; and nobody was asked whom
/// the plan, played by itself on the same answers, does not name.
/// </summary>
/// <param name="tells">Which body is connected for which fact.</param>
internal sealed class VerifyOracle(Adjudicator pack, IReadOnlySet<(string Body, string Fact)> tells, DateOnly day)
{
    private const string Source = "truth";

    private static readonly RegionCode Place = RegionCode.Parse("450103");

    private FactVocabulary Vocabulary => pack.Pack.Vocabulary;

    /// <summary>What the law makes of the applicant.</summary>
    public Outcome TruthOf(Applicant applicant) => Decide(applicant.Known(Vocabulary, applicant.Truth.Keys, Source, day)).Outcome;

    /// <summary>What is wrong; null: nothing.</summary>
    public string? WhatIsWrong(Applicant applicant, Verification found)
    {
        var truth = TruthOf(applicant);
        var determined = found.Determination?.Outcome ?? WireOutcome.Unspecified;
        var silent = found.Progress.Asks.Any(ask => ask.State is not (AskState.Confirmed or AskState.Refuted));
        return (found.State, determined) switch
        {
            ("checking", _) => "lost: it is still being checked",
            ("granted", WireOutcome.Eligible) => truth == Outcome.Eligible ? Asked(applicant, found) : $"granted, but {truth}",
            ("for-person", WireOutcome.RefusalProposed) => truth == Outcome.RefusalProposed ? Asked(applicant, found) : $"refusal proposed, but {truth}",
            ("for-person", WireOutcome.PersonDecides) => truth == Outcome.PersonDecides ? Asked(applicant, found) : $"left to a person, but {truth}",
            ("evidence-needed", WireOutcome.EvidenceNeeded) => silent || !applicant.HasAllPapers ? Asked(applicant, found) : $"open without a reason: {string.Join(' ', found.Determination?.Open ?? [])}",
            _ => $"{found.State} {determined}",
        };
    }

    private string? Asked(Applicant applicant, Verification found)
    {
        var planned = Planned(applicant, found);
        var beyond = found.Progress.Asks.Select(ask => ask.Body).Distinct().Except(planned).ToList();
        return beyond.Count == 0 ? null : $"asked beyond the plan: {string.Join(' ', beyond)}";
    }

    /// <summary>The bodies that the plan asks, wave by wave, where each is as silent as it was.</summary>
    private HashSet<string> Planned(Applicant applicant, Verification found)
    {
        List<KnownFact> known = [.. applicant.Known(Vocabulary, applicant.Supplied, Source, day)];
        HashSet<string> planned = new(StringComparer.Ordinal), silent = new(StringComparer.Ordinal);
        HashSet<(string, string)> asked = [];
        while (true)
        {
            var determination = Decide(known);
            var wave = determination.IsSettled
                ? []
                : AskingPlans.Next(determination, (body, fact) => !silent.Contains(body.Name) && !asked.Contains((body.Name, fact.Name)) && tells.Contains((body.Name, fact.Name))).Asks;
            if (wave.IsEmpty)
            {
                return planned;
            }

            foreach (var ask in wave)
            {
                planned.Add(ask.Body.Name);
                asked.UnionWith(ask.Facts.Select(fact => (ask.Body.Name, fact.Name)));
                var record = found.Progress.Asks.FirstOrDefault(one => one.Body == ask.Body.Name && one.Facts.Order(StringComparer.Ordinal).SequenceEqual(ask.Facts.Select(fact => fact.Name).Order(StringComparer.Ordinal)));
                if (record is null or { State: AskState.Confirmed or AskState.Refuted })
                {
                    known.AddRange(applicant.Known(Vocabulary, ask.Facts.Select(fact => fact.Name), Source, day));
                }
                else
                {
                    silent.Add(ask.Body.Name);
                }
            }
        }
    }

    private Determination Decide(IEnumerable<KnownFact> known) => pack.Decide(new EligibilityCase(Place, day, day, FactSheet.Of(Vocabulary, known))) switch
    {
        DecideOutcome.Determined determined => determined.Determination,
        var other => throw new InvalidOperationException($"{other}"),
    };
}
