using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>What a write leaves to do once it is durable.</summary>
internal sealed class WriteEffects
{
    public HashSet<AgencyId> Recipients { get; } = [];

    public bool ClocksChanged { get; set; }

    public bool ConfigurationChanged { get; set; }

    public void Clear()
    {
        Recipients.Clear();
        (ClocksChanged, ConfigurationChanged) = (false, false);
    }

    public StoreSignal ToSignal() => new([.. Recipients], ClocksChanged, ConfigurationChanged);
}
