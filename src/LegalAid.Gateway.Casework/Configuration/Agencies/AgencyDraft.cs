using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>An agency as its file says; null where the file was wrong there.</summary>
internal sealed record AgencyDraft(
    YamlMapping At,
    Word? Id,
    Word? Kind,
    LocalizedText? Title,
    RegionCode? Region,
    Word? Supervisor,
    Word? CourtCode,
    ImmutableArray<(RegionCode Region, YamlNode At)> Serves,
    ImmutableArray<Participation> Programmes,
    Channel? Channel,
    ImmutableArray<ClientDraft> Clients,
    ImmutableArray<IssuerDraft> Issuers)
{
    /// <summary>How it is asked for facts, as the file has it: it is read once the facts are known.</summary>
    public YamlNode? ConnectorsAt { get; init; }

    public ImmutableArray<FactConnector> Connectors { get; init; } = [];

    /// <summary>Who vouches for it; null: the operator.</summary>
    public SignedEntry? Entry { get; init; }
}

/// <summary>An enrolled client.</summary>
/// <param name="Agency">Whose; null where its name was wrong.</param>
/// <param name="Points">The public points, to find a key that two clients share.</param>
internal sealed record ClientDraft(
    Word? Agency, Word ClientId, string Jwks, bool Enabled, BindingDemand Binding, bool Signs, CertificateRule? Certificate,
    ImmutableArray<(string Point, YamlNode At)> Points);

/// <summary>A channel that an enrolment sets in place of the agency file's.</summary>
internal sealed record ChannelDraft(Word Agency, Channel Channel);
