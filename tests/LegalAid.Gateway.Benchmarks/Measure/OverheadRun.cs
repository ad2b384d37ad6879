using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Benchmarks.Gateway;

namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>What one run of an open loop added to what bodies took; times in milliseconds.</summary>
/// <param name="P50">Median of a call's time without that of each wave's slowest body.</param>
/// <param name="Before">Median from the moment at which a call was meant to begin to the arrival of the first wave's slowest question.</param>
/// <param name="After">Median from the last answer to the end of the call.</param>
/// <param name="Late">The time that one call in a hundred was begun late, for which the caller is to blame.</param>
internal sealed record OverheadRun(
    double P50, double P99, double Longest, double Before, double After, double CallP50, double Rate, double Late, TimeSpan Cpu, double AllocatedBytes, int Count, int Wrong)
{
    public static IReadOnlyList<string> Heads { get; } =
    [
        "over the slowest body", "floor p50 ms", "p99 ms", "CPU µs", "p50 ms", "p99 ms", "longest", "to the body", "from it", "whole call p50", "CPU µs", "KB", "/s", "late p99",
        "calls", "wrong",
    ];

    /// <param name="waves">How the slowest body of each wave did, by the call's number; empty where one never answered.</param>
    public static OverheadRun Of(OpenLoopRun run, Func<int, ImmutableArray<BodyTimes>> waves, int wrong)
    {
        var timed = run.Calls.Select((call, number) => (Call: call, Waves: waves(number))).Where(one => !one.Waves.IsEmpty).ToList();
        var over = Sorted(timed.Select(one => Ms(one.Call.Meant, one.Call.Ended) - one.Waves.Sum(wave => wave.Took.TotalMilliseconds)));
        return new OverheadRun(
            At(over, 0.5), At(over, 0.99), over[^1], At(Sorted(timed.Select(one => Ms(one.Call.Meant, one.Waves[0].Asked))), 0.5),
            At(Sorted(timed.Select(one => Ms(one.Waves[^1].Answered, one.Call.Ended))), 0.5), At(Sorted(timed.Select(one => Ms(one.Call.Meant, one.Call.Ended))), 0.5),
            run.Rate, At(Sorted(timed.Select(one => Ms(one.Call.Meant, one.Call.Began))), 0.99), run.Cpu, run.AllocatedBytes, run.Calls.Count, wrong);
    }

    /// <summary>Medians of the runs; of the longest, the calls and the wrong ones all together.</summary>
    public static IReadOnlyList<string> Row(string name, IReadOnlyList<OverheadRun> floor, IReadOnlyList<OverheadRun> real) =>
    [
        name, Median(floor, run => run.P50, "0.00"), Median(floor, run => run.P99, "0.00"), Median(floor, run => run.Cpu.TotalMicroseconds, "0"),
        Median(real, run => run.P50, "0.00"), Median(real, run => run.P99, "0.00"), Text(real.Max(run => run.Longest), "0.0"),
        Median(real, run => run.Before, "0.00"), Median(real, run => run.After, "0.00"), Median(real, run => run.CallP50, "0.0"),
        Median(real, run => run.Cpu.TotalMicroseconds, "0"), Median(real, run => run.AllocatedBytes / 1024, "0"), Median(real, run => run.Rate, "0.0"),
        Median(real, run => run.Late, "0.00"), Text(real.Sum(run => run.Count), "0"), Text(real.Sum(run => run.Wrong), "0"),
    ];

    private static double Ms(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds;

    private static double[] Sorted(IEnumerable<double> values) => [.. values.Order()];

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static string Median(IReadOnlyList<OverheadRun> runs, Func<OverheadRun, double> figure, string form)
    {
        var sorted = Sorted(runs.Select(figure));
        return Text((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, form);
    }

    private static string Text(double value, string form) => value.ToString(form, CultureInfo.InvariantCulture);
}
