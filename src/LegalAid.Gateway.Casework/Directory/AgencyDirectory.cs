using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>All agencies, by id and by competence. Immutable; safe on any thread.</summary>
public sealed class AgencyDirectory(IEnumerable<Agency> agencies)
{
    private readonly FrozenDictionary<AgencyId, Agency> _byId = agencies.ToFrozenDictionary(agency => agency.Id);

    /// <summary>By id in ordinal order.</summary>
    public ImmutableArray<Agency> All { get; } = [.. agencies.OrderBy(agency => agency.Id)];

    public Agency? Find(AgencyId id) => _byId.GetValueOrDefault(id);

    /// <summary>The agency of an id that the gateway itself stored: its absence is corrupt state or a removed file, and is loud.</summary>
    public Agency Get(AgencyId id) =>
        Find(id) ?? throw new KeyNotFoundException($"agency {id} is not in the directory");

    /// <summary>The other city's gateway to which the agency belongs; null: to this one.</summary>
    public AgencyId? GatewayOf(AgencyId id) => Find(id)?.Channel is Channel.Through through ? through.Gateway : null;

    /// <summary>
    /// The aid centre competent at a place (法律援助法 38: the aid body at the case-handling organ's place): the one that serves the
    /// smallest region which contains it. Null where none does; two that serve the same region do not load.
    /// </summary>
    public Agency? CompetentAidCentre(RegionCode place) =>
        (from agency in All
         where agency.Kind == AgencyKinds.AidCentre
         from served in agency.Serves
         where served.Contains(place)
         orderby served.Level descending
         select agency).FirstOrDefault();
}
