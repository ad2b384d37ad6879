using LegalAid.Gateway.Casework.Directory;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// Tells the subscriber what commits left to do, on a pool thread, one call at a time: while it runs, further commits merge into the
/// next call. The writer only adds to a set.
/// </summary>
internal sealed class SignalRelay(ILogger logger)
{
    private readonly Lock _lock = new();
    private HashSet<AgencyId> _recipients = [];
    private bool _clocksChanged;
    private bool _configurationChanged;
    private bool _running;

    public Action<StoreSignal>? Subscriber { get; set; }

    public void Add(WriteEffects effects)
    {
        if (Subscriber is null || effects is { Recipients.Count: 0, ClocksChanged: false, ConfigurationChanged: false })
        {
            return;
        }

        lock (_lock)
        {
            _recipients.UnionWith(effects.Recipients);
            _clocksChanged |= effects.ClocksChanged;
            _configurationChanged |= effects.ConfigurationChanged;
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static relay => relay.Run(), this, preferLocal: false);
    }

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
            if (_recipients.Count == 0 && !_clocksChanged && !_configurationChanged)
            {
                _running = false;
                return null;
            }

            var signal = new StoreSignal([.. _recipients], _clocksChanged, _configurationChanged);
            _recipients = [];
            (_clocksChanged, _configurationChanged) = (false, false);
            return signal;
        }
    }
}
