using System.Collections.Frozen;
using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Simulation.Delivery;
using LegalAid.Gateway.Simulation.Engine;

namespace LegalAid.Gateway.Simulation;

/// <summary>The simulations by name.</summary>
internal static class Simulations
{
    public const string Engine = "engine";
    public const string Delivery = "delivery";

    public static readonly FrozenDictionary<string, SeedSimulation> ByName = new Dictionary<string, SeedSimulation>
    {
        [Engine] = static async (seed, token) => [.. (await new EngineSimulation(seed).RunAsync(token)).Select(finding => $"{finding.Kind}: {finding.Text}")],
        [Delivery] = static async (seed, _) => (await new DeliverySimulation(seed).RunAsync()).Faults(),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}

/// <summary>The named command: <c>simulate --seeds 10000</c>. Exits 0 only where every seed kept every promise.</summary>
internal static class SimulateCommand
{
    private const int ReportEvery = 1000;

    public static Task<int> RunAsync(string[] args)
    {
        var seeds = new Option<int>("--seeds") { Description = "How many seeds.", DefaultValueFactory = _ => 10_000 };
        var first = new Option<int>("--first") { Description = "The first seed; with --seeds 1 it repeats one run.", DefaultValueFactory = _ => 1 };
        var only = new Option<string?>("--only") { Description = "Only the engine's simulation or only that of delivery." };
        only.AcceptOnlyFromAmong([.. Simulations.ByName.Keys]);
        var root = new RootCommand("Lets chance try the engine and delivery over the real code, seed by seed.") { seeds, first, only };
        root.SetAction(async (arguments, cancellationToken) =>
        {
            var failures = 0;
            foreach (var name in Simulations.ByName.Keys.Order().Where(name => arguments.GetValue(only) is not { } one || one == name))
            {
                failures += await SimulateAsync(name, arguments.GetValue(first), arguments.GetValue(seeds), cancellationToken);
            }

            return failures == 0 ? 0 : 1;
        });
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> SimulateAsync(string name, int first, int count, CancellationToken cancellationToken)
    {
        var (started, done) = (TimeProvider.System.GetTimestamp(), 0);
        var failed = await SeedRun.RunAsync(Simulations.ByName[name], first, count, Done, cancellationToken);
        foreach (var (seed, fault) in failed)
        {
            Say($"  ! {name} {seed}: {fault}");
        }

        Say($"{name}: {count} seeds from {first} on, {failed.Select(one => one.Seed).Distinct().Count()} failed, {Elapsed():0.0} s");
        return failed.Count;

        double Elapsed() => TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        void Done()
        {
            if (Interlocked.Increment(ref done) % ReportEvery == 0)
            {
                Say($"{name}: {done} seeds, {Elapsed():0} s");
            }
        }
    }

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
