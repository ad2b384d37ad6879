using Grpc.Health.V1;
using Grpc.Net.Client;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// What checking a token adds to a unary gRPC call: the health of one gateway, which anybody may ask, asked with a token, that the gateway checks before it
/// looks whether it needs one, and without. Callers and gateway share the process, each kind of caller has a connection.
/// </summary>
internal static class TokenCheck
{
    private const int WarmUp = 2_000;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await using var gateway = await BenchGateway.StartAsync(settings.Store, cancellationToken);
        using var channel = GrpcChannel.ForAddress(gateway.Grpc);
        var (without, with) = (new Health.HealthClient(channel), new Health.HealthClient(gateway.Court.Invoker));
        Report.Line("token-check: a call without a token is the floor; one process, one gateway");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var callers in settings.Producers)
        {
            var count = settings.Scaled(callers == 1 ? 16_000 : 60_000);
            var runs = await PairedRuns.RunAsync(settings.Pairs, () => MeasureAsync(without, callers, count), () => MeasureAsync(with, callers, count));
            rows.Add(runs.Row($"{callers} callers"));
        }

        Report.Table(PairedRuns.Heads, rows);

        async Task<RunFigures> MeasureAsync(Health.HealthClient client, int callers, int count)
        {
            _ = await Load.RunAsync(callers, WarmUp, CallAsync);
            return await Load.RunAsync(callers, count, CallAsync, settings.Longest);

            async Task CallAsync(int number) => _ = await client.CheckAsync(new HealthCheckRequest(), cancellationToken: cancellationToken);
        }
    }
}
