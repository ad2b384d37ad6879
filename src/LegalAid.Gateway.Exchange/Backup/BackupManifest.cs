using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>What a backup holds. It stands in the archive in clear, so that an operator can read it; its authenticator covers every byte of it.</summary>
/// <param name="Format">1.</param>
/// <param name="Id">Random, 32 hexadecimal digits: names this backup in the store that comes out of it.</param>
/// <param name="TakenAt">When the store was copied: all that was acknowledged by then is in it.</param>
/// <param name="Kind">Which store.</param>
/// <param name="SchemaVersion">Steps of its schema.</param>
/// <param name="KeyRing">Names the key ring (<c>KeyRing.Id</c>) without telling it.</param>
/// <param name="Head">Where the evidence log ends in it.</param>
/// <param name="Derivation">How keys come from the passphrase.</param>
/// <param name="Parts">Every entry of the archive but the manifest and its authenticator.</param>
public sealed record BackupManifest(
    int Format,
    string Id,
    DateTimeOffset TakenAt,
    string Kind,
    int SchemaVersion,
    string KeyRing,
    BackupHead? Head,
    BackupDerivation Derivation,
    ImmutableArray<BackupPart> Parts)
{
    public const int KnownFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>What a store that comes out of this backup says of itself.</summary>
    [JsonIgnore]
    public RestoredMark Mark => new(Id, TakenAt);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>The manifest, or null where these bytes are none.</summary>
    public static BackupManifest? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(text, Json) is { Parts.IsDefault: false } manifest ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Where the evidence log ends.</summary>
/// <param name="Root">Base64.</param>
public sealed record BackupHead(string Origin, long Size, string Root);

/// <summary>PBKDF2 with HMAC-SHA-256 (RFC 8018 5.2).</summary>
/// <param name="Salt">Base64, 16 bytes.</param>
public sealed record BackupDerivation(string Salt, int Iterations);

/// <summary>An entry of the archive.</summary>
/// <param name="Columns">Of a table, in the order of its rows' fields; empty for a file.</param>
/// <param name="Sha256">Hexadecimal.</param>
public sealed record BackupPart(string Name, ImmutableArray<string> Columns, long Bytes, string Sha256);
