using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Testing.Duty;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// A month of duty for Nanning on one core, beside a drafter by turns; a province city by city; one absence re-planned, many times; an impossible month
/// explained. The process binds itself to one core, so that neither the solver nor the collector can borrow another. Every roster is judged by the checker.
/// </summary>
internal static class RosterBench
{
    private const int Absences = 50;

    public static Task<int> RunAsync(int seed, int cities, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using var self = Process.GetCurrentProcess();
            self.ProcessorAffinity = 1;
        }

        Report.Line($"{Conditions.Text("no store")}; bound to one core; seed {seed}");
        var settings = new DutyGeneratorSettings { Seed = seed };
        var given = DutyGenerator.City(settings);
        Report.Line($"Nanning, March 2026: {given.Stations.Count} stations, {given.Shifts.Count} shifts, {given.Shifts.Sum(shift => shift.Slots)} places, {given.Lawyers.Count} lawyers");
        var month = Timed(given, seed, cancellationToken);
        var byTurns = RoundRobinDrafter.Draft(given);
        Report.Table(
            ["drafter", "seconds", "processor s", "ended by", "gap %", "rules broken", "places open", .. Heads],
            [
                ["flow and CP-SAT", Number(month.Elapsed.TotalSeconds, "0.0"), Number(month.Processor.TotalSeconds, "0.0"), $"{month.Draft.End}", Number(100 * month.Draft.Gap, "0.00"), Broken(given, month.Draft.Roster), .. Figures(given, month.Draft.Roster)],
                ["by turns", "", "", "", "", Broken(given, byTurns), .. Figures(given, byTurns)],
            ]);
        Absence(given, month.Draft.Roster, seed, cancellationToken);
        Province(settings, cities, cancellationToken);
        Impossible(settings, cancellationToken);
        Report.Line($"load average afterwards {Conditions.LoadAverage()}");
        return Task.FromResult(0);
    }

    private static readonly ImmutableArray<string> Heads =
    [
        "shifts min", "max", "mean", "deviation", "Gini", "weekend max", "deviation", "Gini", "km", "preferred %", "unwished %", "known station %",
    ];

    private static IEnumerable<string> Figures(RosterCase given, Roster roster)
    {
        var found = FairnessFigures.Of(given, roster);
        return
        [
            Number(found.OpenPlaces, "0"),
            Number(found.Shifts.Min, "0"), Number(found.Shifts.Max, "0"), Number(found.Shifts.Mean, "0.00"), Number(found.Shifts.Deviation, "0.00"), Number(found.Shifts.Gini, "0.000"),
            Number(found.Unpopular.Max, "0"), Number(found.Unpopular.Deviation, "0.00"), Number(found.Unpopular.Gini, "0.000"),
            Number(found.KilometresMean, "0.0"), Number(100 * found.OnPreferred, "0"), Number(100 * found.OnUnwished, "0"), Number(100 * found.AtUsual, "0"),
        ];
    }

    private static void Absence(RosterCase given, Roster published, int seed, CancellationToken cancellationToken)
    {
        var chance = new Random(seed);
        var (times, touched, atLeast, proven, broken, open) = (new List<double>(), 0, 0, 0, 0, 0);
        for (var round = 0; round < Absences; round++)
        {
            var one = published.Assignments[chance.Next(published.Assignments.Count)];
            var day = given.Shifts.First(shift => shift.Id == one.Shift).Date;
            var changed = new RosterChange.Absence(one.Lawyer, new Leave(day, day.AddDays(chance.Next(1, 8)))).Apply(given);
            var began = Stopwatch.GetTimestamp();
            var redraft = RosterRedrafter.Redraft(changed, published, seed, cancellationToken).RedraftOrNull ?? throw new InvalidOperationException("the case is sound");
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            (touched, atLeast, proven, open) = (touched + redraft.Touched.Count, atLeast + redraft.TouchedAtLeast, proven + (redraft.FewestProven ? 1 : 0), open + redraft.Open.Sum(place => place.Missing));
            broken += RosterRules.Check(changed, redraft.Roster).Count(violation => violation.Rule != DutyRules.TooFew);
        }

        times.Sort();
        Report.Table(
            ["absences", "median ms", "longest ms", "shifts touched", "at least", "proven fewest", "rules broken", "places open"],
            [[$"{Absences}", Number(times[times.Count / 2], "0"), Number(times[^1], "0"), $"{touched}", $"{atLeast}", $"{proven}", $"{broken}", $"{open}"]]);
    }

    private static void Province(DutyGeneratorSettings settings, int cities, CancellationToken cancellationToken)
    {
        var rows = new List<IReadOnlyList<string>>();
        var (elapsed, processor) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var (name, given) in DutyGenerator.Province(settings, cities))
        {
            Report.Progress(name);
            var drafted = Timed(given, settings.Seed, cancellationToken);
            (elapsed, processor) = (elapsed + drafted.Elapsed, processor + drafted.Processor);
            rows.Add(
            [
                name, $"{given.Shifts.Sum(shift => shift.Slots)}", $"{given.Lawyers.Count}", Number(drafted.Elapsed.TotalSeconds, "0.0"), Number(drafted.Processor.TotalSeconds, "0.0"),
                Number(100 * drafted.Draft.Gap, "0.00"), Broken(given, drafted.Draft.Roster), $"{drafted.Draft.Open.Sum(place => place.Missing)}",
            ]);
        }

        rows.Add([$"{cities} cities", "", "", Number(elapsed.TotalSeconds, "0.0"), Number(processor.TotalSeconds, "0.0"), "", "", ""]);
        Report.Table(["city", "places", "lawyers", "seconds", "processor s", "gap %", "rules broken", "places open"], rows);
    }

    private static void Impossible(DutyGeneratorSettings settings, CancellationToken cancellationToken)
    {
        var given = DutyGenerator.City(settings with { Scarcity = 0.25 });
        var began = Stopwatch.GetTimestamp();
        var outcome = new RosterDrafter(TimeProvider.System).Draft(given, new DraftLimits { Seed = settings.Seed, TimeMax = TimeSpan.FromMinutes(3) }, null, cancellationToken);
        Report.Line($"a quarter of the scarce lawyers: {outcome.GetType().Name} after {Number(Stopwatch.GetElapsedTime(began).TotalSeconds, "0.0")} s");
        if (outcome is DraftOutcome.Impossible { Explanation: var explanation })
        {
            Report.Line($"{explanation.Reasons.Count} reasons, minimal: {explanation.Reasons.Count(reason => reason.Minimal)}; {explanation.Relaxations.Sum(one => one.By)} changes, a whole month drafted with them: {(explanation.Tried ? "yes" : "no")}");
            Report.Line(explanation.Zh);
            Report.Line(explanation.En);
        }
    }

    private static (RosterDraft Draft, TimeSpan Elapsed, TimeSpan Processor) Timed(RosterCase given, int seed, CancellationToken cancellationToken)
    {
        using var self = Process.GetCurrentProcess();
        var (before, began) = (self.TotalProcessorTime, Stopwatch.GetTimestamp());
        var draft = new RosterDrafter(TimeProvider.System).Draft(given, new DraftLimits { Seed = seed }, null, cancellationToken).DraftOrNull ?? throw new InvalidOperationException("the case is sound");
        var elapsed = Stopwatch.GetElapsedTime(began);
        self.Refresh();
        return (draft, elapsed, self.TotalProcessorTime - before);
    }

    /// <summary>Rules broken by the checker's count; an open place is no broken rule here, it has its own column.</summary>
    private static string Broken(RosterCase given, Roster roster) => $"{RosterRules.Check(given, roster).Count(violation => violation.Rule != DutyRules.TooFew)}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
