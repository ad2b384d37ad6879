using System.Globalization;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// What one accept costs the engine's own code, on one thread with a store that keeps nothing: the processor time and the memory that are
/// left to save. It has no floor; it says where a ratio of the other benchmarks comes from.
/// </summary>
internal static class AcceptCost
{
    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var commands = NoticeSupply.Commands(first: 1, settings.Scaled(8_000));
        await using var gateway = await BenchGateway.StartAsync(settings.Store, cancellationToken);
        var ledger = gateway.LedgerOver(ForgetfulStore.Before);
        var rows = new List<IReadOnlyList<string>>();
        for (var run = 0; run <= settings.Pairs; run++)
        {
            var figures = await Load.RunAsync(producers: 1, commands.Length, number => AcceptEngine.AcceptAsync(ledger, commands[number], cancellationToken), settings.Longest);
            Report.Progress($"accept-cost, run {run} of {settings.Pairs}: {figures.Cpu.TotalMicroseconds:0} µs");
            if (run > 0)
            {
                rows.Add(
                [
                    $"run {run}", Number(figures.P50.TotalMicroseconds), Number(figures.P99.TotalMicroseconds), Number(figures.Cpu.TotalMicroseconds),
                    Number(figures.AllocatedBytes / 1024),
                ]);
            }
        }

        Report.Table(["accept-cost", "p50 µs", "p99 µs", "CPU µs", "KB"], rows);
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
