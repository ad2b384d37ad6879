using System.CommandLine;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>The command line: one verb for each benchmark.</summary>
internal static class BenchmarkCommand
{
    public static Task<int> RunAsync(string[] args)
    {
        var store = new Option<string>("--store") { Description = "Which store: sqlite or postgres.", DefaultValueFactory = _ => StoreBenches.Default };
        store.AcceptOnlyFromAmong([.. StoreBenches.Names]);
        var quick = new Option<bool>("--quick") { Description = "Fewer and shorter runs: to see that it works, not to quote." };
        var pairs = new Option<int>("--pairs") { Description = "Pairs of floor and real thing.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "Longest that a timed run goes on.", DefaultValueFactory = _ => 3 };
        var producers = new Option<int[]>("--producers")
        {
            Description = "Callers that wait at a time.", DefaultValueFactory = _ => [1, 16, 64], AllowMultipleArgumentsPerToken = true,
        };

        var messages = new Option<int>("--messages") { Description = "Messages that a full store holds.", DefaultValueFactory = _ => 5_000_000 };
        var rate = new Option<double>("--rate") { Description = "Calls a second of an open loop.", DefaultValueFactory = _ => 200 };
        var leaves = new Option<int>("--leaves") { Description = "Leaves that a long log holds.", DefaultValueFactory = _ => 10_000_000 };

        var root = new RootCommand("Measures the gateway against floors, both in the same run.");
        Add("accept-engine", "Accepted notices a second by the engine, against raw group commit of the same rows.", AcceptEngine.RunAsync);
        Add("accept-grpc", "Accepted notices a second over gRPC, against a bare service with the same messages.", AcceptGrpc.RunAsync);
        Add("deliver-push", "Deliveries a second by signed push, recorded, against a bare loop of posts.", DeliverPush.RunAsync);
        Add("grow", "Accepts into a store that holds many messages, against accepts into an empty one.", Grow.RunAsync);
        Add("log", "Leaves placed a second, against raw writes of the same rows; proofs from a long log.", LogGrowth.RunAsync, LogProofs.RunAsync);
        Add("verify", "Messages verified a second in a whole store, against the check of their receipts' signatures.", StoreVerification.RunAsync);
        Add("accept-cost", "What an accept costs the engine's own code, on one thread with a store that keeps nothing.", AcceptCost.RunAsync);
        Add("sharing", "What one question to the sharing matrix costs.", SharingCost.RunAsync);
        Add("decide", "What one decision on eligibility costs, with its trace.", DecideCost.RunAsync);
        Add("hidden-timing", "How long a no takes for a hidden exchange, against one that is not there.", HiddenTiming.RunAsync);
        Add("published", "Calls of a published service a second, by bearer token and DPoP, with the audit leaf and without, against raw YARP.", Published.RunAsync);
        Add("tokens", "Tokens a second by private_key_jwt, each assertion remembered durably, against npm oidc-provider in memory.", Tokens.RunAsync);
        Add("token-check", "A gRPC call that shows a token, against the same call of the same gateway that shows none.", TokenCheck.RunAsync);
        Add("verification", "What the gateway adds to the slowest body of a verification in an open loop, against asking the bodies directly.", VerificationOverhead.RunAsync);
        root.Add(Roster());
        var serve = new Command(TokenGateway.Verb, "The gateway of the benchmark of tokens, in a process of its own.") { store };
        serve.Hidden = true;
        serve.SetAction((arguments, cancellationToken) => TokenGateway.ServeAsync(arguments.GetValue(store) ?? StoreBenches.Default, cancellationToken));
        root.Add(serve);
        return root.Parse(args).InvokeAsync();

        void Add(string name, string description, params Func<BenchmarkSettings, CancellationToken, Task>[] runs)
        {
            var command = new Command(name, description) { store, quick, pairs, seconds, producers, messages, leaves, rate };
            command.SetAction(async (arguments, cancellationToken) =>
            {
                await using var measured = StoreBenches.Open(arguments.GetValue(store) ?? StoreBenches.Default);
                var settings = new BenchmarkSettings(
                    measured,
                    arguments.GetValue(quick),
                    arguments.GetValue(quick) ? 2 : arguments.GetValue(pairs),
                    TimeSpan.FromSeconds(arguments.GetValue(seconds)),
                    [.. arguments.GetValue(producers) ?? []],
                    arguments.GetValue(messages),
                    arguments.GetValue(leaves),
                    arguments.GetValue(rate));
                Report.Line(Conditions.Text(await measured.DescribeAsync(cancellationToken)));
                foreach (var run in runs)
                {
                    await run(settings, cancellationToken);
                }

                Report.Line($"load average afterwards {Conditions.LoadAverage()}");
                return 0;
            });
            root.Add(command);
        }
    }

    /// <summary>Needs no store and no pairs: its floor is a drafter by turns.</summary>
    private static Command Roster()
    {
        var seed = new Option<int>("--seed") { Description = "Of the made-up cities and of the search.", DefaultValueFactory = _ => 1 };
        var cities = new Option<int>("--cities") { Description = "Cities of the province, 1 to 14.", DefaultValueFactory = _ => 14 };
        var command = new Command("roster", "A month of duty lawyers drafted on one core, against a drafter by turns; a province; one absence; an impossible month.") { seed, cities };
        command.SetAction((arguments, cancellationToken) => RosterBench.RunAsync(arguments.GetValue(seed), arguments.GetValue(cities), cancellationToken));
        return command;
    }
}
