using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Demo.Agencies.Bodies;
using LegalAid.Gateway.Simulation.Kill;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>What is played.</summary>
/// <param name="Seed">Of the applicants' lives, the bodies' faults and the moments of the kills.</param>
/// <param name="Kills">How often the gateway is killed.</param>
/// <param name="LostPercent">Share of the questions by file that get lost in the body, 0 to 100: the wait for their answers has to end by itself.</param>
internal sealed record VerifyPlan(int Count, int Seed, int Kills, int LostPercent);

/// <summary>
/// Has many applicants verified by a gateway in a process of its own, over both faces, asking nine bodies of which two are slow, one fails half the time and one answers by file,
/// hours later by the civil time, which runs fast. At moments of the seed's choice the process is killed, with calls and questions under way, and started again on what is there. At rest
/// each verification is judged by <see cref="VerifyOracle"/>, and every row that the body wrote into its files must have come home.
/// </summary>
internal sealed class VerifyRun : IAsyncDisposable
{
    private const string Centre = "nanning-qingxiu-aid-centre", Late = "trade-union";

    private const int Callers = 32, CivilRate = 1_200, ReportEvery = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), KillDelayMax = TimeSpan.FromMilliseconds(300);

    private static readonly (string Body, BodyFaults Faults)[] Troubles =
    [
        ("disabled-federation", new BodyFaults(Delay: TimeSpan.FromMilliseconds(150))),
        ("social-security", new BodyFaults(Delay: TimeSpan.FromMilliseconds(600))), // after the caller has left
        ("natural-resources", new BodyFaults(FailPercent: 50)), // market regulation knows the same, and is asked where it fails
    ];

    private readonly VerifyPlan _plan;
    private readonly SimulatedBodies _bodies;
    private readonly TimeProvider _time;
    private readonly Action<string> _progress;
    private readonly Dice _dice;
    private readonly ImmutableArray<Applicant> _applicants;
    private readonly AgencySystem _centre = new(Centre);
    private readonly RunFolder _folder;
    private readonly GatewayProcess _gateway;
    private readonly VerifyCalls _calls;
    private readonly ConcurrentDictionary<string, bool> _answeredByFile = new(StringComparer.Ordinal);
    private readonly long _started;
    private int _begun, _kills;

    private VerifyRun(VerifyPlan plan, SimulatedBodies bodies, Action<string> progress, TimeProvider time)
    {
        (_plan, _bodies, _progress, _time, _dice, _started) = (plan, bodies, progress, time, new Dice(plan.Seed), time.GetTimestamp());
        _applicants = [.. Enumerable.Range(0, plan.Count).Select(index => Applicant.Of(_dice, index))];
        _folder = RunFolder.Prepare([_centre], [], CivilRate, time);
        _gateway = new GatewayProcess(_folder.Nodes[0], time);
        _calls = new VerifyCalls(_centre, time);
    }

    public static async Task<VerifyReport> PlayAsync(VerifyPlan plan, Action<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var bodies = await SimulatedBodies.StartAsync(time, plan.Seed);
        await using var run = new VerifyRun(plan, bodies, progress, time);
        run.Prepare();
        return await run.PlayAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _centre.Dispose();
        _folder.Dispose();
    }

    /// <summary>The bodies know everybody, are in trouble, and are connected.</summary>
    private void Prepare()
    {
        foreach (var (body, applicant) in from body in _bodies.All from applicant in _applicants select (body, applicant))
        {
            body.Know(applicant.Number, body.Facts.ToDictionary(fact => fact, fact => applicant.Truth[fact], StringComparer.Ordinal));
        }

        foreach (var (body, faults) in Troubles)
        {
            _bodies[body].Faults = faults;
        }

        _bodies[Late].Faults = new BodyFaults(FailPercent: _plan.LostPercent, Delay: TimeSpan.FromMilliseconds(300));
        _bodies[Late].Overheard = file =>
        {
            foreach (var row in file.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1))
            {
                _answeredByFile[row.Split(',')[0]] = true;
            }
        };
        foreach (var file in _bodies.Files(_folder.Configuration))
        {
            File.WriteAllText(Path.Combine(_folder.Configuration, file.Path), Paced(file));
        }

        _bodies.Meet(_folder.Nodes[0].Work);
    }

    /// <summary>
    /// As many questions at once as a connector may have: thousands of applicants wait. A body that fails half the time is asked all the same, where it would be left alone. And an answer by
    /// file is waited for as long as the run can wait.
    /// </summary>
    private static string Paced(ConfigurationFile file) => file.Text
        .Replace("    timeout: 5s\n", "    timeout: 5s\n    pace: { concurrency: 64, breaker: { failure-percent: 90 } }\n", StringComparison.Ordinal)
        .Replace("answers-within: 3d", "answers-within: 12h", StringComparison.Ordinal);

    private async Task<VerifyReport> PlayAsync(CancellationToken cancellationToken)
    {
        _gateway.Start();
        await _gateway.WaitReadyAsync(cancellationToken);
        _centre.Connect(_folder.Nodes[0].Rest, _folder.Nodes[0].Grpc, _folder.PublicAddress, _time);

        var day = DemoSettings.CivilStart.CivilDate();
        var names = new string[_plan.Count];
        var killing = KillAllAsync(cancellationToken);
        await EachAsync(async (index, stop) =>
        {
            var begun = Interlocked.Increment(ref _begun);
            var request = _applicants[index].Request(Text($"verify-{_plan.Seed}-{index}"), day);
            names[index] = (string?)(await _calls.UntilAnsweredAsync(index % 2 == 0 ? Face.Rest : Face.Grpc, "VerifyEligibility", request, stop))["verification"]?["name"] ?? "";
            Report(begun, "verified");
        }, cancellationToken);
        await killing;

        var oracle = VerifyOracle.Shipped(_bodies.All.SelectMany(body => body.Facts.Select(fact => (body.Body, fact))).ToHashSet(), Late, day);
        var ended = new Verification[_plan.Count];
        var judgements = new VerifyJudgement[_plan.Count];
        var rested = 0;
        await EachAsync(async (index, stop) =>
        {
            ended[index] = await _calls.WhenAsync(IsAtRest, names[index], Patience, stop);
            judgements[index] = oracle.Judge(_applicants[index], ended[index], IsAtRest(ended[index]));
            Report(Interlocked.Increment(ref rested), "at rest and judged");
        }, cancellationToken);
        return ReportOf(ended, judgements);
    }

    /// <summary>It is decided, and whatever a file answered is in it.</summary>
    private bool IsAtRest(Verification verification) => verification.State != "checking"
        && !verification.Progress.Asks.Any(ask => ask.Body == Late && ask.State is AskState.Later or AskState.Unavailable && _answeredByFile.ContainsKey(ask.Id));

    /// <summary>Once in each stretch of the run.</summary>
    private async Task KillAllAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), _time);
        for (var number = 1; number <= _plan.Kills; number++)
        {
            var at = (int)((number - 0.75 + (_dice.Roll(Text($"kill {number}")) / 2)) * _plan.Count / _plan.Kills);
            while (Volatile.Read(ref _begun) < at && await timer.WaitForNextTickAsync(cancellationToken))
            {
            }

            await Task.Delay(KillDelayMax * _dice.Roll(Text($"kill {number} after")), _time, cancellationToken);
            await _gateway.KillAsync(cancellationToken);
            _kills++;
            _progress(Text($"{Seconds,6:0} s  killed, {_begun} begun"));
            _gateway.Start();
            await _gateway.WaitReadyAsync(cancellationToken);
        }
    }

    private Task EachAsync(Func<int, CancellationToken, Task> act, CancellationToken cancellationToken) => Parallel.ForAsync(
        0, _plan.Count, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (index, stop) => await act(index, stop));

    private VerifyReport ReportOf(IReadOnlyList<Verification> ended, IReadOnlyList<VerifyJudgement> judgements)
    {
        var asks = ended.SelectMany(one => one.Progress.Asks).ToLookup(ask => ask.Body);
        var planned = judgements.SelectMany(one => one.Planned).GroupBy(body => body).ToDictionary(body => body.Key, body => body.Count());
        var hours = asks[Late].Where(ask => _answeredByFile.ContainsKey(ask.Id) && ask.EndTime is not null).Select(ask => (ask.EndTime - ask.AskTime).ToTimeSpan().TotalHours).Order().ToList();
        return new VerifyReport(
            _plan,
            [.. judgements.Zip(ended).SelectMany((one, index) => one.First.Findings.Select(finding => finding with { Text = $"{index} {one.Second.Name}: {finding.Text}" }))],
            ended.GroupBy(one => one.State).ToImmutableSortedDictionary(state => state.Key, state => state.Count(), StringComparer.Ordinal),
            [.. _bodies.All.Select(body => SourceFigures.Of(body.Body, [.. asks[body.Body]], planned.GetValueOrDefault(body.Body)))],
            _bodies.All.Sum(body => body.Asked), hours.Count, hours.Count == 0 ? 0 : hours[hours.Count / 2], ended.Count(one => one.Progress.Asks.Select(ask => ask.Round).Distinct().Count() > 1),
            _kills, _calls.Repeats, _gateway.Errors, _time.GetElapsedTime(_started));
    }

    private void Report(int count, string what)
    {
        if (count % ReportEvery == 0)
        {
            _progress(Text($"{Seconds,6:0} s  {count} {what}"));
        }
    }

    private double Seconds => _time.GetElapsedTime(_started).TotalSeconds;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
