using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// The evidence log as it catches up: committed leaves wait, and a <see cref="LogSequencer"/> that is started gives them their places, writes
/// tiles and head, and signs a checkpoint. Against one writer that puts the same rows of leaves into the same table, as many to a transaction;
/// and against the hashing alone.
/// </summary>
internal static class LogGrowth
{
    private const string Origin = "bench.example/log";
    private const int Callers = 256;
    private const int BareLeaves = 1 << 20;

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var leaves = Leaves(settings.Scaled(40_000));
        var options = new LogOptions { Origin = Origin };
        var captured = await CaptureAsync(settings.Store, leaves, cancellationToken);
        var bare = new List<RunFigures>();
        var runs = await PairedRuns.RunAsync(settings.Pairs, FloorAsync, RealAsync);
        Report.Line($"log, {settings.Store.Name}: {leaves.Length} waiting leaves of {leaves[0].Entry.Length} bytes, {options.LeavesMax} to a write; the floor writes their rows");
        Report.Table(PairedRuns.RateHeads, [runs.RateRow("leaves")]);
        Report.Line(string.Create(
            CultureInfo.InvariantCulture, $"the hashing alone, in memory, leaves hashed already: {bare.Skip(1).Select(run => run.Rate).Order().ElementAt(settings.Pairs / 2):0} leaves a second"));

        async Task<RunFigures> FloorAsync()
        {
            await using var place = await settings.Store.CreateAsync(cancellationToken);
            using var writer = await place.OpenWriterAsync(captured, cancellationToken);
            return await Work.TimeAsync(leaves.Length, () =>
            {
                foreach (var group in captured.Accepts.Chunk(options.LeavesMax))
                {
                    writer.Write(group);
                }

                return Task.CompletedTask;
            });
        }

        async Task<RunFigures> RealAsync()
        {
            await using var place = await settings.Store.CreateAsync(cancellationToken);
            await using var store = await place.OpenAsync(cancellationToken);
            await AppendAsync(store, leaves, cancellationToken);
            using var http = new HttpClient();
            var newest = new NewestCheckpoint();
            using var sequencer = new LogSequencer(
                store, new LogKeys([new byte[LogKeys.SeedBytes]]), options, newest, http, TimeProvider.System, NullLogger<LogSequencer>.Instance);
            var figures = await Work.TimeAsync(leaves.Length, async () =>
            {
                await sequencer.StartAsync(cancellationToken);
                await Until.HoldsAsync(() => Task.FromResult(newest.Current?.Size == leaves.Length), cancellationToken);
            });
            await sequencer.StopAsync(CancellationToken.None);
            bare.Add(await HashAsync(leaves, newest.Current?.Root));
            return figures;
        }
    }

    /// <summary>Appends the leaves again and again to a tree in memory, and compares its root with the log's on the way.</summary>
    private static Task<RunFigures> HashAsync(ImmutableArray<LeafRow> leaves, TreeHash? root) => Work.TimeAsync(BareLeaves, () =>
    {
        var tree = new BareTree(BareLeaves);
        for (var number = 0; number < BareLeaves; number++)
        {
            tree.Append(leaves[number % leaves.Length].Hash);
            if (tree.Size == leaves.Length && new TreeHash(tree.Root(tree.Size)) != root)
            {
                throw new InvalidOperationException("the log's root is not that of its leaves");
            }
        }

        return Task.CompletedTask;
    });

    /// <summary>Leaves as refusals leave them, in the order of their ids.</summary>
    private static ImmutableArray<LeafRow> Leaves(int count)
    {
        var (ids, court) = (new SystemIds(TimeProvider.System), AgencyId.Parse(Notices.Court));
        return
        [
            .. Enumerable.Range(0, count).Select(_ => Leaf.Of(
                new LeafId(ids.NewId()), LeafKinds.Refusal, new ExchangeId(ids.NewId()), subject: null, court, TimeProvider.System.GetUtcNow(),
                new JsonObject { ["client"] = Notices.Court, ["operation"] = "legalaid.defence.v1.DefenceService/SubmitDefenceNotice", ["suppressedBefore"] = 0 })),
        ];
    }

    private static Task AppendAsync(ILedgerStore store, ImmutableArray<LeafRow> leaves, CancellationToken cancellationToken) =>
        Load.RunAsync(Callers, leaves.Length, number => store.AppendLeafAsync(leaves[number], cancellationToken).AsTask());

    /// <summary>The leaves as rows; each names an exchange of its own, so that it is captured like an accept.</summary>
    private static async Task<CapturedStore> CaptureAsync(StoreBench bench, ImmutableArray<LeafRow> leaves, CancellationToken cancellationToken)
    {
        await using var place = await bench.CreateAsync(cancellationToken);
        await using (var store = await place.OpenAsync(cancellationToken))
        {
            await AppendAsync(store, leaves, cancellationToken);
        }

        return place.Capture();
    }
}
