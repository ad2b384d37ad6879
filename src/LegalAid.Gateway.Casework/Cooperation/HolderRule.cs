using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Cooperation;

/// <summary>A centre's claim to an application.</summary>
/// <param name="Evidenced">When its own gateway kept it, by that gateway's receipt.</param>
public readonly record struct HoldingClaim(AgencyId Centre, DateTimeOffset Evidenced);

/// <summary>
/// Who holds an application that two centres accepted while the line between their gateways was cut (domain reference, section 4: the first to receive keeps it). Both sides have
/// both receipts, so both find the same without asking each other. Of equal instants the smaller agency id holds: the same everywhere, and nobody's choice.
/// </summary>
public static class HolderRule
{
    /// <summary>Whether <paramref name="one"/> holds against <paramref name="other"/>; of two claims of different centres exactly one does.</summary>
    public static bool Holds(HoldingClaim one, HoldingClaim other) =>
        one.Evidenced != other.Evidenced ? one.Evidenced < other.Evidenced : one.Centre.CompareTo(other.Centre) < 0;
}
