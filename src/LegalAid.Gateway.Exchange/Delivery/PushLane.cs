using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Pushes one agency's deliveries, or another gateway's, as long as its channel is one that the attempt serves. Each agency has a lane of its own, with a stock of what it has
/// leased: the lane fills it, a few senders take from it, and an outcome is recorded while its sender goes on, so that neither the store's
/// disk nor the recipient waits for the other. How far ahead it leases follows from how fast the recipient answers (<see cref="LanePace"/>): one
/// that is slow or away has no more leased than is under way, and what it refuses to take is given back unsent.
/// </summary>
internal sealed class PushLane(
    AgencyId agency, ILedgerStore store, ISnapshotSource configuration, Wake wake, LaneAttempt attempt, SharedSlots shared,
    IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger logger)
{
    private readonly LaneStock _stock = new();
    private readonly LaneSlots _slots = new(shared);
    private readonly LanePace _pace = new(system, options);
    private volatile bool _storeIsDry;
    private volatile bool _ending;

    /// <summary>Runs until the agency no longer takes pushes or the gateway stops, and then until the last attempt is recorded.</summary>
    public async Task RunAsync(CancellationToken abort, CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested && configuration.Current.Agencies.Find(agency)?.Channel is { } channel && attempt.Serves(channel))
        {
            // Taken before the look, so that a commit after the look wakes the wait.
            var raised = wake.Next;
            try
            {
                var wait = await LookAsync(channel, abort, stopping);
                failures = 0;
                await Wake.WaitAsync(raised, wait, system, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The loop's edge: a store that fails is asked again, by this lane alone.
                if (e is not StoreUnavailableException) // the store has said that itself
                {
                    Log.LaneFailed(logger, e, agency);
                }

                var pause = Backoff.Ceiling(++failures, options.BackoffBase, options.SafetyInterval);
                await Task.Delay(pause, system, stopping).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }

        await EndAsync();
    }

    /// <summary>Leases what there is room for and starts sending it. Returns how long to wait unless woken.</summary>
    private async Task<TimeSpan> LookAsync(Channel channel, CancellationToken abort, CancellationToken stopping)
    {
        _storeIsDry = false; // before the claim: where there is no room now, whoever makes room raises
        var strikes = _pace.Strikes;
        var claimed = _stock.Claim(_pace.LeasedMax);
        if (claimed == 0)
        {
            return options.SafetyInterval; // a sender or the end of a record wakes
        }

        var leased = 0;
        try
        {
            var now = system.GetUtcNow();
            var rows = await store.LeaseDeliveriesAsync(
                new LeaseRequest([agency], now, now + options.LeaseDuration, ids.NewId(), claimed), stopping);
            if (!rows.IsEmpty)
            {
                // Where the process dies or the read fails here, the leases run out and others take them.
                var opened = await attempt.ReadAsync(rows, abort);
                _stock.Add(opened.Select(delivery => new StockedDelivery(delivery, now, strikes)));
                leased = opened.Length;
                StartSenders(channel, abort, stopping);
            }
        }
        finally
        {
            _stock.Release(claimed - leased);
        }

        if (leased == claimed)
        {
            return TimeSpan.Zero;
        }

        _pace.CaughtUp();
        _storeIsDry = true; // what comes next, the store says
        var wait = await store.NextDeliveryAtAsync([agency], stopping) - system.GetUtcNow() ?? options.SafetyInterval;
        return wait < options.SafetyInterval ? wait : options.SafetyInterval;
    }

    private void StartSenders(Channel channel, CancellationToken abort, CancellationToken stopping)
    {
        for (var started = _slots.Claim(options.AgencyConcurrency, _stock.Waiting); started > 0; started--)
        {
            _ = Task.Run(() => SendAsync(channel, abort, stopping), CancellationToken.None); // what it takes is held by the stock, whose end is waited for
        }
    }

    /// <summary>One sender, in one slot: sends what waits, one after the other, until nothing does.</summary>
    private async Task SendAsync(Channel channel, CancellationToken abort, CancellationToken stopping)
    {
        do
        {
            while (_stock.TryTake(out var next, out var hasRoom))
            {
                RaiseIf(hasRoom);
                if (_pace.TakeTurn() is { Ticks: > 0 } turn)
                {
                    await Task.Delay(turn, system, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a stop is met below
                }

                if (_ending || stopping.IsCancellationRequested || next.Strikes != _pace.Strikes || !LeaseLasts(next))
                {
                    await GiveBackAsync([next, .. _stock.TakeAll()]);
                    continue;
                }

                await SendOneAsync(next.Opened, channel, abort);
            }

            _slots.Release();
        }
        while (_stock.Waiting > 0 && _slots.Claim(options.AgencyConcurrency, wanted: 1) > 0); // what was added since the last look
    }

    private async Task SendOneAsync(OpenedDelivery opened, Channel channel, CancellationToken abort)
    {
        try
        {
            var judged = await attempt.SendAsync(opened, channel, _pace, abort);
            _ = RecordAsync(opened, judged); // its place is held until it ends
        }
        catch (Exception e)
        {
            // The sender's edge: a bug in one delivery must not end those behind it. Its lease runs out.
            Log.LaneFailed(logger, e, agency);
            RaiseIf(_stock.Release(1));
        }
    }

    private async Task RecordAsync(OpenedDelivery opened, JudgedAttempt judged)
    {
        try
        {
            await attempt.RecordAsync(opened, judged);
        }
        finally
        {
            RaiseIf(_stock.Release(1));
        }
    }

    /// <summary>What is leased and not sent is as before its lease. Where the process dies or the store fails here, the leases run out.</summary>
    private async Task GiveBackAsync(IReadOnlyList<StockedDelivery> unsent)
    {
        if (unsent.Count == 0)
        {
            return;
        }

        using var bound = new CancellationTokenSource(options.OutcomeTimeout, system);
        try
        {
            await store.ReturnDeliveriesAsync(
                [.. unsent.Select(static one => new UnusedLease(one.Opened.Delivery.Id, one.Opened.Delivery.LeaseToken.GetValueOrDefault(), one.LeasedAt))],
                bound.Token);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            // The store took too long: the leases run out instead.
        }
        catch (Exception e)
        {
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.LaneFailed(logger, e, agency);
            }
        }
        finally
        {
            RaiseIf(_stock.Release(unsent.Count));
        }
    }

    /// <summary>Whether the lease lasts for an attempt and its record: else another may hold the delivery before they are over.</summary>
    private bool LeaseLasts(StockedDelivery next) =>
        next.Opened.Delivery.LeaseUntil >= system.GetUtcNow() + options.AttemptTimeout + options.OutcomeTimeout;

    private async Task EndAsync()
    {
        _ending = true;
        await GiveBackAsync(_stock.TakeAll());
        while (true)
        {
            var raised = wake.Next;
            if (_stock.IsEmpty)
            {
                return;
            }

            await raised;
        }
    }

    /// <summary>Where the store had no more at the last look it raises for what comes, and a look before that finds nothing.</summary>
    private void RaiseIf(bool hasRoom)
    {
        if ((hasRoom && !_storeIsDry) || _ending)
        {
            wake.Raise();
        }
    }
}
