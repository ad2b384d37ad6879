using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Identity.Resource;
using LegalAid.Gateway.Identity.Signatures;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Identity.Binding;

/// <summary>What became of a proof of possession: one member per check that can fail, in the order of the checks.</summary>
internal enum ProofOutcome
{
    Accepted,
    Oversized,
    Malformed,
    WrongType,
    WrongAlgorithm,
    ForeignHeader,
    NoKey,
    PrivateKey,
    BadKey,
    BadSignature,
    WrongMethod,
    WrongTarget,
    NoIssueTime,
    TooOld,
    NotYetValid,
    BadId,
    WrongToken,
    NoNonce,
    WrongNonce,
    OtherKey,
    Replayed,
}

/// <summary>A proof that passed every check but replay, or the check that it failed.</summary>
/// <param name="Thumbprint">Of the key that made it (<c>jkt</c>); empty where it is not established.</param>
/// <param name="ReplayKey">32 bytes, see <see cref="IReplayStore"/>; null where it was not accepted.</param>
/// <param name="RefusedFrom">The instant from which its time alone refuses the proof.</param>
/// <param name="NonceAging">It was accepted, and the answer should bring a newer nonce.</param>
internal readonly record struct ProofVerdict(
    ProofOutcome Outcome, string Thumbprint = "", byte[]? ReplayKey = null, DateTimeOffset RefusedFrom = default, bool NonceAging = false);

/// <summary>
/// The rules for a proof of possession (RFC 9449 section 4.3), apart from replay: a function of the text, the request, the token and the
/// instant that changes nothing but a bounded memory of parsed keys. Nothing in it is believed before its signature. Safe from several threads.
/// </summary>
internal sealed class ProofCheck(ProofTargets targets, ProofNonces nonces, TimeSpan lifetime, TimeSpan skew)
{
    /// <summary>Bound of a proof; a usual one has 600 characters.</summary>
    public const int ProofCharsMax = 4096;

    /// <summary>Bound of <c>jti</c>.</summary>
    public const int IdCharsMax = 128;

    private const int KeysMax = 10_000;

    // A header is the same for every proof by one key: algorithm and key are judged once. Only of proofs whose signature held.
    private readonly ValidatedTokens<JwsKey> _keys = new(KeysMax);

    /// <param name="proof">The one value of the request's <c>DPoP</c> header.</param>
    /// <param name="token">The access token shown with it, and the thumbprint to which it is bound; null at the token endpoint.</param>
    public ProofVerdict Check(string proof, HttpRequest request, (TokenDigest Digest, string Thumbprint)? token, DateTimeOffset now)
    {
        if (proof.Length > ProofCharsMax)
        {
            return new(ProofOutcome.Oversized);
        }

        var parts = proof.Split('.', 4);
        if (parts.Length != 3 || Base64Text.TryDecode(parts[2]) is not { } signature)
        {
            return new(ProofOutcome.Malformed);
        }

        var digest = TokenDigest.Of(parts[0]);
        var known = _keys.Find(digest);
        var (key, refused) = known is null ? ReadHeader(parts[0]) : (known, ProofOutcome.Accepted);
        if (key is null)
        {
            return new(refused);
        }

        if (!key.Verifies(Encoding.ASCII.GetBytes(proof, 0, proof.Length - parts[2].Length - 1), signature))
        {
            return new(ProofOutcome.BadSignature);
        }

        if (known is null)
        {
            _keys.Remember(digest, key);
        }

        if (JoseJson.TryParse(parts[1]) is not { } claims)
        {
            return new(ProofOutcome.Malformed);
        }

        using (claims)
        {
            var verdict = CheckClaims(claims.RootElement, request, token?.Digest, now);
            return verdict.Outcome != ProofOutcome.Accepted ? verdict
                : token is { } bound && bound.Thumbprint != key.Thumbprint ? new(ProofOutcome.OtherKey)
                : verdict with { Thumbprint = key.Thumbprint, ReplayKey = ReplayKey(key.Thumbprint, JoseJson.Text(claims.RootElement, "jti") ?? "") };
        }
    }

    private static (JwsKey? Key, ProofOutcome Outcome) ReadHeader(string part)
    {
        if (JoseJson.TryParse(part) is not { } document)
        {
            return (null, ProofOutcome.Malformed);
        }

        using (document)
        {
            var header = document.RootElement;
            if (JoseJson.Text(header, "typ") is not { } type || !type.Equals("dpop+jwt", StringComparison.OrdinalIgnoreCase))
            {
                return (null, ProofOutcome.WrongType);
            }

            if (JwsAlgorithm.Find(JoseJson.Text(header, "alg")) is not { } algorithm)
            {
                return (null, ProofOutcome.WrongAlgorithm);
            }

            // "crit" asks for an extension that is not understood here; the others name keys beside the one that is to be proved.
            if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _) || header.TryGetProperty("jku", out _)
                || header.TryGetProperty("x5u", out _) || header.TryGetProperty("x5c", out _))
            {
                return (null, ProofOutcome.ForeignHeader);
            }

            if (!header.TryGetProperty("jwk", out var jwk) || jwk.ValueKind != JsonValueKind.Object)
            {
                return (null, ProofOutcome.NoKey);
            }

            // "d" is the private half of every asymmetric kind, "k" a secret: whoever sends it has lost it.
            if (jwk.TryGetProperty("d", out _) || jwk.TryGetProperty("k", out _))
            {
                return (null, ProofOutcome.PrivateKey);
            }

            return algorithm.ReadKey(jwk) is { } key ? (key, ProofOutcome.Accepted) : (null, ProofOutcome.BadKey);
        }
    }

    private ProofVerdict CheckClaims(JsonElement claims, HttpRequest request, TokenDigest? token, DateTimeOffset now)
    {
        if (JoseJson.Text(claims, "htm") != request.Method)
        {
            return new(ProofOutcome.WrongMethod);
        }

        if (JoseJson.Text(claims, "htu") is not { } target || !targets.Match(target, request))
        {
            return new(ProofOutcome.WrongTarget);
        }

        if (JoseJson.Instant(claims, "iat", out _) is not { } issued)
        {
            return new(ProofOutcome.NoIssueTime);
        }

        var refusedFrom = issued + lifetime + skew;
        if (now >= refusedFrom)
        {
            return new(ProofOutcome.TooOld);
        }

        if (issued > now + skew)
        {
            return new(ProofOutcome.NotYetValid);
        }

        if (JoseJson.Text(claims, "jti") is not { Length: >= 1 and <= IdCharsMax })
        {
            return new(ProofOutcome.BadId);
        }

        if (token is { } digest && !digest.IsWritten(JoseJson.Text(claims, "ath")))
        {
            return new(ProofOutcome.WrongToken);
        }

        if (JoseJson.Text(claims, "nonce") is not { } nonce)
        {
            return new(ProofOutcome.NoNonce);
        }

        var standing = nonces.Judge(nonce, now);
        return standing == NonceStanding.Refused
            ? new(ProofOutcome.WrongNonce)
            : new(ProofOutcome.Accepted, RefusedFrom: refusedFrom, NonceAging: standing == NonceStanding.Aging);
    }

    /// <summary>Beside the keys of assertions, which begin with a client's id and hence with no space.</summary>
    private static byte[] ReplayKey(string thumbprint, string id) => SHA256.HashData(Encoding.UTF8.GetBytes($" dpop {thumbprint}\0{id}"));
}
