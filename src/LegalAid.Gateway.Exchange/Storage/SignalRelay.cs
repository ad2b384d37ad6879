using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>
/// Tells this node's subscriber what was committed here or elsewhere, on a pool thread, one call at a time: while it runs, further signals merge
/// into the next call. What was committed here also goes to <see cref="Announced"/>, for the other nodes.
/// </summary>
internal sealed partial class SignalRelay(ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly MergedSignal _waiting = new();
    private bool _running;

    public Action<StoreSignal>? Subscriber { get; set; }

    /// <summary>Takes what was committed on this node; null where there is no other.</summary>
    public Action<StoreSignal>? Announced { get; set; }

    /// <summary>What was committed on this node.</summary>
    public void Add(StoreSignal signal)
    {
        if (signal.IsSilent)
        {
            return;
        }

        Announced?.Invoke(signal);
        Hear(signal);
    }

    /// <summary>What was committed on any node.</summary>
    public void Hear(StoreSignal signal)
    {
        if (Subscriber is null || signal.IsSilent)
        {
            return;
        }

        lock (_lock)
        {
            _waiting.Add(signal);
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
                SubscriberFailed(logger, e);
            }
        }
    }

    private StoreSignal? Take()
    {
        lock (_lock)
        {
            var signal = _waiting.Take();
            _running = !signal.IsSilent;
            return _running ? signal : null;
        }
    }

    // Of both stores, whose own events begin at 2100 and 2120.
    [LoggerMessage(2140, LogLevel.Error, "The subscriber of the store's signal failed")]
    private static partial void SubscriberFailed(ILogger logger, Exception exception);
}
