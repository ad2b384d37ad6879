using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>The named command: <c>kill --times 200 --seed N</c>. Exits 0 only where nothing was lost, doubled or out of order.</summary>
internal static class KillCommand
{
    /// <summary>Slow enough that 200 kills stay within the year whose calendar is published.</summary>
    private const int CivilRate = 15_000;

    public static Task<int> RunAsync(string[] args)
    {
        var times = new Option<int>("--times") { Description = "How often the gateway is killed.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "Chooses the moments and the agencies' work.", DefaultValueFactory = _ => 1 };
        var root = new RootCommand("Kills the gateway with SIGKILL while agencies work with it, and checks that every promise was kept.") { times, seed };
        root.SetAction((arguments, cancellationToken) => KillAsync(arguments.GetValue(times), arguments.GetValue(seed), cancellationToken));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> KillAsync(int times, int seed, CancellationToken cancellationToken)
    {
        var report = await KillRun.PlayAsync(
            seed, times, CivilRate, (number, moment, acknowledged) => Console.Out.WriteLine(Text($"{number,4}  {moment,-44} {acknowledged,6} acknowledged")),
            TimeProvider.System, cancellationToken);
        Console.Out.WriteLine(Table(report));
        return report.Findings.Count == 0 ? 0 : 1;
    }

    /// <summary>The figures of a run, and every finding.</summary>
    public static string Table(KillReport report)
    {
        var figures = report.Figures;
        IEnumerable<string> lines =
        [
            Text($"seed {report.Seed}, {figures.Kills} kills, {figures.Took.TotalSeconds:0} s"),
            Text($"  notices                {figures.Notices,6}"),
            Text($"  acknowledged           {figures.Acknowledged,6}   answered again {figures.RepeatedAnswers}, calls made again {figures.RepeatedCalls}, too late {figures.Refused}"),
            Text($"  delivered              {figures.Delivered,6}   handed out again {figures.RepeatedDeliveries}"),
            Text($"  clock messages         {figures.ClockMessages,6}   of which breaches {figures.Breaches}"),
            .. Enum.GetValues<FindingKind>().Select(kind => Text($"  {Word(kind),-22} {report.Findings.Count(finding => finding.Kind == kind),6}")),
            Text($"  connections struck     {figures.Struck,6}"),
            Text($"  errors in the log      {figures.LoggedErrors,6}"),
            .. report.Findings.Take(40).Select(finding => $"  ! {finding.Kind}: {finding.Text}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    public static string Word(FindingKind kind) => kind switch
    {
        FindingKind.Lost => "lost",
        FindingKind.Doubled => "doubled",
        FindingKind.Unexplained => "unexplained",
        FindingKind.HalfState => "half done",
        FindingKind.Undelivered => "undelivered",
        FindingKind.OutOfOrder => "out of order",
        FindingKind.WrongClock => "clocks wrong",
        FindingKind.Differs => "differing",
        FindingKind.Unreadable => "unreadable",
        _ => throw new InvalidOperationException($"kind {kind}"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
