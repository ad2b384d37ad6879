using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Pushes one agency's deliveries, as long as the agency's channel is push. Each agency has a lane of its own: it leases no more than it can
/// send at once, so that what waits for one agency neither holds leases nor stands before another's. What came free while one lease was
/// taken and read is leased and read together the next time: the busier the lane, the larger its batches.
/// </summary>
internal sealed class PushLane(
    AgencyId agency, ILedgerStore store, ExchangeReader reader, ISnapshotSource configuration, Wake wake, PushAttempt attempt, SharedSlots shared,
    IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger logger)
{
    private readonly LaneSlots _slots = new(shared);
    private readonly LanePace _pace = new(system, options);
    private readonly Dictionary<int, Task> _running = [];
    private int _started;

    /// <summary>Runs until the agency no longer takes pushes or the gateway stops, and then until the last attempt is recorded.</summary>
    public async Task RunAsync(CancellationToken abort, CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested && configuration.Current.Agencies.Find(agency)?.Channel is Channel.Push channel)
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
                Log.LaneFailed(logger, e, agency);
                var pause = Backoff.Ceiling(++failures, options.BackoffBase, options.SafetyInterval);
                await Task.Delay(pause, system, stopping).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }

        await Task.WhenAll(Running());
    }

    /// <summary>Leases what can be sent now and starts it. Returns how long to wait unless woken.</summary>
    private async Task<TimeSpan> LookAsync(Channel.Push channel, CancellationToken abort, CancellationToken stopping)
    {
        var claimed = _slots.Claim(_pace.Probing ? 1 : options.AgencyConcurrency);
        if (claimed == 0)
        {
            return options.SafetyInterval; // the end of an attempt wakes
        }

        var started = 0;
        try
        {
            var now = system.GetUtcNow();
            var rows = await store.LeaseDeliveriesAsync(
                new LeaseRequest([agency], now, now + options.LeaseDuration, ids.NewId(), claimed), stopping);
            if (!rows.IsEmpty)
            {
                // Where the process dies or the read fails here, the leases run out and others take them.
                foreach (var opened in await reader.EnvelopesAsync(rows, abort))
                {
                    Start(opened, channel, abort);
                    started++;
                }
            }
        }
        finally
        {
            _slots.Release(claimed - started);
        }

        if (started == claimed)
        {
            return TimeSpan.Zero;
        }

        var wait = await store.NextDeliveryAtAsync([agency], stopping) - system.GetUtcNow() ?? options.SafetyInterval;
        return wait < options.SafetyInterval ? wait : options.SafetyInterval;
    }

    private void Start(OpenedDelivery opened, Channel.Push channel, CancellationToken abort)
    {
        var number = ++_started;
        lock (_running)
        {
            _running[number] = Task.Run(() => RunAsync(number, opened, channel, abort), CancellationToken.None);
        }
    }

    private async Task RunAsync(int number, OpenedDelivery opened, Channel.Push channel, CancellationToken abort)
    {
        try
        {
            await attempt.RunAsync(opened, channel, _pace, abort);
        }
        catch (Exception e)
        {
            Log.LaneFailed(logger, e, agency);
        }
        finally
        {
            lock (_running)
            {
                _running.Remove(number);
            }

            _slots.Release(1);
            wake.Raise();
        }
    }

    private Task[] Running()
    {
        lock (_running)
        {
            return [.. _running.Values];
        }
    }
}

/// <summary>How many attempts one lane may have under way: the first always, more as far as the shared slots go. Safe on any thread.</summary>
internal sealed class LaneSlots(SharedSlots shared)
{
    private readonly Lock _gate = new();
    private int _held;

    /// <summary>Claims all that can be had now, without waiting for another lane, until <paramref name="max"/> are held.</summary>
    public int Claim(int max)
    {
        lock (_gate)
        {
            var before = _held;
            while (_held < max && (_held == 0 || shared.TryTake()))
            {
                _held++;
            }

            return _held - before;
        }
    }

    public void Release(int count)
    {
        lock (_gate)
        {
            for (; count > 0; count--)
            {
                // The last one held is the lane's own; those above it are shared.
                if (--_held > 0)
                {
                    shared.Return();
                }
            }
        }
    }
}

/// <summary>Slots that lanes share beyond their own. Nobody waits for one.</summary>
internal sealed class SharedSlots(int count)
{
    private int _free = count;

    public bool TryTake()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref _free);
        return false;
    }

    public void Return() => Interlocked.Increment(ref _free);
}
