using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.Peers;

/// <summary>What another city's directory says of this gateway (docs/peers.md): the text of <c>agencies/{id}.yaml</c>, and of those of the agencies behind it.</summary>
/// <param name="Keys">Every key that signs receipts, or will: several while one is exchanged for the next.</param>
/// <param name="Certificate">SHA-256 of the certificate that its connections show; null: none is pinned.</param>
internal sealed record PeerEntry(
    AgencyId Id, LocalizedText Title, RegionCode Region, Uri Url, ImmutableArray<string> Networks, ImmutableArray<AgencyClientKey> Keys, string? Certificate)
{
    private static readonly System.Text.Json.JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Text => $$"""
        # yaml-language-server: $schema=../schemas/agency.schema.json
        id: {{Id}}
        kind: {{AgencyKinds.Gateway}}
        title: { zh: {{Quoted(Title.Zh)}}, en: {{Quoted(Title.En)}} }
        region: "{{Region}}"
        channel: { kind: peer, url: {{Quoted(Url.AbsoluteUri)}}, allowed-addresses: [{{string.Join(", ", Networks.Select(Quoted))}}] }
        clients:
          - client-id: {{Id}}-system
            signatures: required
        {{(Certificate is { } pinned ? $"    certificate: {{ thumbprints: [{Quoted(pinned)}] }}\n" : "")}}    jwks: { keys: [{{string.Join(", ", Keys.Select(key => key.ToJwk().ToJsonString()))}}] }

        """;

    /// <summary>An agency of this gateway as the other's directory has it: who it is, and the way to it. Its systems, people and connectors are enrolled here alone.</summary>
    public static string BehindOf(Agency agency, AgencyId gateway)
    {
        var lines = new List<string>
        {
            "# yaml-language-server: $schema=../schemas/agency.schema.json",
            $"id: {agency.Id}",
            $"kind: {agency.Kind}",
            $"title: {{ zh: {Quoted(agency.Title.Zh)}, en: {Quoted(agency.Title.En)} }}",
            $"region: \"{agency.Region}\"",
        };
        if (agency.CourtCode is { } code)
        {
            lines.Add($"court-code: {Quoted(code)}");
        }

        if (!agency.Serves.IsDefaultOrEmpty)
        {
            lines.Add($"serves: [{string.Join(", ", agency.Serves.Select(region => $"\"{region}\""))}]");
        }

        if (!agency.Programmes.IsDefaultOrEmpty)
        {
            lines.Add($"programmes: [{string.Join(", ", agency.Programmes.Select(Text))}]");
        }

        lines.Add($"channel: {{ kind: through, gateway: {gateway} }}");
        return string.Join('\n', lines) + "\n";

        static string Text(Participation part) => $"{{ programme: {part.Programme}, from: {Day(part.From)}{(part.Until is { } until ? $", until: {Day(until)}" : "")} }}";

        static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>The city in which most of the gateway's own agencies are.</summary>
    public static RegionCode CityOf(IEnumerable<Agency> agencies) => agencies.Where(agency => agency.Channel is not (Channel.Through or Channel.Peer))
        .GroupBy(agency => agency.Region.Prefecture ?? agency.Region).OrderByDescending(city => city.Count()).ThenBy(city => $"{city.Key}", StringComparer.Ordinal)
        .Select(city => city.Key).First();

    public static LocalizedText TitleOf(RegionCode region, FrozenDictionary<RegionCode, LocalizedText> names) =>
        new($"{names.GetValueOrDefault(region)?.Zh ?? region.Name ?? $"{region}"}法律援助网关", $"Legal-aid gateway of {names.GetValueOrDefault(region)?.En ?? $"{region}"}");

    public static ImmutableArray<AgencyClientKey> KeysOf(KeyFolder keys)
    {
        var found = keys.LoadSigningKeys(SigningPurpose.Receipt);
        try
        {
            return [.. found.Select(key => AgencyClientKey.From(key.Kid, key.Key))];
        }
        finally
        {
            foreach (var (_, key) in found)
            {
                key.Dispose();
            }
        }
    }

    /// <summary>Of the certificate that connections to that gateway show.</summary>
    public static string ThumbprintOf(KeyFolder keys, string peer)
    {
        var pem = keys.FindConnectorCertificate(peer) ?? throw new StartRefusedException($"密钥目录中没有 connectors/{peer}.pem · The key folder has no connectors/{peer}.pem");
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));
    }

    /// <summary>As JSON writes it, which YAML reads.</summary>
    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString(Readable);
}
