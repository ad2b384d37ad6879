using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>Signals that wait, merged into one until it is taken. It does not lock: its owner does.</summary>
internal sealed class MergedSignal
{
    private readonly HashSet<AgencyId> _recipients = [];
    private bool _clocksChanged;
    private bool _configurationChanged;

    public void Add(StoreSignal signal)
    {
        _recipients.UnionWith(signal.Recipients);
        _clocksChanged |= signal.ClocksChanged;
        _configurationChanged |= signal.ConfigurationChanged;
    }

    /// <summary>What has merged since it was taken last; it may say nothing.</summary>
    public StoreSignal Take()
    {
        var signal = new StoreSignal([.. _recipients], _clocksChanged, _configurationChanged);
        _recipients.Clear();
        (_clocksChanged, _configurationChanged) = (false, false);
        return signal;
    }
}
