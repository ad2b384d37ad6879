using System.CommandLine;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Measure;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>The command line: one verb for each benchmark.</summary>
internal static class BenchmarkCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var store = new Option<string>("--store") { Description = "Which store: sqlite.", DefaultValueFactory = _ => StoreBenches.Default };
        store.AcceptOnlyFromAmong([.. StoreBenches.Names]);
        var quick = new Option<bool>("--quick") { Description = "Fewer and shorter runs: to see that it works, not to quote." };
        var pairs = new Option<int>("--pairs") { Description = "Pairs of floor and real thing.", DefaultValueFactory = _ => 7 };
        var producers = new Option<int[]>("--producers")
        {
            Description = "Callers that wait at a time.", DefaultValueFactory = _ => [1, 16, 64], AllowMultipleArgumentsPerToken = true,
        };

        var root = new RootCommand("Measures the gateway against floors, both in the same run.");
        Add("accept-engine", "Accepted notices a second by the engine, against raw group commit of the same rows.", AcceptEngine.RunAsync);
        Add("accept-cost", "What an accept costs the engine's own code, on one thread with a store that keeps nothing.", AcceptCost.RunAsync);
        return root.Parse(args).InvokeAsync();

        void Add(string name, string description, Func<BenchmarkSettings, CancellationToken, Task> run)
        {
            var command = new Command(name, description) { store, quick, pairs, producers };
            command.SetAction(async (arguments, cancellationToken) =>
            {
                var settings = new BenchmarkSettings(
                    StoreBenches.Find(arguments.GetValue(store) ?? StoreBenches.Default),
                    arguments.GetValue(quick),
                    arguments.GetValue(quick) ? 2 : arguments.GetValue(pairs),
                    [.. arguments.GetValue(producers) ?? []]);
                Report.Line(Conditions.Text());
                await run(settings, cancellationToken);
                return 0;
            });
            root.Add(command);
        }
    }
}
