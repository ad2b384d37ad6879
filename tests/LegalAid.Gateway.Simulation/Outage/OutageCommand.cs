using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Simulation.Outage;

/// <summary>The named command: <c>outage --messages 10000 --store postgres</c>. Exits 0 only where both targets were met and the order was kept.</summary>
internal static class OutageCommand
{
    private const double RateMin = 200;
    private const double ChangeMax = 0.1;

    public static Task<int> RunAsync(string[] args)
    {
        var messages = new Option<int>("--messages") { Description = "How many come to wait.", DefaultValueFactory = _ => 10_000 };
        var probes = new Option<int>("--probes") { Description = "Latencies of the other agency in each phase.", DefaultValueFactory = _ => 300 };
        var store = new Option<StoreKind>("--store") { Description = "sqlite, or postgres: on a server of the run's own.", DefaultValueFactory = _ => StoreKind.Sqlite };
        var root = new RootCommand("Lets an agency be away while messages wait for it, and watches how they drain and what another agency notices.") { messages, probes, store };
        root.SetAction(async (arguments, cancellationToken) =>
        {
            var report = await OutageRun.PlayAsync(
                arguments.GetValue(messages), arguments.GetValue(probes), arguments.GetValue(store), TimeProvider.System, cancellationToken);
            Console.Out.WriteLine(Table(report));
            return Rate(report) >= RateMin && report.OutOfOrder == 0
                && Change(report.Before, report.During) < ChangeMax && Change(report.Before, report.Draining) < ChangeMax ? 0 : 1;
        });
        return root.Parse(args).InvokeAsync();
    }

    public static double Rate(OutageReport report) => report.Waited / report.Drain.TotalSeconds;

    private static string Table(OutageReport report) => string.Join(
        Environment.NewLine,
        Text($"{report.Waited} messages waited; the first came {report.ToFirst.TotalSeconds:0.0} s after the agency was back, the last {report.Drain.TotalSeconds:0.0} s later: {Rate(report):0} a second (at least {RateMin:0})"),
        Text($"out of order {report.OutOfOrder}"),
        Line("before", report.Before, report.Before),
        Line("while it was away", report.During, report.Before),
        Line("while it drained", report.Draining, report.Before));

    private static string Line(string when, IReadOnlyList<TimeSpan> latencies, IReadOnlyList<TimeSpan> before) => Text(
        $"another agency {when,-18} {latencies.Count,6} messages, p50 {Percentile(latencies, 0.5).TotalMilliseconds:0.0} ms, p99 {Percentile(latencies, 0.99).TotalMilliseconds:0.0} ms, {Change(before, latencies):+0.0%;-0.0%;0.0%} (under {ChangeMax:0%})");

    private static double Change(IReadOnlyList<TimeSpan> before, IReadOnlyList<TimeSpan> now) => (Percentile(now, 0.99) / Percentile(before, 0.99)) - 1;

    private static TimeSpan Percentile(IReadOnlyList<TimeSpan> latencies, double share) =>
        latencies.Order().ElementAtOrDefault((int)Math.Ceiling(latencies.Count * share) - 1);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
