using System.Collections.Concurrent;
using System.Collections.Immutable;
using LegalAid.Gateway.Benchmarks.Floors;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>The store of a gateway that accepted court notices and stopped when all stood in its log; and the keys that it had.</summary>
internal sealed class KeptStore : IAsyncDisposable
{
    private const int Callers = 64;

    private readonly BenchGateway _gateway;

    private KeptStore(BenchGateway gateway, IEnumerable<StepAnswer> answers)
    {
        var keys = gateway.Services.GetRequiredService<KeyFolder>();
        (_gateway, Answers) = (gateway, [.. answers]);
        (Ring, LogKeys) = (keys.LoadRing(), keys.LoadLogKeys());
        ReceiptKeys = keys.LoadSigningKeys(SigningPurpose.Receipt)
            .ToImmutableDictionary(key => key.Kid, key => new VerifyingKey(key.Kid, key.Key.ExportParameters(includePrivateParameters: false).Q));
    }

    public StorePlace Place => _gateway.Store;

    /// <summary>What was answered to each notice.</summary>
    public ImmutableArray<StepAnswer> Answers { get; }

    public KeyRing Ring { get; }

    public LogKeys LogKeys { get; }

    public ImmutableDictionary<string, VerifyingKey> ReceiptKeys { get; }

    public static async Task<KeptStore> FillAsync(StoreBench store, int notices, CancellationToken cancellationToken)
    {
        var gateway = await BenchGateway.StartAsync(store, cancellationToken);
        try
        {
            var (ledger, commands, answers) = (gateway.Ledger, NoticeSupply.Commands(first: 1, notices), new ConcurrentQueue<StepAnswer>());
            _ = await Load.RunAsync(Callers, notices, async number =>
                answers.Enqueue(((CommandOutcome.Accepted)await ledger.OpenAsync(commands[number], cancellationToken)).Answers[0]));
            var log = gateway.Services.GetRequiredService<ILedgerStore>();
            await Until.HoldsAsync(
                async () => (await log.ListUnindexedAsync(1, cancellationToken)).IsEmpty
                    && (await log.LatestCheckpointAsync(cancellationToken))?.Size == (await log.FindLogHeadAsync(cancellationToken))?.Size,
                cancellationToken);
            var kept = new KeptStore(gateway, answers);
            await gateway.StopAsync();
            return kept;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
