using System.Collections.Concurrent;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Clocks;

/// <summary>
/// Lets the clocks speak when their instants come: takes the exchanges that are due, lets each decide, and waits for the next instant, a
/// commit that sets one, a move of civil time, or the safety interval. After a downtime it starts with everything that fell due meanwhile; what
/// the messages say is the true instant. An exchange that fails is left alone for a while and holds up no other.
/// </summary>
public sealed class ClockWorker : BackgroundService
{
    private readonly ILedgerStore _store;
    private readonly ExchangeLedger _ledger;
    private readonly CivilClock _civil;
    private readonly DeliveryHub _hub;
    private readonly TimeProvider _system;
    private readonly ClockOptions _options;
    private readonly ILogger _logger;

    /// <summary>Exchanges that failed: how often, and until when they are left alone. As long as the exchanges that are broken, no longer.</summary>
    private readonly ConcurrentDictionary<ExchangeId, (int Failures, DateTimeOffset Until)> _failing = new();

    public ClockWorker(
        ILedgerStore store, ExchangeLedger ledger, CivilClock civil, DeliveryHub hub, TimeProvider system, ClockOptions options,
        ILogger<ClockWorker> logger) =>
        (_store, _ledger, _civil, _hub, _system, _options, _logger) = (store, ledger, civil, hub, system, options.Required(), logger);

    /// <summary>
    /// Counts every exchange's provisional clocks again by the calendars of the active configuration, however many there are. The host
    /// calls it after a configuration became active; repeating it is harmless. One that fails is logged and left for the next time; where the store
    /// is not available nothing more is tried, and <see cref="StoreUnavailableException"/> says so.
    /// </summary>
    public async Task RecomputeProvisionalAsync(CancellationToken cancellationToken)
    {
        var (count, failed) = (0, 0);
        ExchangeId? after = null;
        while (true)
        {
            var page = await _store.ListProvisionalAsync(after, _options.BatchMax, cancellationToken);
            if (page.IsEmpty)
            {
                break;
            }

            await Parallel.ForEachAsync(page, Bounded(cancellationToken), async (id, token) =>
            {
                try
                {
                    await _ledger.RecomputeAsync(id, token);
                }
                catch (Exception e) when (IsOfExchange(e, token))
                {
                    Interlocked.Increment(ref failed);
                    Log.RecomputeFailed(_logger, e, id);
                }
            });
            count += page.Length;
            after = page[^1];
        }

        Log.Recomputed(_logger, count, failed);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _civil.Moved += OnMoved;
        var failures = 0;
        try
        {
            while (true)
            {
                // Taken before the look, so that a commit after the look wakes the wait.
                var raised = _hub.Clocks.Next;
                try
                {
                    var wait = await LookAsync(stoppingToken);
                    failures = 0;
                    await Wake.WaitAsync(raised, wait, _system, stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    // The loop's edge: a store that fails is asked again.
                    if (e is not StoreUnavailableException) // the store has said that itself
                    {
                        Log.WorkerFailed(_logger, e);
                    }

                    await Task.Delay(Backoff.Ceiling(++failures, _options.RetryBase, _options.RetryMax), _system, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: a tick under way was committed or was not, and the next start finds it.
        }
        finally
        {
            _civil.Moved -= OnMoved;
        }
    }

    /// <summary>Looks at one batch. Returns how long to wait unless woken.</summary>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        // As many more as are left alone: the earliest come first, and those must not stand before the others.
        var civilNow = _civil.Now;
        var listed = await _store.ListClocksDueAsync(civilNow, _options.BatchMax + _failing.Count, cancellationToken);
        var now = _system.GetUtcNow();
        ExchangeId[] due = [.. listed.Where(id => !IsLeftAlone(id, now))];
        if (due.Length > 0)
        {
            await Parallel.ForEachAsync(due, Bounded(cancellationToken), (id, token) => TickAsync(id, civilNow, token));
            return TimeSpan.Zero;
        }

        return await WaitAsync(now, cancellationToken);
    }

    private async ValueTask TickAsync(ExchangeId id, DateTimeOffset civilNow, CancellationToken cancellationToken)
    {
        try
        {
            await _ledger.TickAsync(id, cancellationToken);
            var row = await _store.FindExchangeAsync(id, cancellationToken);
            if (row?.NextClockAt <= civilNow)
            {
                // Others kept changing it, or it was erased while a clock ran.
                Log.StillDue(_logger, id, LeaveAlone(id));
            }
            else
            {
                _failing.TryRemove(id, out _);
            }
        }
        catch (Exception e) when (IsOfExchange(e, cancellationToken))
        {
            Log.TickFailed(_logger, e, id, LeaveAlone(id));
        }
    }

    private async ValueTask<TimeSpan> WaitAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wait = _options.SafetyInterval;
        if (await NextInstantAsync(cancellationToken) is { } next)
        {
            wait = Shorter(wait, _civil.Until(next));
        }

        return _failing.IsEmpty ? wait : Shorter(wait, _failing.Values.Min(failing => failing.Until) - now);
    }

    /// <summary>The next instant of an exchange that is not left alone.</summary>
    private async ValueTask<DateTimeOffset?> NextInstantAsync(CancellationToken cancellationToken)
    {
        if (_failing.IsEmpty)
        {
            return await _store.NextClockAtAsync(cancellationToken);
        }

        var earliest = await _store.ListClocksDueAsync(DateTimeOffset.MaxValue, _failing.Count + 1, cancellationToken);
        foreach (var id in earliest.Where(id => !_failing.ContainsKey(id)))
        {
            return (await _store.FindExchangeAsync(id, cancellationToken))?.NextClockAt;
        }

        return null;
    }

    private bool IsLeftAlone(ExchangeId id, DateTimeOffset now) => _failing.TryGetValue(id, out var failing) && failing.Until > now;

    private TimeSpan LeaveAlone(ExchangeId id)
    {
        var failures = _failing.TryGetValue(id, out var failing) ? failing.Failures + 1 : 1;
        var after = Backoff.Ceiling(failures, _options.RetryBase, _options.RetryMax);
        _failing[id] = (failures, _system.GetUtcNow() + after);
        return after;
    }

    /// <summary>Not the store's, with which no other exchange would fare better.</summary>
    private static bool IsOfExchange(Exception failure, CancellationToken cancellationToken) =>
        failure is not StoreUnavailableException && (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested);

    private ParallelOptions Bounded(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };

    private void OnMoved(object? sender, EventArgs e) => _hub.Clocks.Raise();

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
