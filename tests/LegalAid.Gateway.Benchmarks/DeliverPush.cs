using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// Signed pushes. What waits is delivered and its outcome recorded, evidence included, as fast as it goes; beside it a loop that posts the
/// same bodies to the same receiver with as many callers as the lane has, and records nothing; on PostgreSQL also what pg-boss does there
/// with jobs that do nothing. Then how long a push takes from the acknowledgement of its message to its arrival, at a moderate rate.
/// </summary>
internal static class DeliverPush
{
    private const string SecretName = "bench";

    /// <summary>The bare loop does so many times the work, or it would be over before it can be timed.</summary>
    private const int BareTimes = 10;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var count = settings.Scaled(8_000);
        var commands = NoticeSupply.Commands(first: 1, count);
        await using var receiver = await BareReceiver.StartAsync();
        var bodies = ImmutableArray<byte[]>.Empty;
        var callers = 0;
        var jobs = new List<double>();
        var runs = await PairedRuns.RunAsync(settings.Pairs, FloorAsync, RealAsync, realFirst: true);
        Report.Line($"deliver-push, {settings.Store.Name}: bodies of {bodies[0].Length} bytes, {callers} at a time to one recipient");
        Report.Table(PairedRuns.RateHeads, [runs.RateRow("waiting messages")]);
        TellJobs(settings, jobs, runs);
        await LatencyAsync(settings, receiver, cancellationToken);

        async Task<RunFigures> FloorAsync()
        {
            receiver.Remembers = false;
            using var http = new HttpClient();
            return await Load.RunAsync(callers, count * BareTimes, async number =>
            {
                using var body = new ByteArrayContent(bodies[number % bodies.Length]);
                using var answer = await http.PostAsync(receiver.Address, body, cancellationToken);
                answer.EnsureSuccessStatusCode();
            }, settings.Longest);
        }

        async Task<RunFigures> RealAsync()
        {
            await using var gateway = await BenchGateway.StartAsync(settings.Store, cancellationToken);
            var ledger = gateway.Ledger;
            _ = await Load.RunAsync(64, count, number => AcceptEngine.AcceptAsync(ledger, commands[number], cancellationToken));
            receiver.Received.Clear();
            receiver.Remembers = true;
            callers = gateway.Services.GetRequiredService<DeliveryOptions>().AgencyConcurrency;
            var figures = await DrainAsync(gateway, receiver, count, cancellationToken);
            bodies = [.. receiver.Received.Select(push => push.Body)];
            if (settings.Store is PostgresBench server && PgBoss.IsInstalled)
            {
                await gateway.StopAsync();
                jobs.Add(await PgBoss.RateAsync(server, count, cancellationToken));
            }

            return figures;
        }
    }

    /// <param name="jobs">Jobs a second, one for each real run; the first warmed up, as in the pairs.</param>
    private static void TellJobs(BenchmarkSettings settings, List<double> jobs, PairedRuns runs)
    {
        if (jobs.Count > 0)
        {
            var (counted, ratio) = (jobs.Skip(1).Order().ToArray(), Ratio.Of(runs.Real.Zip(jobs.Skip(1), (real, rate) => real.Rate / rate)));
            Report.Line(string.Create(
                CultureInfo.InvariantCulture, $"pg-boss, jobs that do nothing, fetched and completed: {counted[counted.Length / 2]:0} a second; deliveries ÷ jobs {ratio}"));
        }
        else if (settings.Store is PostgresBench)
        {
            Report.Line(PgBoss.Absent);
        }
    }

    /// <summary>Turns the recipient's channel to push and waits until nothing waits or is under way.</summary>
    private static async Task<RunFigures> DrainAsync(BenchGateway gateway, BareReceiver receiver, int count, CancellationToken cancellationToken)
    {
        gateway.EnsurePushSecret(SecretName);
        await gateway.StopAsync();
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        await gateway.StartAgainAsync([new PushTarget(Notices.AidCentre, receiver.Address, SecretName)], cancellationToken);
        var cpu = Environment.CpuUsage.TotalTime;
        await Until.HoldsAsync(() => Task.FromResult(!receiver.Received.IsEmpty), cancellationToken); // the start is not delivery
        var started = receiver.Received.First().At;
        await Until.HoldsAsync(async () => receiver.Received.Count >= count && await gateway.RestsAsync(Notices.AidCentre, cancellationToken), cancellationToken);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        return new RunFigures(
            count / elapsed.TotalSeconds, P50: default, P99: default, (Environment.CpuUsage.TotalTime - cpu) / count,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / count);
    }

    /// <summary>From the acknowledgement of a message to its arrival, while 200 a second are accepted.</summary>
    private static async Task LatencyAsync(BenchmarkSettings settings, BareReceiver receiver, CancellationToken cancellationToken)
    {
        var commands = NoticeSupply.Commands(first: 1, settings.Scaled(4_000));
        await using var gateway = await BenchGateway.StartAsync(
            settings.Store, cancellationToken, [new PushTarget(Notices.AidCentre, receiver.Address, SecretName)]);
        gateway.EnsurePushSecret(SecretName);
        receiver.Received.Clear();
        receiver.Remembers = true;
        var acknowledged = new Dictionary<string, long>(StringComparer.Ordinal);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        foreach (var command in commands)
        {
            await pace.WaitForNextTickAsync(cancellationToken);
            var accepted = (CommandOutcome.Accepted)await gateway.Ledger.OpenAsync(command, cancellationToken);
            acknowledged.Add(accepted.Answers[0].Exchange.Id.ResourceName, TimeProvider.System.GetTimestamp());
        }

        await Until.HoldsAsync(() => Task.FromResult(receiver.Received.Count >= commands.Length), cancellationToken);
        var took = receiver.Received.Select(push => TimeProvider.System.GetElapsedTime(acknowledged[ExchangeOf(push.Body)], push.At).TotalMilliseconds).Order().ToArray();
        Report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"acknowledged to arrived at 200 a second: p50 {took[took.Length / 2]:0.0} ms, p99 {took[(int)(took.Length * 0.99)]:0.0} ms, longest {took[^1]:0.0} ms"));
    }

    private static string ExchangeOf(byte[] body)
    {
        using var pushed = JsonDocument.Parse(body);
        return pushed.RootElement.GetProperty("data").GetProperty("exchange").GetString() ?? "";
    }
}
