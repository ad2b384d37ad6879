using System.Collections.Concurrent;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Passes on the store's signals: to mailbox streams and lanes by recipient, to the clock worker.
/// One for each store, made before the first write. What it says is only that something may have changed; the store says what.
/// </summary>
public sealed class DeliveryHub
{
    private readonly ConcurrentDictionary<AgencyId, Wake> _recipients = new();

    /// <exception cref="InvalidOperationException">The store has a subscriber already.</exception>
    public DeliveryHub(ILedgerStore store)
    {
        if (store.Signal is not null)
        {
            throw new InvalidOperationException("the store's signal has a subscriber already");
        }

        store.Signal = OnSignal;
    }

    /// <summary>Raised when another configuration became active, on whatever node.</summary>
    public event EventHandler? ConfigurationMoved;

    /// <summary>Raised where channels may have changed.</summary>
    internal Wake Channels { get; } = new();

    /// <summary>Raised when a next clock instant was set.</summary>
    internal Wake Clocks { get; } = new();

    /// <summary>Raised with a delivery to the agency. Asked only for agencies of the directory, which bounds the set.</summary>
    internal Wake Of(AgencyId recipient) => _recipients.GetOrAdd(recipient, static _ => new Wake());

    /// <summary>Wakes everybody: the host calls it after a configuration became active, since channels may have changed.</summary>
    public void Reconfigured()
    {
        Channels.Raise();
        Clocks.Raise();
        foreach (var wake in _recipients.Values)
        {
            wake.Raise();
        }
    }

    private void OnSignal(StoreSignal signal)
    {
        foreach (var recipient in signal.Recipients)
        {
            // Who has not asked yet looks into the store before it waits.
            if (_recipients.TryGetValue(recipient, out var wake))
            {
                wake.Raise();
            }
        }

        if (signal.ClocksChanged)
        {
            Clocks.Raise();
        }

        if (signal.ConfigurationChanged)
        {
            ConfigurationMoved?.Invoke(this, EventArgs.Empty);
        }
    }
}
