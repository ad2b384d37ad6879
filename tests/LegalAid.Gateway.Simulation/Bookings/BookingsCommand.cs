using System.CommandLine;
using System.Globalization;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Testing.Postgres;

namespace LegalAid.Gateway.Simulation.Bookings;

/// <summary>The named command: <c>bookings --attempts 500 --store postgres --nodes 2</c>. Exits 0 only where nobody was in two places and no free time was refused.</summary>
internal static class BookingsCommand
{
    private const string Sqlite = "sqlite", Postgres = "postgres";

    public static Task<int> RunAsync(string[] args)
    {
        var attempts = new Option<int>("--attempts") { Description = "How many are made at once.", DefaultValueFactory = _ => 500 };
        var seeds = new Option<int>("--seeds") { Description = "How many runs, each with a seed and a store of its own.", DefaultValueFactory = _ => 5 };
        var first = new Option<int>("--first") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        var store = new Option<string>("--store") { Description = "sqlite or postgres.", DefaultValueFactory = _ => Sqlite };
        store.AcceptOnlyFromAmong(Sqlite, Postgres);
        var nodes = new Option<int>("--nodes") { Description = "Nodes on one database; more than one with postgres alone.", DefaultValueFactory = _ => 1 };
        var root = new RootCommand("Books overlapping hours of few lawyers at once and judges what came of it.") { attempts, seeds, first, store, nodes };
        root.SetAction(async (arguments, cancellationToken) =>
        {
            var postgres = arguments.GetRequiredValue(store) == Postgres;
            await using var server = postgres ? await PostgresServer.StartAsync("max_connections = 200") : null;
            var failed = 0;
            for (var seed = arguments.GetValue(first); seed < arguments.GetValue(first) + arguments.GetValue(seeds); seed++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failed += await RunAsync(server, postgres ? arguments.GetValue(nodes) : 1, seed, arguments.GetValue(attempts));
            }

            Say($"{arguments.GetValue(seeds)} runs on {(postgres ? Postgres : Sqlite)}, {failed} promises broken");
            return failed == 0 ? 0 : 1;
        });
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> RunAsync(PostgresServer? server, int nodes, int seed, int attempts)
    {
        using var scratch = new ScratchFolder();
        var worlds = new List<LedgerWorld>();
        try
        {
            for (var node = 0; node < nodes; node++)
            {
                worlds.Add(await LedgerWorld.CreateAsync(BookingType.Snapshot(), home: server is null ? null : HomeOn(server, scratch, seed)));
            }

            var started = TimeProvider.System.GetTimestamp();
            var outcome = await new BookingRun(worlds, seed).RunAsync(attempts);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            var found = BookingJudge.Judge(outcome);
            foreach (var line in found)
            {
                Say($"  ! {line}");
            }

            var accepted = outcome.Tried.Count(attempt => attempt.Accepted);
            Say($"seed {seed}: {outcome.Tried.Count} at once over {nodes} node(s), {accepted} stood, {outcome.Tried.Count(attempt => attempt.ReleaseEnded is not null)} of them given back, {outcome.Tried.Count - accepted} refused; then {outcome.Quarters.Count(attempt => attempt.Accepted)} of {outcome.Quarters.Count} quarters free and booked; {found.Count} promises broken; {elapsed.TotalSeconds:0.0} s");
            return found.Count;
        }
        finally
        {
            foreach (var world in worlds)
            {
                await world.DisposeAsync();
            }
        }
    }

    private static LedgerHome HomeOn(PostgresServer server, ScratchFolder scratch, int seed) => new(
        scratch.Directory, LedgerHome.NewKeys(count => new byte[count]), async (time, logger, cancellation) => await PostgresLedgerStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = server.ConnectionString, Schema = string.Create(CultureInfo.InvariantCulture, $"bookings_{seed}"), ReaderCount = 4 },
            time, logger, cancellation));

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
