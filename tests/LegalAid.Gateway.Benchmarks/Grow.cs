using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// What a full store costs: accepts into a store that holds many messages already, against accepts into an empty one. The full one is
/// filled through the engine, so that its rows, its indexes and its log are what years of use would have left.
/// </summary>
internal static class Grow
{
    private const int Producers = 64;

    /// <summary>Commands that are made at a time while the store is filled.</summary>
    private const int Chunk = 20_000;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var calls = settings.Scaled(8_000);
        await using var full = await BenchGateway.StartAsync(settings.Store, cancellationToken);
        await FillAsync(full, settings.Messages, cancellationToken);
        var gibibytes = (double)full.Store.Bytes() / (1 << 30);
        var next = settings.Messages + 1;
        var runs = await PairedRuns.RunAsync(settings.Pairs, EmptyAsync, FullAsync);
        Report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"grow, {settings.Store.Name}: \"floor\" is an empty store, \"real\" one that holds {settings.Messages} messages in {gibibytes:0.00} GiB"));
        Report.Table(PairedRuns.Heads, [runs.Row($"{Producers} producers")]);

        async Task<RunFigures> EmptyAsync()
        {
            await using var empty = await BenchGateway.StartAsync(settings.Store, cancellationToken);
            return await AcceptsAsync(empty.Ledger, NoticeSupply.Commands(first: 1, calls), cancellationToken);
        }

        async Task<RunFigures> FullAsync()
        {
            var commands = NoticeSupply.Commands(next, calls);
            next += calls;
            return await AcceptsAsync(full.Ledger, commands, cancellationToken);
        }
    }

    private static async Task FillAsync(BenchGateway gateway, int messages, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < messages; filled += Chunk)
        {
            var figures = await AcceptsAsync(gateway.Ledger, NoticeSupply.Commands(filled + 1, Math.Min(Chunk, messages - filled)), cancellationToken);
            if (filled % (Chunk * 10) == 0)
            {
                Report.Progress(string.Create(CultureInfo.InvariantCulture, $"filling: {Math.Min(filled + Chunk, messages),9} messages, {figures.Rate:0} a second"));
            }
        }
    }

    private static Task<RunFigures> AcceptsAsync(ExchangeLedger ledger, ImmutableArray<OpenCommand> commands, CancellationToken cancellationToken) =>
        Load.RunAsync(Producers, commands.Length, number => AcceptEngine.AcceptAsync(ledger, commands[number], cancellationToken));
}
