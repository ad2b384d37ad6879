using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>What a verifier trusts: public keys that it was given. What has no keys is not checked, and the answer says so.</summary>
/// <param name="Receipts">Keys that sign receipts and manifests, rotated ones included, by kid; null: none given.</param>
/// <param name="Logs">Keys that sign checkpoints.</param>
/// <param name="Witnesses">Keys that cosign them.</param>
public sealed record PublicKeys(
    ImmutableDictionary<string, VerifyingKey>? Receipts, ImmutableArray<NoteKey> Logs, ImmutableArray<NoteKey> Witnesses)
{
    public static PublicKeys None { get; } = new(null, [], []);

    /// <summary>Reads a JWK set (RFC 7517); keys that are not EC P-256 are passed over, as are those without a kid. Null where it is none.</summary>
    public static ImmutableDictionary<string, VerifyingKey>? ReadJwks(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var set = JsonDocument.Parse(utf8);
            return set.RootElement.ValueKind == JsonValueKind.Object && set.RootElement.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
                ? keys.EnumerateArray().Select(VerifyingKey.Read).OfType<VerifyingKey>().DistinctBy(key => key.Kid).ToImmutableDictionary(key => key.Kid)
                : null;
        }
        catch (JsonException)
        {
            return null; // no JSON: no key set
        }
    }

    /// <summary>Keys as a JWK set, by kid.</summary>
    public static JsonObject Jwks(ImmutableDictionary<string, VerifyingKey> keys) => new()
    {
        ["keys"] = new JsonArray(
        [
            .. keys.Values.OrderBy(key => key.Kid, StringComparer.Ordinal).Select(key => (JsonNode)new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["alg"] = CompactJws.Es256,
                ["use"] = "sig",
                ["kid"] = key.Kid,
                ["x"] = Base64Url.EncodeToString(key.Point.X),
                ["y"] = Base64Url.EncodeToString(key.Point.Y),
            }),
        ]),
    };
}

/// <summary>A public EC P-256 key (ES256). Safe on any thread: each check borrows its own instance.</summary>
public sealed class VerifyingKey(string kid, ECPoint point)
{
    private readonly ConcurrentBag<ECDsa> _idle = [];

    public string Kid => kid;

    public ECPoint Point => point;

    /// <summary>Reads a JWK; null where it is of another kind, has no kid, or its point is not on the curve.</summary>
    public static VerifyingKey? Read(JsonElement jwk)
    {
        if (Text(jwk, "kty") != "EC" || Text(jwk, "crv") != "P-256" || Text(jwk, "kid") is not { Length: > 0 } kid
            || Text(jwk, "x") is not { } x || Text(jwk, "y") is not { } y)
        {
            return null;
        }

        try
        {
            var point = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) };
            using var tried = Import(point);
            return new VerifyingKey(kid, point);
        }
        catch (Exception malformed) when (malformed is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether this key made the signature, in the form of RFC 7518 3.4.</summary>
    public bool Verifies(CompactJws jws) => jws.Algorithm == CompactJws.Es256 && Verifies(jws.Signed, jws.Signature);

    /// <summary>Whether the signature is this key's, by ECDSA with SHA-256, r and s of 32 bytes each.</summary>
    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (!_idle.TryTake(out var key))
        {
            key = Import(point);
        }

        var good = key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _idle.Add(key);
        return good;
    }

    private static ECDsa Import(ECPoint point) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
