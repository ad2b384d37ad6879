using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Who asks for something of an exchange, and for what. Both are what the edge says; an agency alone states no purpose.</summary>
/// <param name="Purpose">As the call states it; null where it states none, and then a row with exactly one purpose gives it.</param>
public readonly record struct Asker(AgencyId Agency, Purpose? Purpose)
{
    /// <summary>Where readers note what they let through; null where nobody keeps it, as for the gateway's own work.</summary>
    public SeenObjects? Seen { get; init; }

    /// <summary>An agency that states no purpose.</summary>
    public static Asker FromAgencyId(AgencyId agency) => new(agency, Purpose: null);

    public static implicit operator Asker(AgencyId agency) => FromAgencyId(agency);
}
