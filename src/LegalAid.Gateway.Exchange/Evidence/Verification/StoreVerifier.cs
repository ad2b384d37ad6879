using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>What a store is verified with.</summary>
public sealed record StoreQuestion
{
    public PublicKeys Keys { get; init; } = PublicKeys.None;

    /// <summary>Opens payloads, documents and receipts; null: all that public keys can show is looked at, and nothing sealed.</summary>
    public KeyRing? Ring { get; init; }

    public TimeBounds Bounds { get; init; } = new();

    /// <summary>Checkpoints that came from elsewhere — witnesses, peers, agencies' receipts — and their names.</summary>
    public IReadOnlyList<(string Name, CheckedCheckpoint Checkpoint)> Outside { get; init; } = [];

    /// <summary>Exchanges looked at together. Default: one a processor.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;
}

/// <summary>What was looked at.</summary>
/// <param name="Unlogged">Leaves that wait for their place.</param>
/// <param name="Erased">Exchanges whose content was erased.</param>
/// <param name="Accesses">Of the leaves, those of accesses.</param>
public sealed record StoreTally(
    long Leaves, long Unlogged, long Tiles, long Checkpoints, long Exchanges, long Messages, long Deliveries, long Attachments, long Erased, long Accesses = 0);

/// <summary>
/// Looks at a whole store: the log leaf by leaf from the first, and beside it every exchange with all that speaks of it. Memory does not grow
/// with the store. It writes nothing and can be run beside a gateway: what was logged does not change, and an exchange is read in one snapshot.
/// </summary>
public sealed class StoreVerifier(ILedgerArchive archive, StoreQuestion question, FindingList findings)
{
    private const int PageMax = 512;

    /// <param name="progress">Told now and then; may be null.</param>
    public async Task<StoreTally> RunAsync(IProgress<StoreTally>? progress, CancellationToken cancellationToken)
    {
        var tally = new RunningTally(progress);
        var log = new LogPass(archive, question, findings, tally);
        var walking = Task.Run(() => log.Run(cancellationToken), cancellationToken);
        try
        {
            await ExchangesAsync(tally, cancellationToken);
        }
        finally
        {
            await walking;
        }

        return tally.Now;
    }

    private async Task ExchangesAsync(RunningTally tally, CancellationToken cancellationToken)
    {
        var pass = new ExchangePass(archive, question, findings, tally);
        var options = new ParallelOptions { MaxDegreeOfParallelism = question.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Exchanges(), options, (exchange, _) =>
        {
            try
            {
                pass.Run(archive.Read(exchange));
            }
            catch (Exception damaged) when (damaged is not OperationCanceledException) // the edge of one exchange
            {
                findings.Add(FindingCodes.StoreDamaged, EntryName.Exchange(exchange), damaged.Message);
            }

            return ValueTask.CompletedTask;
        });
    }

    private IEnumerable<Guid> Exchanges()
    {
        for (var page = archive.ListExchanges(Guid.Empty, PageMax); page.Count > 0; page = archive.ListExchanges(page[^1], PageMax))
        {
            foreach (var exchange in page)
            {
                yield return exchange;
            }
        }
    }
}

/// <summary>Counts from several threads.</summary>
internal sealed class RunningTally(IProgress<StoreTally>? progress)
{
    private const int ToldEvery = 10_000;

    private readonly Lock _gate = new();
    private long _told;

    public StoreTally Now { get; private set; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    public void Add(Func<StoreTally, StoreTally> add)
    {
        StoreTally? told = null;
        lock (_gate)
        {
            Now = add(Now);
            if (Now.Leaves + Now.Messages - _told >= ToldEvery)
            {
                (_told, told) = (Now.Leaves + Now.Messages, Now);
            }
        }

        if (told is not null)
        {
            progress?.Report(told);
        }
    }
}
