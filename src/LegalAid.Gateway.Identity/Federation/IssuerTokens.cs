using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>What became of a provider's token: one member per check that can fail, in the order of the checks.</summary>
internal enum IssuerTokenOutcome
{
    Accepted,
    Oversized,
    Malformed,
    EmbeddedKey,
    WrongType,
    UnknownIssuer,
    WrongAlgorithm,
    UnknownKey,
    BadSignature,
    WrongAudience,
    NoTimes,
    Expired,
    NotYetValid,
    TooLongLived,
    NoSubject,
    NoId,
    Replayed,
    NotEntitled,
}

/// <summary>What a token must be to be taken.</summary>
/// <param name="Audience">The <c>aud</c> that an issuer's token must have, and no other; null: none of that issuer is taken.</param>
/// <param name="Types">Forms of <c>typ</c>; null among them: absent.</param>
/// <param name="LifetimeMax">From <c>iat</c> to <c>exp</c>.</param>
internal sealed record TokenExpectation(Func<AgencyIssuer, string?> Audience, string?[] Types, TimeSpan LifetimeMax);

/// <summary>A provider's token that passed every check, or the check that it failed.</summary>
/// <param name="Claims">As they are written; only where it was accepted.</param>
internal sealed record IssuerTokenVerdict(
    IssuerTokenOutcome Outcome, AgencyIssuer? Issuer = null, JsonElement Claims = default, string Subject = "", DateTimeOffset Expires = default);

/// <summary>
/// The rules for tokens of agencies' providers (RFC 7519, RFC 8725): nothing in the text is believed before the signature, except which issuer and key to
/// try, and only the issuers that the caller names are tried. Keys come from the configuration or the provider, never from the token.
/// </summary>
internal sealed class IssuerTokens(IssuerDocuments documents, TimeProvider time, TimeSpan skew)
{
    /// <summary>Bound of a token; with a few groups in it a usual one has 1,500 characters.</summary>
    public const int TokenCharsMax = 8192;

    private const int SubjectCharsMax = 255, KidCharsMax = 200, DepthMax = 16;

    public async ValueTask<IssuerTokenVerdict> CheckAsync(
        string text, IReadOnlyList<AgencyIssuer> issuers, TokenExpectation expected, CancellationToken cancellationToken)
    {
        if (text.Length > TokenCharsMax)
        {
            return new(IssuerTokenOutcome.Oversized);
        }

        var parts = text.Split('.', 4);
        if (parts.Length != 3 || Base64Text.TryDecode(parts[2]) is not { } signature
            || JoseJson.TryParse(parts[0]) is not { } header)
        {
            return new(IssuerTokenOutcome.Malformed);
        }

        using (header)
        {
            using var claims = JoseJson.TryParse(parts[1], DepthMax);
            if (claims is null)
            {
                return new(IssuerTokenOutcome.Malformed);
            }

            var (outcome, issuer) = CheckHeader(header.RootElement, claims.RootElement, issuers, expected);
            if (outcome != IssuerTokenOutcome.Accepted || issuer is null)
            {
                return new(outcome);
            }

            // 1. The key is the issuer's own by its id; no key is tried without one.
            if (JoseJson.Text(header.RootElement, "kid") is not { Length: > 0 and <= KidCharsMax } kid
                || await documents.FindKeyAsync(issuer, kid, cancellationToken) is not { } key)
            {
                return new(IssuerTokenOutcome.UnknownKey, issuer);
            }

            // 2. The signature, by an algorithm that belongs to the key.
            var algorithm = JoseJson.Text(header.RootElement, "alg") ?? "";
            if (!key.Verifies(algorithm, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature))
            {
                return new(IssuerTokenOutcome.BadSignature, issuer);
            }

            // 3. What it says.
            return CheckClaims(claims.RootElement, issuer, expected, time.GetUtcNow());
        }
    }

    /// <summary>Whether a claim is the value, or a list that holds it.</summary>
    public static bool Has(JsonElement claims, ClaimRule rule) =>
        claims.TryGetProperty(rule.Claim, out var claim) && claim.ValueKind switch
        {
            JsonValueKind.String => claim.ValueEquals(rule.Value),
            JsonValueKind.Array => claim.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(rule.Value)),
            _ => false,
        };

    private static (IssuerTokenOutcome Outcome, AgencyIssuer? Issuer) CheckHeader(
        JsonElement header, JsonElement claims, IReadOnlyList<AgencyIssuer> issuers, TokenExpectation expected)
    {
        // "crit" asks for an extension that is not understood here; the rest bring a key of the sender's choice.
        string[] foreign = ["crit", "b64", "jwk", "jku", "x5u", "x5c"];
        if (foreign.Any(name => header.TryGetProperty(name, out _)))
        {
            return (IssuerTokenOutcome.EmbeddedKey, null);
        }

        var type = JoseJson.Text(header, "typ");
        if (!expected.Types.Any(good => string.Equals(good, type, StringComparison.OrdinalIgnoreCase)) || (type is null && header.TryGetProperty("typ", out _)))
        {
            return (IssuerTokenOutcome.WrongType, null);
        }

        var name = JoseJson.Text(claims, "iss");
        var issuer = issuers.FirstOrDefault(issuer => issuer.Issuer == name && expected.Audience(issuer) is not null);
        return issuer is null ? (IssuerTokenOutcome.UnknownIssuer, null)
            : !issuer.Algorithms.Contains(JoseJson.Text(header, "alg") ?? "") ? (IssuerTokenOutcome.WrongAlgorithm, issuer)
            : (IssuerTokenOutcome.Accepted, issuer);
    }

    private IssuerTokenVerdict CheckClaims(JsonElement claims, AgencyIssuer issuer, TokenExpectation expected, DateTimeOffset now)
    {
        if (!IsFor(claims, expected.Audience(issuer)))
        {
            return new(IssuerTokenOutcome.WrongAudience, issuer);
        }

        var expires = JoseJson.Instant(claims, "exp", out _);
        var issued = JoseJson.Instant(claims, "iat", out _);
        var notBefore = JoseJson.Instant(claims, "nbf", out var malformed);
        if (expires is not { } end || issued is not { } begun || malformed)
        {
            return new(IssuerTokenOutcome.NoTimes, issuer);
        }

        if (now >= end + skew)
        {
            return new(IssuerTokenOutcome.Expired, issuer);
        }

        if (begun > now + skew || notBefore > now + skew)
        {
            return new(IssuerTokenOutcome.NotYetValid, issuer);
        }

        if (end > begun + expected.LifetimeMax)
        {
            return new(IssuerTokenOutcome.TooLongLived, issuer);
        }

        return JoseJson.Text(claims, "sub") is { Length: > 0 and <= SubjectCharsMax } subject && !subject.Any(char.IsControl)
            ? new(IssuerTokenOutcome.Accepted, issuer, claims.Clone(), subject, end)
            : new(IssuerTokenOutcome.NoSubject, issuer);
    }

    /// <summary>One audience and no other: a token that is also for another could be shown to us by that other.</summary>
    private static bool IsFor(JsonElement claims, string? audience) =>
        audience is not null && claims.TryGetProperty("aud", out var named) && named.ValueKind switch
        {
            JsonValueKind.String => named.ValueEquals(audience),
            JsonValueKind.Array => named.GetArrayLength() == 1 && named[0].ValueKind == JsonValueKind.String && named[0].ValueEquals(audience),
            _ => false,
        };
}
