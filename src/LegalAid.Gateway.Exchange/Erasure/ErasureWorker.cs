using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Erasure;

/// <summary>
/// Erases exchanges when their retention ends by the civil clock: one node at a time, in bounded batches, each exchange whole or not at all, and
/// scrubs the store's files after a batch. One that fails is left for the next look and holds up no other. Where the process dies, what is erased
/// is erased, and what is due is found again.
/// </summary>
public sealed class ErasureWorker : BackgroundService
{
    private const string Duty = "erasure";

    private readonly ILedgerStore _store;
    private readonly ExchangeLedger _ledger;
    private readonly CivilClock _civil;
    private readonly TimeProvider _time;
    private readonly ErasureOptions _options;
    private readonly ILogger _logger;

    public ErasureWorker(
        ILedgerStore store, ExchangeLedger ledger, CivilClock civil, TimeProvider time, ErasureOptions options, ILogger<ErasureWorker> logger) =>
        (_store, _ledger, _civil, _time, _options, _logger) = (store, ledger, civil, time, options.Required(), logger);

    /// <summary>Erases all that is due now. Returns how many.</summary>
    public async Task<int> EraseDueAsync(CancellationToken cancellationToken)
    {
        var (erased, failing) = (0, new HashSet<ExchangeId>());
        while (true)
        {
            // As many more as have failed: the earliest come first, and those must not stand before the others.
            var listed = await _store.ListErasureDueAsync(_civil.Now, _options.BatchMax + failing.Count, cancellationToken);
            ExchangeId[] due = [.. listed.Where(id => !failing.Contains(id))];
            if (due.Length == 0)
            {
                break;
            }

            foreach (var id in due)
            {
                if (await TryEraseAsync(id, cancellationToken))
                {
                    erased++;
                }
                else
                {
                    failing.Add(id);
                }
            }
        }

        if (erased > 0)
        {
            await _store.ScrubAsync(cancellationToken);
            Log.Erased(_logger, erased);
        }

        return erased;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(_options.Interval, _time);
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: an exchange is erased or is not, and the next start finds it.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            await using var lead = await _store.TryLeadAsync(Duty, stopping);
            if (lead is not null)
            {
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(stopping, lead.Lost);
                await EraseDueAsync(leading.Token);
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The loop's edge: a store that fails, or a lead that was lost, is tried again at the next look.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.LookFailed(_logger, e);
            }
        }
    }

    private async Task<bool> TryEraseAsync(ExchangeId id, CancellationToken cancellationToken)
    {
        try
        {
            return await _ledger.EraseAsync(id, cancellationToken);
        }
        catch (Exception e) when (e is not StoreUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            Log.EraseFailed(_logger, e, id);
            return false;
        }
    }
}
