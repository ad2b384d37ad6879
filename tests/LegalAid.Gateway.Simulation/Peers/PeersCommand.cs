using System.CommandLine;
using System.Globalization;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>The named command: <c>peers --rounds 200 --seed 1</c>. Exits 0 only where every round kept every promise.</summary>
internal static class PeersCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var rounds = new Option<int>("--rounds") { Description = "How many rounds, each with the next seed.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "The first round's seed; with --rounds 1 it repeats one.", DefaultValueFactory = _ => 1 };
        var root = new RootCommand("Lets two cities deal with each other over a line that fails, while either gateway dies, and judges both.") { rounds, seed };
        root.SetAction(async (arguments, cancellationToken) => await PlayAsync(arguments.GetValue(seed), arguments.GetValue(rounds), cancellationToken));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> PlayAsync(int first, int count, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (deaths, harmed, accepted, quarrels) = (0, 0, 0, 0);
        var failed = await SeedRun.RunAsync(PlayOneAsync, first, count, static () => { }, cancellationToken);
        foreach (var (seed, fault) in failed)
        {
            Say($"  ! peers {seed}: {fault}");
        }

        Say($"peers: {count} rounds from {first} on, {failed.Select(one => one.Seed).Distinct().Count()} failed, {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s");
        Say($"  {accepted} steps accepted, {harmed} parcels late, doubled or without their answer, {deaths} deaths of a gateway; {quarrels} applications taken up by both centres, each with one holder");
        return failed.Count == 0 ? 0 : 1;

        async Task<IReadOnlyList<string>> PlayOneAsync(int seed, CancellationToken token)
        {
            var simulation = new PeersSimulation(seed);
            var faults = await simulation.RunAsync(token);
            Interlocked.Add(ref deaths, simulation.Deaths);
            Interlocked.Add(ref harmed, simulation.Harmed);
            Interlocked.Add(ref accepted, simulation.Accepted);
            Interlocked.Add(ref quarrels, simulation.Quarrels);
            return faults;
        }
    }

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
