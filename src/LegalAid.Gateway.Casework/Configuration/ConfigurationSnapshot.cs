using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>
/// All that an operator configured, checked whole, immutable and content-addressed. The engine decides by a snapshot; an exchange keeps
/// to the digest of its type even when a later snapshot changes it.
/// </summary>
public sealed record ConfigurationSnapshot
{
    /// <summary>Lower-case hexadecimal SHA-256 over the names and contents of all files.</summary>
    public required string Digest { get; init; }

    public required AgencyDirectory Agencies { get; init; }

    public required CalendarCatalogue Calendars { get; init; }

    /// <summary>Exchange types by id, variants apart.</summary>
    public required FrozenDictionary<ExchangeTypeId, ExchangeType> Types { get; init; }

    public required CounselRegister Counsel { get; init; }

    /// <summary>Which resident numbers are accepted: synthetic regions only where a demo or test says so.</summary>
    public required ResidentNumberRules ResidentNumbers { get; init; }

    /// <summary>Names of divisions beyond those the gateway knows by itself (<see cref="RegionCode.Name"/>).</summary>
    public FrozenDictionary<RegionCode, LocalizedText> RegionNames { get; init; } = FrozenDictionary<RegionCode, LocalizedText>.Empty;

    /// <summary>Who may ask whom for what; without rows nobody may anything.</summary>
    public SharingMatrix Sharing { get; init; } = SharingMatrix.Empty;

    /// <summary>Agencies' own APIs that others call through the gateway, by agency and name.</summary>
    public FrozenDictionary<(AgencyId Agency, string Name), PublishedService> Services { get; init; } = FrozenDictionary<(AgencyId, string), PublishedService>.Empty;

    /// <summary>The rule packs by which eligibility is decided.</summary>
    public PackLibrary Eligibility { get; init; } = PackLibrary.Empty;

    /// <summary>The files as read, for the archive.</summary>
    public required ImmutableArray<ConfigurationFile> Files { get; init; }

    /// <summary>What others can reach through this gateway: published services, and the facts that some agency's connector answers.</summary>
    public FrozenSet<SharedObject> Offered =>
        Services.Keys.Select(key => SharedObject.Service(key.Agency, key.Name))
            .Concat(from agency in Agencies.All from connector in agency.Connectors from answer in connector.Answers select SharedObject.Fact(answer.Fact.Name))
            .ToFrozenSet();

    public ExchangeType? FindType(ExchangeTypeId id) => Types.GetValueOrDefault(id);
}

/// <summary>A file of the configuration.</summary>
/// <param name="Path">Relative to the configuration folder, with forward slashes.</param>
public sealed record ConfigurationFile(string Path, string Text);
