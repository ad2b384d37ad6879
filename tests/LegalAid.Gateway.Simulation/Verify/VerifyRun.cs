using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>What came of a run.</summary>
/// <param name="Wrong">One line for each verification that is not as it should be.</param>
/// <param name="States">How many ended in which state.</param>
/// <param name="Asked">How many bodies were asked, in all.</param>
internal sealed record VerifyReport(
    int Count, IReadOnlyList<string> Wrong, ImmutableSortedDictionary<string, int> States, int Asked, int Silent, int Repeats, TimeSpan Took);

/// <summary>
/// Has many applicants verified by a real gateway over both faces, asking nine bodies of which two are slow, one fails half the time and one answers later than the caller
/// waits. In the middle the gateway is stopped while calls and questions are under way, and started again on the same store. At rest each verification is judged by
/// <see cref="VerifyOracle"/>.
/// </summary>
internal static class VerifyRun
{
    private const int Callers = 32, RepeatsMax = 600;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMinutes(10);

    private static readonly (string Body, BodyFaults Faults)[] Troubles =
    [
        ("natural-resources", new BodyFaults(Delay: TimeSpan.FromMilliseconds(150))),
        ("disabled-federation", new BodyFaults(Delay: TimeSpan.FromMilliseconds(100))),
        ("veterans", new BodyFaults(FailPercent: 50)),
        ("social-security", new BodyFaults(Delay: TimeSpan.FromMilliseconds(800))), // after the caller has left
    ];

    public static async Task<VerifyReport> PlayAsync(int count, int seed, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var bodies = await SimulatedBodies.StartAsync(time, seed);
        var applicants = Enumerable.Range(0, count).Select(index => Applicant.Of(new Dice(seed), index)).ToImmutableArray();
        foreach (var (body, applicant) in from body in bodies.All from applicant in applicants select (body, applicant))
        {
            body.Know(applicant.Number, body.Facts.ToDictionary(fact => fact, fact => applicant.Truth[fact], StringComparer.Ordinal));
        }

        foreach (var (body, faults) in Troubles)
        {
            bodies[body].Faults = faults;
        }

        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Overlay = [.. bodies.Files(GatewayFixture.ConfigurationFolder).Select(Faster)] });
        bodies.Meet(gateway.WorkingFolder);
        var started = time.GetTimestamp();
        var calls = new VerifyCalls(gateway, time, Pause, RepeatsMax);
        var day = DemoSettings.CivilStart.CivilDate();
        var (names, begun) = (new ConcurrentDictionary<int, string>(), 0);
        var middle = new TaskCompletionSource();
        var restart = RestartAsync();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (index, stop) =>
        {
            if (Interlocked.Increment(ref begun) == (count / 2) + 1)
            {
                middle.SetResult();
            }

            var request = applicants[index].Request(string.Create(CultureInfo.InvariantCulture, $"verify-{seed}-{index}"), day);
            names[index] = (string?)(await calls.UntilAnsweredAsync(index % 2 == 0 ? Face.Rest : Face.Grpc, "VerifyEligibility", request, stop))["verification"]?["name"] ?? "";
        });
        await restart;

        var oracle = OracleOf(bodies, day);
        ConcurrentQueue<string> wrong = [];
        ConcurrentQueue<Verification> ended = [];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (index, stop) =>
        {
            var verification = await calls.AtRestAsync(names[index], Patience, stop);
            ended.Enqueue(verification);
            if (oracle.WhatIsWrong(applicants[index], verification) is { } fault)
            {
                wrong.Enqueue($"{index} {verification.Name}: {fault}");
            }
        });
        return new VerifyReport(
            count, [.. wrong.Order(StringComparer.Ordinal)],
            ended.GroupBy(one => one.State).ToImmutableSortedDictionary(state => state.Key, state => state.Count(), StringComparer.Ordinal),
            ended.Sum(one => one.Progress.Asks.Select(ask => ask.Body).Distinct().Count()),
            ended.Sum(one => one.Progress.Asks.Count(ask => ask.State is AskState.Unavailable)), calls.Repeats, time.GetElapsedTime(started));

        async Task RestartAsync()
        {
            await middle.Task.WaitAsync(cancellationToken);
            await gateway.StopAsync();
            await gateway.StartAgainAsync();
        }
    }

    /// <summary>As many questions at once as a connector may have: thousands of applicants wait.</summary>
    private static ConfigurationFile Faster(ConfigurationFile file) =>
        file with { Text = file.Text.Replace("    timeout: 5s\n", "    timeout: 5s\n    pace: { concurrency: 64 }\n", StringComparison.Ordinal) };

    private static VerifyOracle OracleOf(SimulatedBodies bodies, DateOnly day)
    {
        var folder = Path.Combine(GatewayFixture.ConfigurationFolder, "eligibility");
        var (packs, faults) = EligibilityFiles.Read(
            Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
                .Select(path => new ConfigurationFile($"eligibility/{Path.GetRelativePath(folder, path).Replace('\\', '/')}", File.ReadAllText(path))));
        var pack = faults.Count == 0 ? packs.Find("guangxi-2022") : null;
        return new VerifyOracle(
            pack ?? throw new InvalidOperationException(string.Join('\n', faults)),
            bodies.All.SelectMany(body => body.Facts.Select(fact => (body.Body, fact))).ToHashSet(), day);
    }
}

/// <summary>Calls of a centre that repeats what got no answer, with the same request id, until it has one.</summary>
internal sealed class VerifyCalls(GatewayFixture gateway, TimeProvider time, TimeSpan pause, int repeatsMax)
{
    private const string Centre = "nanning-qingxiu-aid-centre";

    private static readonly JsonParser Json = new(JsonParser.Settings.Default);

    private int _repeats;

    public int Repeats => _repeats;

    public async Task<System.Text.Json.Nodes.JsonObject> UntilAnsweredAsync(Face face, string method, System.Text.Json.Nodes.JsonObject request, CancellationToken cancellationToken)
    {
        for (var repeat = 0; ; repeat++)
        {
            var told = "";
            try
            {
                var answer = await gateway[Centre].CallUntilAsync(face, method, request, cancellationToken);
                if (answer.Message is { } message)
                {
                    return message;
                }

                told = $"{answer.Status} {answer.Code} {string.Join(' ', answer.Faults)}";
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or RpcException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
            {
                // The gateway stops, is down, or the agency's system is just being connected to the one that came up.
                cancellationToken.ThrowIfCancellationRequested();
                told = gone.GetType().Name;
            }

            if (repeat == repeatsMax)
            {
                throw new TimeoutException($"{method} got no answer: {told}");
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>The verification when it is no longer being checked, or as it stands when patience ends.</summary>
    public async Task<Verification> AtRestAsync(string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var answer = await UntilAnsweredAsync(Face.Grpc, "GetVerification", new System.Text.Json.Nodes.JsonObject { ["name"] = name }, cancellationToken);
            var verification = Json.Parse<Verification>(answer.ToJsonString());
            if (verification.State != "checking" || time.GetElapsedTime(started) > patience)
            {
                return verification;
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
