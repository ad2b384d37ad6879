using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration;
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
        var store = new Option<StoreKind>("--store") { Description = "sqlite, or postgres: on a server of the run's own.", DefaultValueFactory = _ => StoreKind.Sqlite };
        var nodes = new Option<int>("--nodes") { Description = "Nodes on one PostgreSQL database, 1 to 3; one is killed at a time.", DefaultValueFactory = _ => 1 };
        nodes.Validators.Add(result =>
        {
            var count = result.GetValueOrDefault<int>();
            if (count is < 1 or > 3 || (count > 1 && result.GetValue(store) == StoreKind.Sqlite))
            {
                result.AddError("--nodes takes 1 to 3, and more than one with --store postgres only");
            }
        });
        var chaos = new Option<bool>("--chaos") { Description = "In turn kills a node, breaks the connections to the database and crashes its server; with --store postgres." };
        chaos.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<bool>() && result.GetValue(store) == StoreKind.Sqlite)
            {
                result.AddError("--chaos takes --store postgres: SQLite has no server");
            }
        });
        var root = new RootCommand("Kills the gateway with SIGKILL while agencies work with it, and checks that every promise was kept.") { times, seed, store, nodes, chaos };
        root.SetAction((arguments, cancellationToken) => KillAsync(
            new KillPlan(arguments.GetValue(seed), arguments.GetValue(times), CivilRate, arguments.GetValue(store), arguments.GetValue(nodes), arguments.GetValue(chaos) ? Harm.Chaos : Harm.Kills), cancellationToken));
        return root.Parse(args).InvokeAsync();
    }

    /// <summary>The named command: <c>disk-full --store sqlite</c>.</summary>
    public static Task<int> RunDiskFullAsync(string[] args)
    {
        var times = new Option<int>("--times") { Description = "How often the disk is full.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "Chooses the moments and the agencies' work.", DefaultValueFactory = _ => 1 };
        var store = new Option<StoreKind>("--store") { Description = "sqlite, or postgres: on a server of the run's own.", DefaultValueFactory = _ => StoreKind.Sqlite };
        var root = new RootCommand("Fills the disk of the store while agencies work with the gateway, frees it, and checks that every promise was kept.") { times, seed, store };
        root.SetAction((arguments, cancellationToken) => KillAsync(
            new KillPlan(arguments.GetValue(seed), arguments.GetValue(times), CivilRate, arguments.GetValue(store), Harm: Harm.FullDisk), cancellationToken));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> KillAsync(KillPlan plan, CancellationToken cancellationToken)
    {
        var report = await KillRun.PlayAsync(
            plan, (number, moment, acknowledged) => Console.Out.WriteLine(Text($"{number,4}  {moment,-60} {acknowledged,6} acknowledged")),
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
            Text($"{Word(report.Plan.Store)}, nodes {report.Plan.Nodes}, seed {report.Plan.Seed}, {report.Plan.Times} {Word(report.Plan.Harm)}, {figures.Took.TotalSeconds:0} s"),
            Text($"  notices                {figures.Notices,6}"),
            Text($"  acknowledged           {figures.Acknowledged,6}   answered again {figures.RepeatedAnswers}, calls made again {figures.RepeatedCalls}, told unavailable {figures.ToldUnavailable}, too late {figures.Refused}"),
            Text($"  delivered              {figures.Delivered,6}   handed out again {figures.RepeatedDeliveries}"),
            Text($"  clock messages         {figures.ClockMessages,6}   of which breaches {figures.Breaches}"),
            Text($"  heads of the log       {figures.Checkpoints,6}"),
            .. Enum.GetValues<FindingKind>().Select(kind => Text($"  {Word(kind),-22} {report.Findings.Count(finding => finding.Kind == kind),6}")),
            Text($"  connections struck     {figures.Struck,6}   commits untold {figures.CommitsUntold}"),
            Text($"  errors in the log      {figures.LoggedErrors.Count,6}"),
            .. figures.LoggedErrors.Take(20).Select(line => $"  # {line}"),
            .. report.Findings.Take(40).Select(finding => $"  ! {finding.Kind}: {finding.Text}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static string Word(StoreKind store) => store switch
    {
        StoreKind.Sqlite => "SQLite",
        StoreKind.Postgres => "PostgreSQL",
        _ => throw new InvalidOperationException($"store {store}"),
    };

    private static string Word(Harm harm) => harm switch
    {
        Harm.Kills => "kills",
        Harm.Chaos => "kills, storms and crashes",
        Harm.FullDisk => "full disks",
        _ => throw new InvalidOperationException($"harm {harm}"),
    };

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
