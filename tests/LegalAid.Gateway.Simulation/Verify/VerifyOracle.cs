using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Testing;
using Ask = LegalAid.Gateway.Contracts.Eligibility.V1.Ask;
using Determination = LegalAid.Gateway.Casework.Eligibility.Determination;
using Outcome = LegalAid.Gateway.Casework.Eligibility.Outcome;
using WireOutcome = LegalAid.Gateway.Contracts.Eligibility.V1.Outcome;

namespace LegalAid.Gateway.Simulation.Verify;

/// <param name="Planned">Bodies of the questions that the plan names, each as often as it is asked.</param>
internal sealed record VerifyJudgement(ImmutableArray<VerifyFinding> Findings, ImmutableArray<string> Planned);

/// <summary>
/// Judges a verification by the whole truth. What is settled must be what the pack makes of everything that is true; what is open must have a reason; what bodies are said to have
/// answered must be true; and who was asked is played over: each wave of questions must be, body by body and fact by fact, the one that the plan names for what was known then.
/// </summary>
/// <param name="tells">Which body is connected for which fact.</param>
/// <param name="late">The body that answers by file, at any moment.</param>
/// <param name="received">The day of receipt.</param>
internal sealed class VerifyOracle(Adjudicator pack, IReadOnlySet<(string Body, string Fact)> tells, string late, DateOnly received)
{
    /// <summary>So many answers at most are tried as known and as not yet known at one moment.</summary>
    private const int OpenMax = 4;

    private const string Source = "truth";

    private static readonly RegionCode Place = RegionCode.Parse("450103");

    private FactVocabulary Vocabulary => pack.Pack.Vocabulary;

    /// <summary>By the pack in force of the shipped configuration.</summary>
    public static VerifyOracle Shipped(IReadOnlySet<(string Body, string Fact)> tells, string late, DateOnly received)
    {
        var folder = Path.Combine(GatewayFixture.ConfigurationFolder, "eligibility");
        var (packs, faults) = EligibilityFiles.Read(
            Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
                .Select(path => new ConfigurationFile($"eligibility/{Path.GetRelativePath(folder, path).Replace('\\', '/')}", File.ReadAllText(path))));
        return new VerifyOracle(packs.Find("guangxi-2022") ?? throw new InvalidOperationException(string.Join('\n', faults)), tells, late, received);
    }

    /// <summary>What the law makes of the applicant.</summary>
    /// <param name="on">The day of the decision: bodies say then what is true.</param>
    public Outcome TruthOf(Applicant applicant, DateOnly on) =>
        Decide([.. Supplied(applicant), .. applicant.Known(Vocabulary, applicant.Truth.Keys.Except(applicant.Supplied), Source, on)], on).Outcome;

    /// <param name="rested">Whether it came to rest in time, with every answer that was given.</param>
    public VerifyJudgement Judge(Applicant applicant, Verification found, bool rested)
    {
        var findings = ImmutableArray.CreateBuilder<VerifyFinding>();
        var planned = ImmutableArray.CreateBuilder<string>();
        if (!rested)
        {
            findings.Add(new VerifyFinding(VerifyFault.Lost, found.State == "checking" ? "it is still being checked" : "an answer by file is not in it"));
        }

        if (found.State != "checking" && Decision(applicant, found) is { } wrong)
        {
            findings.Add(new VerifyFinding(VerifyFault.Wrong, wrong));
        }

        findings.AddRange(found.Progress.Answers.Where(answer => applicant.Truth.GetValueOrDefault(answer.Fact) != answer.Value)
            .Select(answer => new VerifyFinding(VerifyFault.Wrong, $"{answer.Body} is said to have answered {answer.Fact} otherwise than it did")));
        findings.AddRange(Unplanned(applicant, found, planned).Select(text => new VerifyFinding(VerifyFault.Unplanned, text)));
        return new VerifyJudgement(findings.ToImmutable(), planned.ToImmutable());
    }

    private string? Decision(Applicant applicant, Verification found)
    {
        if (found.Determination is not { } determined)
        {
            return $"{found.State} without a determination";
        }

        var truth = TruthOf(applicant, DayOf(determined));
        var silent = found.Progress.Asks.Any(ask => ask.State is not (AskState.Confirmed or AskState.Refuted));
        return (found.State, determined.Outcome) switch
        {
            ("granted", WireOutcome.Eligible) => truth == Outcome.Eligible ? null : $"granted, but {truth}",
            ("for-person", WireOutcome.RefusalProposed) => truth == Outcome.RefusalProposed ? null : $"refusal proposed, but {truth}",
            ("for-person", WireOutcome.PersonDecides) => truth == Outcome.PersonDecides ? null : $"left to a person, but {truth}",
            ("evidence-needed", WireOutcome.EvidenceNeeded) => silent || !applicant.HasAllPapers ? null : $"open without a reason: {string.Join(' ', determined.Open)}",
            _ => $"{found.State} {determined.Outcome}",
        };
    }

    /// <summary>Each wave of questions against the plan, and the last finding against what was known by then.</summary>
    private IEnumerable<string> Unplanned(Applicant applicant, Verification found, ImmutableArray<string>.Builder planned)
    {
        List<Ask> before = [];
        foreach (var wave in found.Progress.Asks.GroupBy(ask => (ask.Round, ask.AskTime)).OrderBy(wave => wave.Key.AskTime))
        {
            var asked = wave.Select(Shown).ToHashSet(StringComparer.Ordinal);
            var moments = Moments(applicant, before, wave.Key.Round, wave.Key.AskTime.ToDateTimeOffset(), On(wave.Key.AskTime)).ToList();
            var plan = moments.Find(moment => moment.Plan.SetEquals(asked)) ?? moments[0];
            planned.AddRange(plan.Plan.Select(ask => ask[..ask.IndexOf(':', StringComparison.Ordinal)]));
            if (!plan.Plan.SetEquals(asked))
            {
                yield return $"asked {string.Join("; ", asked.Order(StringComparer.Ordinal))} where the plan asks {(plan.Plan.Count == 0 ? "nobody" : string.Join("; ", plan.Plan.Order(StringComparer.Ordinal)))}";
            }

            before.AddRange(wave);
        }

        if (found.State != "checking" && found.Determination is { } last)
        {
            var moments = Moments(applicant, before, before.Select(ask => ask.Round).DefaultIfEmpty().Max(), last.DecideTime.ToDateTimeOffset(), DayOf(last)).ToList();
            if (!moments.Exists(moment => (int)moment.Outcome == (int)last.Outcome - 1 && moment.Plan.Count == 0))
            {
                yield return $"found {last.Outcome} where the answers make {moments[0].Outcome} and the plan asks {string.Join("; ", moments[0].Plan)}";
            }
        }
    }

    /// <summary>
    /// What the pack finds and whom the plan asks at a moment. An answer by file, and one to an earlier round, may have been entered just before or just after it: each way is one.
    /// </summary>
    private IEnumerable<Moment> Moments(Applicant applicant, IReadOnlyList<Ask> before, int round, DateTimeOffset at, DateOnly on)
    {
        var answered = before.Where(ask => ask.State is AskState.Confirmed or AskState.Refuted && ask.EndTime.ToDateTimeOffset() <= at).ToList();
        var open = answered.Where(ask => ask.Body == late || ask.Round != round).TakeLast(OpenMax).ToList();
        for (var without = 0; without < 1 << open.Count; without++)
        {
            var known = answered.Where(ask => open.IndexOf(ask) is var place && (place < 0 || (without >> place & 1) == 0)).ToList();
            var silent = before.Where(ask => ask.Round == round && !known.Contains(ask)).Select(ask => ask.Body).ToHashSet(StringComparer.Ordinal);
            var asked = before.Where(ask => ask.Round == round).SelectMany(ask => ask.Facts.Select(fact => (ask.Body, fact))).ToHashSet();
            var answers = known.SelectMany(ask => applicant.Known(Vocabulary, ask.Facts, ask.Body, On(ask.EndTime)));
            var determination = Decide([.. Supplied(applicant), .. answers], on);
            var plan = determination.IsSettled
                ? []
                : AskingPlans.Next(determination, (body, fact) => !silent.Contains(body.Name) && !asked.Contains((body.Name, fact.Name)) && tells.Contains((body.Name, fact.Name))).Asks;
            yield return new Moment(determination.Outcome, plan.Select(ask => $"{ask.Body.Name}: {string.Join(' ', ask.Facts.Select(fact => fact.Name).Order(StringComparer.Ordinal))}").ToHashSet(StringComparer.Ordinal));
        }
    }

    private IEnumerable<KnownFact> Supplied(Applicant applicant) => applicant.Known(Vocabulary, applicant.Supplied, Source, received);

    private Determination Decide(IEnumerable<KnownFact> known, DateOnly on) => pack.Decide(new EligibilityCase(Place, received, on, FactSheet.Of(Vocabulary, [.. known]))) switch
    {
        DecideOutcome.Determined determined => determined.Determination,
        var other => throw new InvalidOperationException($"{other}"),
    };

    private static string Shown(Ask ask) => $"{ask.Body}: {string.Join(' ', ask.Facts.Order(StringComparer.Ordinal))}";

    private static DateOnly DayOf(Contracts.Eligibility.V1.Determination determined) => DateOnly.ParseExact(determined.DecideDate, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly On(Google.Protobuf.WellKnownTypes.Timestamp at) => DateOnly.FromDateTime(at.ToDateTimeOffset().ToOffset(Casework.Time.CivilTime.Offset).DateTime);

    private sealed record Moment(Outcome Outcome, HashSet<string> Plan);
}
