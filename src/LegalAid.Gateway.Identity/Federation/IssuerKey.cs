using System.Security.Cryptography;
using System.Text.Json;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>
/// A public key of an agency's provider, from its JWKS (RFC 7517). It verifies by the algorithm that belongs to its kind and no other, whatever a
/// token's header says, so that no key is ever used in a way its owner did not mean. Verifying is safe from several threads.
/// </summary>
internal sealed class IssuerKey
{
    private const int RsaBitsMin = 2048, RsaBitsMax = 8192, KidCharsMax = 200;

    private readonly ECDsa? _curve;
    private readonly RSA? _rsa;
    private readonly string? _alg;

    private IssuerKey(string kid, string? alg, ECDsa? curve, RSA? rsa) => (Kid, _alg, _curve, _rsa) = (kid, alg, curve, rsa);

    public string Kid { get; }

    /// <summary>The keys of a set by id. A key that cannot be used here (another kind, for encryption, with its private half, without id) is left out, and so are two of one id.</summary>
    public static Dictionary<string, IssuerKey> ReadSet(JsonElement set)
    {
        var keys = new Dictionary<string, IssuerKey>(StringComparer.Ordinal);
        var twice = new HashSet<string>(StringComparer.Ordinal);
        if (!set.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return keys;
        }

        foreach (var key in list.EnumerateArray().Select(TryRead).OfType<IssuerKey>())
        {
            if (!keys.TryAdd(key.Kid, key))
            {
                twice.Add(key.Kid);
            }
        }

        foreach (var kid in twice)
        {
            keys.Remove(kid);
        }

        return keys;
    }

    /// <param name="algorithm">As the header says, seen to be one of those accepted of the issuer.</param>
    public bool Verifies(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (_alg is not null && _alg != algorithm)
        {
            return false;
        }

        return algorithm switch
        {
            "ES256" => _curve is { KeySize: 256 } && signature.Length == 64
                && _curve.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            "ES384" => _curve is { KeySize: 384 } && signature.Length == 96
                && _curve.VerifyData(signed, signature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            "PS256" => _rsa?.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss) == true,
            "RS256" => _rsa?.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) == true,
            _ => false,
        };
    }

    private static IssuerKey? TryRead(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object || jwk.TryGetProperty("d", out _) || JoseJson.Text(jwk, "use") is not (null or "sig")
            || JoseJson.Text(jwk, "kid") is not { Length: > 0 and <= KidCharsMax } kid)
        {
            return null;
        }

        var alg = JoseJson.Text(jwk, "alg");
        try
        {
            return JoseJson.Text(jwk, "kty") switch
            {
                "EC" when Curve(jwk) is { } curve => new IssuerKey(kid, alg, curve, null),
                "RSA" when Rsa(jwk) is { } rsa => new IssuerKey(kid, alg, null, rsa),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null; // not a point of its curve, or no modulus
        }
    }

    private static ECDsa? Curve(JsonElement jwk)
    {
        var (curve, length) = JoseJson.Text(jwk, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            _ => (default, 0),
        };
        return length > 0 && Bytes(jwk, "x") is { } x && Bytes(jwk, "y") is { } y && x.Length == length && y.Length == length
            ? ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } })
            : null;
    }

    private static RSA? Rsa(JsonElement jwk)
    {
        if (Bytes(jwk, "n") is not { Length: >= RsaBitsMin / 8 and <= (RsaBitsMax / 8) + 1 } modulus || Bytes(jwk, "e") is not { Length: > 0 and <= 8 } exponent)
        {
            return null;
        }

        var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        if (rsa.KeySize is >= RsaBitsMin and <= RsaBitsMax)
        {
            return rsa;
        }

        rsa.Dispose();
        return null;
    }

    private static byte[]? Bytes(JsonElement jwk, string name) => JoseJson.Text(jwk, name) is { } text ? Base64Text.TryDecode(text) : null;
}
