using System.Collections.Immutable;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// Accepts by the engine: <see cref="ExchangeLedger.OpenAsync"/> of a running gateway, everything on, against one writer that commits the
/// very rows which such accepts left behind. Each run has a store of its own, empty before it.
/// </summary>
internal static class AcceptEngine
{
    private const int WarmUp = 200;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var count = settings.Scaled(12_000);
        var commands = NoticeSupply.Commands(first: 1, count + WarmUp);
        var captured = await CaptureAsync(settings.Store, commands, cancellationToken);
        Report.Line($"accept-engine, {settings.Store.Name}: one court notice is {captured.Summary()}");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var producers in settings.Producers)
        {
            var calls = producers == 1 ? count / 4 : count;
            var runs = await PairedRuns.RunAsync(
                settings.Pairs,
                () => FloorAsync(settings, captured, producers, calls, cancellationToken),
                () => RealAsync(settings, commands, producers, calls, cancellationToken));
            rows.Add(runs.Row($"{producers} producers"));
        }

        Report.Table(PairedRuns.Heads, rows);
    }

    /// <summary>The rows of every command, in the order of their acceptance.</summary>
    private static async Task<CapturedStore> CaptureAsync(StoreBench store, ImmutableArray<OpenCommand> commands, CancellationToken cancellationToken)
    {
        await using var gateway = await BenchGateway.StartAsync(store, cancellationToken);
        var ledger = gateway.Ledger;
        _ = await Load.RunAsync(64, commands.Length, number => AcceptAsync(ledger, commands[number], cancellationToken));
        await gateway.StopAsync();
        return gateway.Store.Capture();
    }

    private static async Task<RunFigures> FloorAsync(
        BenchmarkSettings settings, CapturedStore captured, int producers, int calls, CancellationToken cancellationToken)
    {
        await using var place = await settings.Store.CreateAsync(cancellationToken);
        using var floor = new GroupCommit(await place.OpenWriterAsync(captured, cancellationToken));
        _ = await Load.RunAsync(producers, WarmUp, number => floor.CommitAsync(captured.Accepts[number]));
        return await Load.RunAsync(producers, calls, number => floor.CommitAsync(captured.Accepts[WarmUp + number]), settings.Longest);
    }

    private static async Task<RunFigures> RealAsync(
        BenchmarkSettings settings, ImmutableArray<OpenCommand> commands, int producers, int calls, CancellationToken cancellationToken)
    {
        await using var gateway = await BenchGateway.StartAsync(settings.Store, cancellationToken);
        var ledger = gateway.Ledger;
        _ = await Load.RunAsync(producers, WarmUp, number => AcceptAsync(ledger, commands[number], cancellationToken));
        return await Load.RunAsync(producers, calls, number => AcceptAsync(ledger, commands[WarmUp + number], cancellationToken), settings.Longest);
    }

    public static async Task AcceptAsync(ExchangeLedger ledger, OpenCommand command, CancellationToken cancellationToken)
    {
        var outcome = await ledger.OpenAsync(command, cancellationToken);
        if (outcome is not CommandOutcome.Accepted { Repeated: false })
        {
            throw new InvalidOperationException($"a notice was not accepted: {outcome}");
        }
    }
}
