using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>What a signed entry holds: the agency's file, who vouches for it, and who that is.</summary>
internal sealed record EntryDraft(YamlNode Root, SignedEntry Entry, EntrySigner Signer);

/// <summary>
/// A signed, dated entry of the directory (<c>agencies/{id}.jws</c>): a compact JWS (RFC 7515) by ES256 of <c>typ: directory-entry+jwt</c>, whose claims are
/// <c>iss</c> (the signer), <c>sub</c> (the agency), <c>iat</c>, <c>exp</c> and <c>entry</c>, the text that would stand in <c>agencies/{id}.yaml</c>. The
/// dates are judged when the gateway asks, not at load: a date that passes while it runs makes no configuration wrong.
/// </summary>
public static class EntryFile
{
    public const string Extension = ".jws";

    private const string Type = "directory-entry+jwt", Algorithm = "ES256";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Signs an entry.</summary>
    /// <param name="yaml">The text of the agency's file.</param>
    public static string Sign(ECDsa key, string kid, string signer, string agency, string yaml, DateTimeOffset issued, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(key);
        var header = new JsonObject { ["alg"] = Algorithm, ["typ"] = Type, ["kid"] = kid };
        var claims = new JsonObject
        {
            ["iss"] = signer, ["sub"] = agency, ["iat"] = issued.ToUnixTimeSeconds(), ["exp"] = until.ToUnixTimeSeconds(), ["entry"] = yaml,
        };
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}\n";
    }

    /// <summary>The entry, or null with a fault: one that nobody who may vouch for it signed is none.</summary>
    internal static EntryDraft? Read(ConfigurationFile file, string agency, ImmutableArray<EntrySigner> signers, ConfigurationOptions bounds, FaultSink faults)
    {
        var place = new YamlPlace(file.Path, 1, 1, "");
        var parts = file.Text.Length > 2 * bounds.FileCharactersMax ? [] : file.Text.Trim().Split('.');
        if (parts.Length != 3 || Bytes(parts[2]) is not { } signature || Json(parts[0]) is not { } header || Json(parts[1]) is not { } claims)
        {
            faults.Add(place, EntryFaults.Malformed);
            return null;
        }

        using (header)
        using (claims)
        {
            // 1. Who signed, by a key that the configuration holds: what the entry says of itself is believed after that.
            var (kid, name) = (Text(header, "kid"), Text(claims, "iss"));
            if (Text(header, "alg") != Algorithm || Text(header, "typ") != Type || header.RootElement.TryGetProperty("crit", out _)
                || signers.FirstOrDefault(signer => signer.Name == name) is not { } signer || !signer.Keys.TryGetValue(kid, out var point))
            {
                faults.Add(place, EntryFaults.SignerUnknown);
                return null;
            }

            using var key = ECDsa.Create(point);
            if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256))
            {
                faults.Add(place, EntryFaults.SignatureWrong);
                return null;
            }

            // 2. What it is about, and for how long.
            if (Text(claims, "sub") != agency)
            {
                faults.Add(place, ConfigurationFaults.IdFile);
                return null;
            }

            if (Instant(claims, "iat") is not { } issued || Instant(claims, "exp") is not { } until || until <= issued)
            {
                faults.Add(place, EntryFaults.Undated);
                return null;
            }

            // 3. The file itself, with its own places and faults.
            return YamlReading.Read(new ConfigurationFile(file.Path, Text(claims, "entry")), bounds, faults) is { } root
                ? new EntryDraft(root, new SignedEntry(signer.Name, kid, issued, until), signer)
                : null;
        }
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static byte[]? Bytes(string part) => Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    private static JsonDocument? Json(string part)
    {
        try
        {
            return Bytes(part) is { } bytes && JsonDocument.Parse(bytes, Strict) is { RootElement.ValueKind: JsonValueKind.Object } document ? document : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static DateTimeOffset? Instant(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
        && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}

/// <summary>What can be wrong with signed entries alone.</summary>
[FaultRows]
public static class EntryFaults
{
    public static readonly FaultCode Malformed = Row("CONFIG_ENTRY_MALFORMED",
        "不是签名的目录条目", "Not a signed entry of the directory", "用 legalaid-gateway directory sign 重新签署", "Sign it anew with legalaid-gateway directory sign");

    public static readonly FaultCode SignerUnknown = Row("CONFIG_ENTRY_SIGNER",
        "签署人或其密钥不在 directory.yaml 中", "The signer, or the key, does not stand in directory.yaml", "核对签署人；属实则登记其公钥", "Ask who signed; if it is right, enrol the public key");

    public static readonly FaultCode SignatureWrong = Row("CONFIG_ENTRY_SIGNATURE",
        "目录条目的签名不符，内容可能被改动", "The entry's signature is wrong; it may have been changed", "向签署人重新索取", "Get it anew from its signer");

    public static readonly FaultCode Undated = Row("CONFIG_ENTRY_DATES",
        "目录条目没有签署与截止日期，或先后颠倒", "The entry has no dates of issue and end, or they are the wrong way round", "重新签署", "Have it signed anew");

    public static readonly FaultCode RegionForeign = Row("CONFIG_ENTRY_REGION",
        "{0} 不负责该机构所在地区", "{0} does not vouch for agencies of that region", "由负责该地区的签署人签署", "Have it signed by whoever vouches for the region");

    public static readonly FaultCode Twice = Row("CONFIG_ENTRY_TWICE",
        "该机构既有 .yaml 又有 .jws", "The agency has both a .yaml and a .jws", "只保留一个", "Keep one");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
