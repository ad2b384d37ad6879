using LegalAid.Gateway.Casework.Directory;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Tells this node's subscriber what was committed here or elsewhere, on a pool thread, one call at a time: while it runs, further signals merge
/// into the next call. What was committed here also goes to <see cref="Announced"/>, for the other nodes.
/// </summary>
internal sealed class SignalRelay(ILogger logger)
{
    private readonly Lock _lock = new();
    private HashSet<AgencyId> _recipients = [];
    private bool _clocksChanged;
    private bool _configurationChanged;
    private bool _running;

    public Action<StoreSignal>? Subscriber { get; set; }

    /// <summary>Takes what was committed on this node.</summary>
    public Action<StoreSignal>? Announced { get; set; }

    /// <summary>What was committed on this node.</summary>
    public void Add(StoreSignal signal)
    {
        if (IsSilent(signal))
        {
            return;
        }

        Announced?.Invoke(signal);
        Hear(signal);
    }

    /// <summary>What was committed on any node.</summary>
    public void Hear(StoreSignal signal)
    {
        if (Subscriber is null || IsSilent(signal))
        {
            return;
        }

        lock (_lock)
        {
            _recipients.UnionWith(signal.Recipients);
            _clocksChanged |= signal.ClocksChanged;
            _configurationChanged |= signal.ConfigurationChanged;
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static relay => relay.Run(), this, preferLocal: false);
    }

    private static bool IsSilent(StoreSignal signal) => signal is { Recipients.IsEmpty: true, ClocksChanged: false, ConfigurationChanged: false };

    private void Run()
    {
        while (Take() is { } signal)
        {
            try
            {
                Subscriber?.Invoke(signal);
            }
            catch (Exception e)
            {
                // The loop's edge: a subscriber's bug must not end the signals, and its own timer finds the work.
                Log.SignalFailed(logger, e);
            }
        }
    }

    private StoreSignal? Take()
    {
        lock (_lock)
        {
            var signal = new StoreSignal([.. _recipients], _clocksChanged, _configurationChanged);
            if (IsSilent(signal))
            {
                _running = false;
                return null;
            }

            _recipients = [];
            (_clocksChanged, _configurationChanged) = (false, false);
            return signal;
        }
    }
}
