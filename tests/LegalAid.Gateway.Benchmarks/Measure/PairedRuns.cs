using System.Globalization;

namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>
/// Floor and real thing in turns: within a pair one follows the other, the order alternates from pair to pair, and one pair before them
/// warms both up and is thrown away. What the machine does meanwhile then falls on both.
/// </summary>
/// <param name="Floor">Figures of the floor, pair by pair.</param>
/// <param name="Real">Figures of the real thing, pair by pair.</param>
internal sealed record PairedRuns(IReadOnlyList<RunFigures> Floor, IReadOnlyList<RunFigures> Real)
{
    /// <param name="realFirst">Whether the real thing begins, because the floor repeats what it sent.</param>
    public static async Task<PairedRuns> RunAsync(int pairs, Func<Task<RunFigures>> floor, Func<Task<RunFigures>> real, bool realFirst = false)
    {
        var (floors, reals) = (new List<RunFigures>(), new List<RunFigures>());
        for (var pair = 0; pair <= pairs; pair++)
        {
            var floorFirst = pair % 2 == 0 != realFirst;
            var first = await (floorFirst ? floor : real)();
            var second = await (floorFirst ? real : floor)();
            var (least, whole) = floorFirst ? (first, second) : (second, first);
            Report.Progress(string.Create(CultureInfo.InvariantCulture, $"pair {pair} of {pairs}: floor {least.Rate:0}/s, real {whole.Rate:0}/s"));
            if (pair > 0)
            {
                floors.Add(least);
                reals.Add(whole);
            }
        }

        return new PairedRuns(floors, reals);
    }

    /// <summary>Real rate ÷ floor rate.</summary>
    public Ratio RateRatio => Ratio.Of(Real.Zip(Floor, (real, floor) => real.Rate / floor.Rate));

    /// <summary>Real p99 ÷ floor p99.</summary>
    public Ratio TailRatio => Ratio.Of(Real.Zip(Floor, (real, floor) => real.P99 / floor.P99));

    public static IReadOnlyList<string> Heads { get; } =
        ["", "floor /s", "p50 ms", "p99 ms", "CPU µs", "real /s", "p50 ms", "p99 ms", "CPU µs", "KB", "rate ratio [95 %]", "p99 ratio [95 %]"];

    /// <summary>A row of the table: medians of the runs, and both ratios with their intervals.</summary>
    public IReadOnlyList<string> Row(string name) =>
    [
        name, .. Columns(Floor), .. Columns(Real), Text(Median(Real, run => run.AllocatedBytes) / 1024, "0"), RateRatio.ToString(), TailRatio.ToString(),
    ];

    public static IReadOnlyList<string> RateHeads { get; } = ["", "floor /s", "CPU µs", "real /s", "CPU µs", "KB", "rate ratio [95 %]"];

    /// <summary>The row where the time of a single operation says nothing.</summary>
    public IReadOnlyList<string> RateRow(string name) =>
    [
        name, .. RateColumns(Floor), .. RateColumns(Real), Text(Median(Real, run => run.AllocatedBytes) / 1024, "0"), RateRatio.ToString(),
    ];

    private static IEnumerable<string> RateColumns(IReadOnlyList<RunFigures> runs) =>
        [Text(Median(runs, run => run.Rate), "0"), Text(Median(runs, run => run.Cpu.TotalMicroseconds), "0")];

    private static IEnumerable<string> Columns(IReadOnlyList<RunFigures> runs) =>
    [
        Text(Median(runs, run => run.Rate), "0"), Text(Median(runs, run => run.P50.TotalMilliseconds), "0.00"),
        Text(Median(runs, run => run.P99.TotalMilliseconds), "0.00"), Text(Median(runs, run => run.Cpu.TotalMicroseconds), "0"),
    ];

    private static double Median(IEnumerable<RunFigures> runs, Func<RunFigures, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(double value, string form) => value.ToString(form, CultureInfo.InvariantCulture);
}
