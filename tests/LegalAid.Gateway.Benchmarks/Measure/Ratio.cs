using System.Globalization;

namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>
/// A ratio seen several times: its geometric mean, and Student's 95 % interval of the mean of the logarithms — the logarithm makes half
/// as fast and twice as fast equally far from the same.
/// </summary>
internal sealed record Ratio(double Mean, double Low, double High)
{
    /// <summary>Student's t, two-sided 95 %, by degrees of freedom from 1.</summary>
    private static readonly double[] T =
        [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086];

    public static Ratio Of(IEnumerable<double> seen)
    {
        var logs = seen.Select(static one => Math.Log(one)).ToArray();
        var mean = logs.Average();
        if (logs.Length < 2)
        {
            return new Ratio(Math.Exp(mean), 0, double.PositiveInfinity);
        }

        var deviation = Math.Sqrt(logs.Sum(log => (log - mean) * (log - mean)) / (logs.Length - 1));
        var half = T[Math.Min(logs.Length - 1, T.Length) - 1] * deviation / Math.Sqrt(logs.Length);
        return new Ratio(Math.Exp(mean), Math.Exp(mean - half), Math.Exp(mean + half));
    }

    public override string ToString() => $"{Text(Mean)} [{Text(Low)}, {Text(High)}]";

    private static string Text(double ratio) => ratio.ToString(ratio is > 0 and < 0.1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);
}
