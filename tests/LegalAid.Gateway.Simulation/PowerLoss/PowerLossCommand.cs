using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Simulation.History;
using LegalAid.Gateway.Simulation.Kill;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>The named command: <c>power-loss --store sqlite --seed N</c>, or <c>--store postgres</c>. Exits 0 only where nothing acknowledged was lost.</summary>
internal static class PowerLossCommand
{
    private static readonly IPoweredStore[] Stores = [new SqlitePowered(), new PostgresPowered()];

    public static Task<int> RunAsync(string[] args)
    {
        var store = new Option<string>("--store") { Description = "Whose disk.", DefaultValueFactory = _ => SqlitePowered.Kind };
        store.AcceptOnlyFromAmong([.. Stores.Select(one => one.Name)]);
        var seed = new Option<int>("--seed") { Description = "Chooses the work, and what survives a cut beside what was synced.", DefaultValueFactory = _ => 1 };
        var syncs = new Option<int?>("--cuts") { Description = "At how many syncs the power is cut; without it at every one." };
        var between = new Option<int>("--between") { Description = "At how many other points.", DefaultValueFactory = _ => 50 };
        var variants = new Option<int>("--variants") { Description = "Disks beside the least that is left by each cut.", DefaultValueFactory = _ => 2 };
        var care = new Option<string?>("--care")
        {
            Description = $"How the store syncs, the gateway's way first, then what it refuses: {string.Join("; ", Stores.Select(one => $"{one.Name}: {string.Join(", ", one.Cares)}"))}.",
        };
        var rounds = new Option<int>("--rounds") { Description = "How long each of twelve callers works.", DefaultValueFactory = _ => 10 };
        var root = new RootCommand("Cuts the power of a working store at every sync, and checks that everything acknowledged is there.") { store, seed, syncs, between, variants, care, rounds };
        root.SetAction(async (arguments, cancellationToken) =>
        {
            var powered = Stores.Single(one => one.Name == arguments.GetValue(store));
            var cared = powered.Cares.Single(word => word.Equals(arguments.GetValue(care) ?? powered.Cares[0], StringComparison.OrdinalIgnoreCase));
            var plan = new PowerPlan(arguments.GetValue(seed), cared, Callers: 12, arguments.GetValue(rounds));
            var run = new PowerLossRun(powered, plan, new CutPlan(arguments.GetValue(syncs), arguments.GetValue(between), arguments.GetValue(variants)), TimeProvider.System);
            var report = await run.PlayAsync(cancellationToken);
            Console.Out.WriteLine(Table(report));
            return report.Findings.Count == 0 ? 0 : 1;
        });
        return root.Parse(args).InvokeAsync();
    }

    /// <summary>The process whose calls are recorded: does the work on a store and ends.</summary>
    public static async Task<int> WorkAsync(string[] args)
    {
        if (args is not [var store, var folder, var place, var seed, var care, var callers, var rounds])
        {
            return 2;
        }

        var work = new Workload(Path.Combine(folder, Acknowledgement.FileName), Number(seed), Number(callers), Number(rounds));
        await work.RunAsync(store == PostgresPowered.Kind ? PostgresPowered.Home(folder, place, care) : SqlitePowered.Home(folder, care));
        return 0;
    }

    /// <summary>The figures of a run, and its first findings.</summary>
    public static string Table(PowerReport report)
    {
        var figures = report.Figures;
        IEnumerable<string> lines =
        [
            Text($"seed {report.Plan.Seed}, syncing {report.Plan.Care}, {figures.Took.TotalSeconds:0} s of which {figures.Recorded.TotalSeconds:0.0} s recorded"),
            Text($"  calls recorded         {figures.Calls,6}   of which syncs {figures.Syncs}"),
            Text($"  acknowledged           {figures.Acknowledged,6}"),
            Text($"  power cut              {figures.Points,6}   disks judged {figures.Images}"),
            .. Enum.GetValues<FindingKind>().Select(kind => (Kind: kind, Count: report.Findings.Count(finding => finding.Kind == kind)))
                .Where(found => found.Count > 0 || found.Kind is FindingKind.Lost or FindingKind.HalfState or FindingKind.Differs or FindingKind.Unreadable)
                .Select(found => Text($"  {KillCommand.Word(found.Kind),-22} {found.Count,6}")),
            .. report.Findings.Take(20).Select(finding => $"  ! {finding.Kind}: {finding.Text}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
