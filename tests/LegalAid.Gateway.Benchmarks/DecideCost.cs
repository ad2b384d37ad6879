using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>Decisions a second on one thread by the pack in force, and what one allocates: from facts to determination, to its trace, to the plan of whom to ask.</summary>
internal static class DecideCost
{
    private const string Pack = "guangxi-2022";

    public static Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var packs = HostConfiguration.Read(new GatewayHostOptions { ConfigurationFolder = GatewayFixture.ConfigurationFolder }).Snapshot.Eligibility;
        var by = packs.Find(Pack) ?? throw new InvalidOperationException($"no pack {Pack}");
        var examples = packs.Examples[Pack];
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        var rows = new List<IReadOnlyList<string>>();
        Row("on the register (settled by one answer)", One("open-wages-one-answer"), given => by.Decide(given));
        Row("income below, everything known", One("income-class-1-below"), given => by.Decide(given));
        Row("nobody asked yet: ten facts open", One("open-wages"), given => by.Decide(given));
        Row("all worked examples in turn", [.. examples.Select(example => example.Case)], given => by.Decide(given));
        Row("on the register, JSON trace", One("open-wages-one-answer"), Traced);
        Row("all worked examples, JSON trace", [.. examples.Select(example => example.Case)], Traced);
        Row("on the register, Chinese text", One("open-wages-one-answer"), given => TraceText.Write(Determined(given)));
        Row("nobody asked yet: plan of whom to ask", One("open-wages"), given => AskingPlans.Next(Determined(given), []));
        Report.Table(["decide", "decisions/s", "µs", "bytes"], rows);
        return Task.CompletedTask;

        EligibilityCase[] One(string id) => [examples.Single(example => example.Id == id).Case];

        Determination Determined(EligibilityCase given) =>
            by.Decide(given) is DecideOutcome.Determined { Determination: var found } ? found : throw new InvalidOperationException("not determined");

        object Traced(EligibilityCase given)
        {
            buffer.ResetWrittenCount();
            TraceJson.Write(Determined(given), buffer);
            return buffer;
        }

        void Row(string name, EligibilityCase[] cases, Func<EligibilityCase, object> decide)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var runs = Enumerable.Range(0, 6).Select(_ => Time(cases, decide, settings.Scaled(80_000))).Skip(1).OrderBy(run => run.Microseconds).ToList();
            var median = runs[runs.Count / 2]; // of five; the first warmed up
            rows.Add([name, Number(1e6 / median.Microseconds, "0"), Number(median.Microseconds, "0.00"), Number(median.Bytes, "0")]);
        }
    }

    private static (double Microseconds, double Bytes) Time(EligibilityCase[] cases, Func<EligibilityCase, object> decide, int count)
    {
        var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var i = 0; i < count; i++)
        {
            GC.KeepAlive(decide(cases[i % cases.Length]));
        }

        return (Stopwatch.GetElapsedTime(began).TotalMicroseconds / count, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / count);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
