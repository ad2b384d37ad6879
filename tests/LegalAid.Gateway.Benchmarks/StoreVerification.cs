using System.Collections.Immutable;
using System.Security.Cryptography;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// What <c>verify store</c> does, key ring at hand, with the store of a stopped gateway: every leaf, tile and checkpoint, every exchange with
/// payload, document and receipt. Against the one thing that cannot be left out: the ES256 signatures of the receipts, on all processors.
/// </summary>
internal static class StoreVerification
{
    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var notices = settings.Scaled(8_000);
        await using var store = await KeptStore.FillAsync(settings.Store, notices, cancellationToken);
        var receipts = store.Answers.Select(answer => CompactJws.Parse(answer.Receipt.Jws) ?? throw new InvalidDataException("an answer without a receipt")).ToImmutableArray();
        StoreTally? seen = null;
        var runs = await PairedRuns.RunAsync(settings.Pairs, () => FloorAsync(store, receipts), RealAsync);
        Report.Line($"verify, {settings.Store.Name}: {seen}");
        Report.Table(PairedRuns.RateHeads, [runs.RateRow("messages")]);

        async Task<RunFigures> RealAsync()
        {
            using var archive = store.Place.OpenArchive();
            var findings = new FindingList();
            var question = new StoreQuestion
            {
                Keys = new PublicKeys(store.ReceiptKeys, [.. archive.Origins().SelectMany(origin => store.LogKeys.Of(origin))], []), Ring = store.Ring,
            };
            var figures = await Work.TimeAsync(notices, async () => seen = await new StoreVerifier(archive, question, findings).RunAsync(progress: null, cancellationToken));
            return findings.Count == 0 && seen?.Messages == notices
                ? figures
                : throw new InvalidOperationException($"an honest store was found wanting: {seen}, {string.Join("; ", findings.Sorted().Take(3))}");
        }
    }

    private static Task<RunFigures> FloorAsync(KeptStore store, ImmutableArray<CompactJws> receipts)
    {
        var point = store.ReceiptKeys[receipts[0].Kid].Point;
        return Work.TimeAsync(receipts.Length, () =>
        {
            var sound = 0;
            Parallel.ForEach(
                receipts,
                () => (Key: ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }), Sound: 0),
                (receipt, _, own) => (own.Key, own.Sound + (Verifies(own.Key, receipt) ? 1 : 0)),
                own =>
                {
                    Interlocked.Add(ref sound, own.Sound);
                    own.Key.Dispose();
                });
            return sound == receipts.Length ? Task.CompletedTask : throw new InvalidOperationException($"{receipts.Length - sound} receipts do not verify");
        });
    }

    private static bool Verifies(ECDsa key, CompactJws receipt) =>
        key.VerifyData(receipt.Signed, receipt.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
