using System.Collections.Immutable;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// Proofs from a long log as an agency gets them (<see cref="EvidenceReader"/>): of a message's place — party, leaf, checkpoint, path, checked before
/// it is given out — and of one size continuing another. Against the same hashes
/// from a tree that stands in memory whole.
/// </summary>
internal static class LogProofs
{
    private const int Seed = 6962;

    private static readonly AgencyId Court = AgencyId.Parse(Notices.Court);

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var calls = settings.Scaled(8_000);
        await using var kept = await KeptStore.FillAsync(settings.Store, settings.Scaled(4_000), cancellationToken);
        var log = await LongLog.BuildAsync(kept, settings.Leaves, cancellationToken);
        await using var store = await kept.Place.OpenAsync(cancellationToken);
        var dice = new Random(Seed);
        var asked = Enumerable.Range(0, calls).Select(_ => kept.Answers[dice.Next(kept.Answers.Length)]).ToImmutableArray();
        var sizes = Enumerable.Range(0, calls).Select(_ => dice.Next(1, log.Size)).ToImmutableArray();
        await CheckAsync(log, new EvidenceReader(store), asked[0], sizes[0], cancellationToken);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var callers in settings.Producers)
        {
            rows.Add(await PairAsync($"inclusion, {callers} callers", callers, ProveBareAsync, ProveAsync));
            rows.Add(await PairAsync($"consistency, {callers} callers", callers, ContinueBareAsync, ContinueAsync));
        }

        Report.Line($"log, {settings.Store.Name}: {log.Size} leaves, of which {log.Places.Count} are messages with rows; the floor has the whole tree in memory");
        Report.Table(PairedRuns.Heads, rows);

        async Task<IReadOnlyList<string>> PairAsync(string name, int callers, Func<int, Task> floor, Func<EvidenceReader, int, Task> real)
        {
            var runs = await PairedRuns.RunAsync(
                settings.Pairs,
                () => Load.RunAsync(callers, calls, floor, settings.Longest),
                () =>
                {
                    var reader = new EvidenceReader(store); // its cache of tiles is empty
                    return Load.RunAsync(callers, calls, number => real(reader, number), settings.Longest);
                });
            return runs.Row(name);
        }

        Task ProveBareAsync(int number) => Task.FromResult(log.Tree.Path(log.Places[asked[number].Receipt.Message]));

        async Task ProveAsync(EvidenceReader reader, int number)
        {
            if (await reader.ProveAsync(Court, asked[number].Exchange.Id, asked[number].Receipt.Message, size: 0, cancellationToken) is not ProveOutcome.Proved)
            {
                throw new InvalidOperationException("a message's place is not proved");
            }
        }

        Task ContinueBareAsync(int number) => Task.FromResult(log.Tree.Proof(sizes[number]));

        async Task ContinueAsync(EvidenceReader reader, int number)
        {
            if (await reader.ConsistencyAsync(sizes[number], log.Size, cancellationToken) is null)
            {
                throw new InvalidOperationException("no proof of consistency");
            }
        }
    }

    /// <summary>What is timed is right: what the gateway proves is hash for hash what the RFC's own words give.</summary>
    private static async Task CheckAsync(LongLog log, EvidenceReader reader, StepAnswer answer, int from, CancellationToken cancellationToken)
    {
        var proved = await reader.ProveAsync(Court, answer.Exchange.Id, answer.Receipt.Message, size: 0, cancellationToken) as ProveOutcome.Proved;
        Require(proved?.Path, log.Tree.Path(log.Places[answer.Receipt.Message]));
        Require(await reader.ConsistencyAsync(from, log.Size, cancellationToken), log.Tree.Proof(from));
    }

    private static void Require(ImmutableArray<TreeHash>? proof, List<byte[]> expected)
    {
        if (proof is not { } hashes || !hashes.SequenceEqual(expected.Select(hash => new TreeHash(hash))))
        {
            throw new InvalidOperationException("a proof that is not the RFC's");
        }
    }
}
