using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>What became of a client assertion: one member per check that can fail, in the order of the checks.</summary>
internal enum AssertionOutcome
{
    Accepted,
    Oversized,
    Malformed,
    WrongAlgorithm,
    WrongType,
    EmbeddedKey,
    WrongSubject,
    UnknownClient,
    DisabledClient,
    UnknownKey,
    BadSignature,
    WrongAudience,
    NoExpiry,
    Expired,
    TooLongLived,
    NotYetValid,
    BadId,
    Replayed,
}

/// <summary>An assertion that passed every check but replay, or the check that it failed.</summary>
/// <param name="Client">The client as registered; null where it is not established.</param>
/// <param name="ReplayKey">32 bytes, see <see cref="IReplayStore"/>.</param>
/// <param name="RefusedFrom">The instant from which its time alone refuses the assertion.</param>
internal readonly record struct AssertionVerdict(
    AssertionOutcome Outcome, AgencyClient? Client = null, byte[]? ReplayKey = null, DateTimeOffset RefusedFrom = default);

/// <summary>
/// The rules for a client assertion (RFC 7521, RFC 7523 and its update on audience and type), apart from replay: a pure function of the
/// text, the instant and the registry. Nothing in the assertion is believed before its signature, except which key to try.
/// </summary>
internal sealed class AssertionCheck
{
    /// <summary>Bound of an assertion; a usual one has 400 characters.</summary>
    public const int AssertionCharsMax = 4096;

    /// <summary>Bound of <c>jti</c>.</summary>
    public const int IdCharsMax = 128;

    private readonly IAgencyClientRegistry _registry;
    private readonly string[] _audiences;
    private readonly TimeSpan _lifetimeMax;
    private readonly TimeSpan _skew;

    public AssertionCheck(IAgencyClientRegistry registry, IEnumerable<string> audiences, TimeSpan lifetimeMax, TimeSpan skew)
    {
        _registry = registry;
        _audiences = [.. audiences];
        _lifetimeMax = lifetimeMax;
        _skew = skew;
    }

    public AssertionVerdict Check(string assertion, DateTimeOffset now)
    {
        if (assertion.Length > AssertionCharsMax)
        {
            return new(AssertionOutcome.Oversized);
        }

        var parts = assertion.Split('.', 4);
        if (parts.Length != 3
            || Base64Text.TryDecode(parts[2]) is not { } signature
            || JoseJson.TryParse(parts[0]) is not { } header)
        {
            return new(AssertionOutcome.Malformed);
        }

        using (header)
        {
            if (JoseJson.TryParse(parts[1]) is not { } claims)
            {
                return new(AssertionOutcome.Malformed);
            }

            using (claims)
            {
                var outcome = CheckHeader(header.RootElement);
                if (outcome != AssertionOutcome.Accepted)
                {
                    return new(outcome);
                }

                var signed = Encoding.ASCII.GetBytes(assertion[..^(parts[2].Length + 1)]);
                outcome = CheckSigner(header.RootElement, claims.RootElement, signed, signature, now, out var client);
                return outcome == AssertionOutcome.Accepted
                    ? CheckClaims(client!, claims.RootElement, now) // Accepted says that there is a client.
                    : new(outcome, client);
            }
        }
    }

    /// <summary>What the key may not decide: the algorithm, and where keys come from.</summary>
    private static AssertionOutcome CheckHeader(JsonElement header)
    {
        if (JwsAlgorithm.Find(JoseJson.Text(header, "alg")) is null)
        {
            return AssertionOutcome.WrongAlgorithm;
        }

        // A typed assertion is no other JWT that the same key may have signed: what else a client signs here (proofs, enrolments) has a type of its own.
        // "JWT" is what most client libraries send, and some send none (RFC 7515 section 4.1.9 leaves it to them).
        if (header.TryGetProperty("typ", out _)
            && (JoseJson.Text(header, "typ") is not { } type
                || !(type.Equals("client-authentication+jwt", StringComparison.OrdinalIgnoreCase)
                    || type.Equals("application/client-authentication+jwt", StringComparison.OrdinalIgnoreCase)
                    || type.Equals("JWT", StringComparison.OrdinalIgnoreCase))))
        {
            return AssertionOutcome.WrongType;
        }

        // "crit" asks for an extension that is not understood here; the rest bring a key of the sender's choice.
        return header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _)
            || header.TryGetProperty("jwk", out _) || header.TryGetProperty("jku", out _)
            || header.TryGetProperty("x5u", out _) || header.TryGetProperty("x5c", out _)
                ? AssertionOutcome.EmbeddedKey
                : AssertionOutcome.Accepted;
    }

    private AssertionOutcome CheckSigner(
        JsonElement header, JsonElement claims, byte[] signed, byte[] signature, DateTimeOffset now, out AgencyClient? client)
    {
        client = null;
        if (JoseJson.Text(claims, "iss") is not { Length: > 0 } issuer || JoseJson.Text(claims, "sub") != issuer)
        {
            return AssertionOutcome.WrongSubject;
        }

        client = _registry.Find(issuer);
        if (client is null)
        {
            return AssertionOutcome.UnknownClient;
        }

        if (!client.Enabled)
        {
            return AssertionOutcome.DisabledClient;
        }

        // The key is the client's own by its id: nobody else's key is tried, and no key is tried without an id.
        if (JoseJson.Text(header, "kid") is not { Length: > 0 } kid || client.FindKey(kid, now) is not { } key)
        {
            return AssertionOutcome.UnknownKey;
        }

        // The key says by which algorithm it verifies; a header that says another is confused, or means to confuse.
        return key.Jws.Name != JoseJson.Text(header, "alg") ? AssertionOutcome.WrongAlgorithm
            : key.Verifies(signed, signature) ? AssertionOutcome.Accepted
            : AssertionOutcome.BadSignature;
    }

    private AssertionVerdict CheckClaims(AgencyClient client, JsonElement claims, DateTimeOffset now)
    {
        if (!IsForUs(claims))
        {
            return new(AssertionOutcome.WrongAudience, client);
        }

        var expires = JoseJson.Instant(claims, "exp", out var expiresMalformed);
        var issued = JoseJson.Instant(claims, "iat", out var issuedMalformed);
        var notBefore = JoseJson.Instant(claims, "nbf", out var notBeforeMalformed);
        if (expiresMalformed || issuedMalformed || notBeforeMalformed)
        {
            return new(AssertionOutcome.Malformed, client);
        }

        if (expires is not { } end)
        {
            return new(AssertionOutcome.NoExpiry, client);
        }

        if (now >= end + _skew)
        {
            return new(AssertionOutcome.Expired, client);
        }

        // Without "iat" the remaining life is what bounds how long the assertion must be remembered.
        if (end > now + _lifetimeMax + _skew || end > issued + _lifetimeMax + _skew)
        {
            return new(AssertionOutcome.TooLongLived, client);
        }

        if (issued > now + _skew || notBefore > now + _skew)
        {
            return new(AssertionOutcome.NotYetValid, client);
        }

        return JoseJson.Text(claims, "jti") is { Length: >= 1 and <= IdCharsMax } id
            ? new(AssertionOutcome.Accepted, client, ReplayKey(client.ClientId, id), end + _skew)
            : new(AssertionOutcome.BadId, client);
    }

    /// <summary>
    /// The audience is this provider's issuer, as a string (FAPI 2.0 Security Profile 5.3.2.1): an assertion that names an address of an endpoint, or several
    /// audiences, could have been drawn from the client by another provider and be shown to us.
    /// </summary>
    private bool IsForUs(JsonElement claims) =>
        claims.TryGetProperty("aud", out var audience) && audience.ValueKind == JsonValueKind.String && _audiences.Any(audience.ValueEquals);

    private static byte[] ReplayKey(string clientId, string id) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{clientId}\0{id}"));
}
