using System.Security.Claims;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity.Federation;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>A token that is good now, or why it is not. Exactly one of <paramref name="Caller"/> and <paramref name="Fault"/> is there.</summary>
internal readonly record struct TokenVerdict(
    Caller? Caller, ClaimsPrincipal? Principal, FaultCode? Fault, string ClientId = "-", Confirmation? Bound = null, TokenDigest Digest = default)
{
    /// <summary>What names the token where it is revoked.</summary>
    public TokenDigest Name { get; init; }

    public DateTimeOffset Issued { get; init; }

    public static TokenVerdict Refused(FaultCode fault, string clientId = "-") => new(null, null, fault, clientId);
}

/// <summary>
/// Validates access tokens (RFC 9068): type, issuer, signature, audience, times, once a token; and the client behind it on every call.
/// The signature is the dear part and cannot change its answer, so it is what the bounded cache saves; a client that is disabled, moved
/// to another agency or revoked is refused by the very next call. Safe from several threads.
/// </summary>
internal sealed class AccessTokens : ITokenStanding
{
    /// <summary>Bound of a token; ours have 700 characters.</summary>
    public const int TokenCharsMax = 4096;

    private const int IdCharsMax = 128;

    private static readonly TokenBounds Unbounded = new(null, null);

    private readonly IAccessTokenIssuer _issuer;
    private readonly IAgencyClientRegistry _registry;
    private readonly TimeProvider _time;
    private readonly TimeSpan _skew;
    private readonly ValidatedTokens<Validated> _validated;

    public AccessTokens(IOptions<IdentityOptions> options, IAccessTokenIssuer issuer, IAgencyClientRegistry registry, TimeProvider time)
    {
        (_issuer, _registry, _time) = (issuer, registry, time);
        _skew = options.Value.ClockSkew;
        _validated = new(options.Value.ValidatedTokensMax);
    }

    /// <summary>How many validated tokens are held.</summary>
    public int ValidatedCount => _validated.Count;

    public async ValueTask<TokenVerdict> AuthenticateAsync(string text)
    {
        if (text.Length is 0 or > TokenCharsMax)
        {
            return TokenVerdict.Refused(IdentityFaults.TokenMalformed);
        }

        var now = _time.GetUtcNow();
        var digest = TokenDigest.Of(text);
        var validated = _validated.Find(digest);
        if (validated is null)
        {
            (validated, var fault) = await ValidateAsync(text, now);
            if (validated is null)
            {
                return TokenVerdict.Refused(fault!); // no token, hence a fault
            }

            _validated.Remember(digest, validated);
        }

        if (now >= validated.Caller.TokenExpires)
        {
            _validated.Forget(digest);
            return TokenVerdict.Refused(IdentityFaults.TokenExpired, validated.Caller.ClientId);
        }

        return (await CheckClientAsync(validated) ?? await CheckRevocationAsync(validated, text)) is { } refused
            ? TokenVerdict.Refused(refused, validated.Caller.ClientId)
            : new(validated.Caller, validated.Principal, null, validated.Caller.ClientId, validated.Bound, digest)
            {
                Name = validated.Name,
                Issued = validated.Issued,
            };
    }

    public async ValueTask<FaultCode?> AskAsync(string authorization) =>
        (await AuthenticateAsync(authorization[(authorization.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim())).Fault;

    private static async ValueTask<FaultCode?> CheckRevocationAsync(Validated token, string text) => await token.Standing(text) switch
    {
        RevocationStanding.Live => null,
        RevocationStanding.Revoked => IdentityFaults.TokenRevoked,
        RevocationStanding.Unknown => IdentityFaults.TokenUnchecked,
        var other => throw new InvalidOperationException($"standing {other}"),
    };

    /// <summary>The same, where a client that this node does not know may be one that another let in: it issued this token.</summary>
    private async ValueTask<FaultCode?> CheckClientAsync(Validated token)
    {
        var fault = CheckClient(token);
        if (fault != IdentityFaults.ClientUnknown)
        {
            return fault;
        }

        await _registry.LookAgainAsync(CancellationToken.None);
        return CheckClient(token);
    }

    /// <summary>What may change while a token lives.</summary>
    private FaultCode? CheckClient(Validated token) => _registry.Find(token.Caller.ClientId) switch
    {
        null => IdentityFaults.ClientUnknown,
        { Enabled: false } => IdentityFaults.ClientDisabled,
        var client when client.Agency != token.Caller.Agency || token.Issued < client.TokensNotBefore => IdentityFaults.TokenRevoked,
        var client when !token.Bound.Meets(client.Binding) => IdentityFaults.TokenUnbound,
        _ => null,
    };

    private async ValueTask<(Validated? Token, FaultCode? Fault)> ValidateAsync(string text, DateTimeOffset now)
    {
        var signed = await _issuer.ReadAsync(text);
        if (signed.Claims is not { } claims)
        {
            return (null, signed.Fault);
        }

        if (!_issuer.NamesAgency && JoseJson.Text(claims, Claims.ClientId) is { } clientId && _registry.Find(clientId) is null)
        {
            await _registry.LookAgainAsync(CancellationToken.None); // another node may have let it in, and its enrolment says whose it is
        }

        return Read(claims, signed.Kid, now);
    }

    private (Validated? Token, FaultCode? Fault) Read(JsonElement claims, string kid, DateTimeOffset now)
    {
        var notBefore = JoseJson.Instant(claims, "nbf", out var malformed);
        if (malformed
            || JoseJson.Instant(claims, "exp", out _) is not { } expires
            || JoseJson.Instant(claims, "iat", out _) is not { } issued
            || JoseJson.Text(claims, Claims.Issuer) is not { } issuer
            || JoseJson.Text(claims, Claims.ClientId) is not { } clientId
            || JoseJson.Text(claims, Claims.JwtId) is not { Length: >= 1 and <= IdCharsMax } id
            || ConfirmationIn(claims) is not { } bound
            || (claims.TryGetProperty(TokenBounds.Parameter, out var details) ? TokenBounds.TryRead(details) : Unbounded) is not { } bounds
            || !NameActor.TryRead(claims, clientId, out var person))
        {
            return (null, IdentityFaults.TokenInvalid);
        }

        if (now >= expires)
        {
            return (null, IdentityFaults.TokenExpired);
        }

        if (issued > now + _skew || notBefore > now + _skew)
        {
            return (null, IdentityFaults.TokenNotYetValid);
        }

        if (!TryReadAgency(claims, clientId, out var agency))
        {
            return (null, _registry.Find(clientId) is null ? IdentityFaults.ClientUnknown : IdentityFaults.TokenInvalid);
        }

        var scopes = JoseJson.Text(claims, Claims.Scope)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var caller = new Caller(agency, clientId, person, BindingOf(bound), expires, new EquatableList<string>(scopes))
        {
            Bounds = ReferenceEquals(bounds, Unbounded) ? null : bounds,
        };
        var identity = new ClaimsIdentity(GatewayIdentity.Scheme, Claims.Subject, Claims.Role);
        identity.AddClaim(new Claim(Claims.Subject, clientId));
        identity.AddClaim(new Claim(GatewayIdentity.AgencyClaim, agency.Value));
        identity.AddClaims(scopes.Select(one => new Claim(Claims.Private.Scope, one)));
        var name = RevokedTokens.NameOf(issuer, id);
        return (new Validated(caller, issued, bound, name, _issuer.Watch(name, kid), new ClaimsPrincipal(identity)), null);
    }

    /// <summary>As the token says it; where its issuer says no such thing, as the client is enrolled.</summary>
    private bool TryReadAgency(JsonElement claims, string clientId, out AgencyId agency)
    {
        if (_issuer.NamesAgency || claims.TryGetProperty(GatewayIdentity.AgencyClaim, out _))
        {
            return AgencyId.TryParse(JoseJson.Text(claims, GatewayIdentity.AgencyClaim), out agency);
        }

        var client = _registry.Find(clientId);
        agency = client is null ? default : client.Agency;
        return client is not null;
    }

    /// <summary>Null where the token is bound to something that is not understood here: it would pass for one that is not bound.</summary>
    private static Confirmation? ConfirmationIn(JsonElement claims)
    {
        if (!claims.TryGetProperty(GatewayIdentity.ConfirmationClaim, out var bound))
        {
            return Confirmation.None;
        }

        if (bound.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var confirmation = new Confirmation(JoseJson.Text(bound, "jkt"), JoseJson.Text(bound, "x5t#S256"));
        var understood = (confirmation.Key is null ? 0 : 1) + (confirmation.Certificate is null ? 0 : 1);
        return understood > 0 && bound.EnumerateObject().Count() == understood ? confirmation : null;
    }

    private static CallerBinding BindingOf(Confirmation bound) =>
        bound.Certificate is not null ? CallerBinding.Certificate : bound.Key is not null ? CallerBinding.DPoP : CallerBinding.Bearer;

    private sealed record Validated(
        Caller Caller, DateTimeOffset Issued, Confirmation Bound, TokenDigest Name, Func<string, ValueTask<RevocationStanding>> Standing, ClaimsPrincipal Principal);
}
