using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// Which regions a resident number may name. A number of a region that was never assigned is refused, except where a test or the
/// demo loads that region as synthetic: so no living person's number is ever needed, and a synthetic one never passes in production.
/// </summary>
public sealed record ResidentNumberRules
{
    private ResidentNumberRules(EquatableList<RegionCode> syntheticRegions, bool anyRegion)
    {
        SyntheticRegions = syntheticRegions;
        AnyRegion = anyRegion;
    }

    /// <summary>No synthetic region.</summary>
    public static ResidentNumberRules Standard { get; } = new(default, anyRegion: false);

    /// <summary>For tests and the demo: <see cref="RegionCode.Synthetic"/> (450199) is accepted.</summary>
    public static ResidentNumberRules Demonstration { get; } = WithSyntheticRegions(RegionCode.Synthetic);

    /// <summary>For values the gateway itself stored: an edge has applied its own rules before.</summary>
    internal static ResidentNumberRules Stored { get; } = new(default, anyRegion: true);

    public EquatableList<RegionCode> SyntheticRegions { get; }

    private bool AnyRegion { get; }

    /// <summary>Throws <see cref="ArgumentException"/> for a region where real people live.</summary>
    public static ResidentNumberRules WithSyntheticRegions(params RegionCode[] regions) =>
        regions.FirstOrDefault(region => region.Assignment != RegionAssignment.Unassigned) is { } real
            ? throw new ArgumentException($"Region {real} is not known to be unassigned.", nameof(regions))
            : new ResidentNumberRules(new EquatableList<RegionCode>(regions), anyRegion: false);

    public bool Accepts(RegionCode region) =>
        AnyRegion || region.Assignment != RegionAssignment.Unassigned || SyntheticRegions.Contains(region);
}
