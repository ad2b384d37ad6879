using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>
/// A signature algorithm that agencies' systems may sign with. Another one joins by standing in <see cref="All"/>: client assertions and
/// proofs of possession then take it, and the metadata names it.
/// </summary>
internal abstract class JwsAlgorithm
{
    /// <summary>In order of preference. Never <c>none</c>, never a symmetric one: what is not listed here does not exist.</summary>
    public static IReadOnlyList<JwsAlgorithm> All { get; } = [new Es256(), new Sm2()];

    /// <summary>As in a JWS header's <c>alg</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The same in message signatures (RFC 9421 section 6.2.2).</summary>
    public abstract string SignatureName { get; }

    /// <summary>The algorithm of that name, compared as written, or null.</summary>
    public static JwsAlgorithm? Find(string? name)
    {
        foreach (var one in All)
        {
            if (one.Name == name)
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>The algorithm of a JWK: its <c>alg</c>, else the preferred one. Null where it names one that is not taken.</summary>
    public static JwsAlgorithm? Of(JsonElement jwk) => jwk.TryGetProperty("alg", out _) ? Find(JoseJson.Text(jwk, "alg")) : All[0];

    /// <summary>The public key of a JWK (RFC 7517), or null where it is of another kind or curve, or no point of it.</summary>
    public abstract JwsKey? ReadKey(JsonElement jwk);
}

/// <summary>A public key that verifies signatures of one algorithm. Only read: safe from several threads.</summary>
/// <param name="jwk">Its required members alone, in the order of their names and without white space.</param>
internal abstract class JwsKey(string jwk)
{
    /// <summary>The public key as a JWK, in the form of RFC 7638 section 3.</summary>
    public string Jwk { get; } = jwk;

    /// <summary>SHA-256 of <see cref="Jwk"/> (RFC 7638) in base64url: 43 characters.</summary>
    public string Thumbprint { get; } = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(jwk)));

    /// <summary>Whether <paramref name="signature"/>, as JWS writes it, is this key's over <paramref name="signed"/>.</summary>
    public abstract bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
}
