using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>One grant, as <c>gateway-config/sharing/*.yaml</c> says it: who may do what, for what, on what ground, and until when.</summary>
public sealed record SharingRow
{
    /// <summary>Unique in the gateway; the audit names it.</summary>
    public required string Id { get; init; }

    public required SharingSubject Who { get; init; }

    /// <summary>All of one kind.</summary>
    public required ImmutableArray<SharedObject> Objects { get; init; }

    /// <summary>At least one. A row with exactly one gives it to a call that states none.</summary>
    public required ImmutableArray<Purpose> Purposes { get; init; }

    /// <summary>Never without its article.</summary>
    public required LegalBasis Basis { get; init; }

    public required RowCondition When { get; init; }

    /// <summary>What of an answer, a view or a service's answer comes through; <see cref="FieldList.Everything"/> for messages, which go whole.</summary>
    public required FieldList Fields { get; init; }

    /// <summary>Null: not counted.</summary>
    public required Quota? Quota { get; init; }

    /// <summary>First civil day on which it holds.</summary>
    public required DateOnly From { get; init; }

    /// <summary>First civil day on which it no longer does; null: for good.</summary>
    public required DateOnly? Until { get; init; }

    /// <summary>Who answers for the row.</summary>
    public required AgencyId Owner { get; init; }

    /// <summary>Where it stands, relative to the configuration folder.</summary>
    public required string File { get; init; }

    /// <summary>From 1.</summary>
    public required int Line { get; init; }
}

/// <summary>Whom a row is for. Neither agencies nor kinds: everyone in the directory.</summary>
/// <param name="Region">The place that the agency must be of; null: any.</param>
/// <param name="Subtree">Whether a place inside of <paramref name="Region"/> will do.</param>
public sealed record SharingSubject(ImmutableArray<AgencyId> Agencies, ImmutableArray<string> Kinds, RegionCode? Region, bool Subtree)
{
    public bool Includes(Agency agency) =>
        ((Agencies.IsEmpty && Kinds.IsEmpty) || Agencies.Contains(agency.Id) || Kinds.Contains(agency.Kind))
        && (Region is null || (Subtree ? Region.Contains(agency.Region) : Region.Current == agency.Region.Current));
}

/// <summary>What must be so in the case at hand; all of it. A closed language, so that a row can be read, compared and explained.</summary>
/// <param name="Party">The caller is party to the exchange.</param>
/// <param name="Roles">The caller is party in one of these roles; empty: not asked.</param>
/// <param name="States">The exchange is in one of these states; empty: not asked.</param>
/// <param name="OwnRegion">The matter's place is in the region that the caller serves, or is in.</param>
public sealed record RowCondition(bool Party, ImmutableArray<RoleName> Roles, ImmutableArray<StateName> States, bool OwnRegion)
{
    public static readonly RowCondition None = new(Party: false, [], [], OwnRegion: false);

    /// <summary>Whether it can only be judged with an exchange at hand.</summary>
    public bool NeedsExchange => Party || !Roles.IsEmpty || !States.IsEmpty;

    /// <summary>Whether whatever fulfils <paramref name="other"/> fulfils this one too.</summary>
    public bool IsNoNarrowerThan(RowCondition other) =>
        (!Party || other.Party || !other.Roles.IsEmpty)
        && (Roles.IsEmpty || (!other.Roles.IsEmpty && other.Roles.All(role => Roles.Contains(role))))
        && (States.IsEmpty || (!other.States.IsEmpty && other.States.All(state => States.Contains(state))))
        && (!OwnRegion || other.OwnRegion);
}
