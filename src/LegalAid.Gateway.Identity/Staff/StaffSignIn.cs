using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Identity.Provider;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Identity.Staff;

/// <summary>What became of a sign-in: one member per thing that can go wrong, in the order of the checks.</summary>
public enum SignInOutcome
{
    Accepted,

    /// <summary>The agency has no provider whose people run the gateway.</summary>
    NoProvider,

    /// <summary>The provider is not reached, or does not do what is asked of it.</summary>
    ProviderUnavailable,

    /// <summary>The answer belongs to no sign-in of this browser, or came too late or twice.</summary>
    UnknownSignIn,

    /// <summary>The answer says that it is another provider's (RFC 9207), or does not say whose it is though it should.</summary>
    WrongIssuer,

    /// <summary>The provider did not let the person in.</summary>
    ProviderRefused,

    /// <summary>The provider did not take the code.</summary>
    CodeRefused,

    /// <summary>The ID token is not good.</summary>
    TokenRefused,

    /// <summary>The person signed in too long ago.</summary>
    NotFresh,

    /// <summary>The person has no role here.</summary>
    NoRole,

    /// <summary>The person has several roles, which are kept apart.</summary>
    SeveralRoles,
}

/// <summary>Where to send the browser, and what it must bring back.</summary>
/// <param name="Where">Null where the sign-in cannot begin.</param>
public sealed record SignInBegun(SignInOutcome Outcome, Uri? Where = null, string Cookie = "");

/// <param name="Member">Who signed in; null where nobody did.</param>
/// <param name="ReturnTo">A path of the console.</param>
public sealed record SignInCompleted(SignInOutcome Outcome, StaffMember? Member = null, string ReturnTo = StaffSession.Home);

/// <summary>
/// The gateway as a client of agencies' providers (OpenID Connect, authorization code): pushed request where the provider takes one (RFC 9126), proof key
/// (S256), state, nonce, <c>iss</c> of the answer (RFC 9207) and a redirect address for each agency against mix-up, <c>private_key_jwt</c> at the token
/// endpoint, and the ID token judged as any token of a provider is. Nothing of it is kept but what the browser carries, sealed.
/// </summary>
public sealed class StaffSignIn
{
    /// <summary>How long a sign-in may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const int CodeCharsMax = 4096;

    private static readonly TokenExpectation IdToken = new(issuer => issuer.Staff?.ClientId, ["JWT", null], TimeSpan.FromHours(24));

    private readonly IAgencyIssuers _issuers;
    private readonly IssuerDocuments _documents;
    private readonly IssuerTokens _tokens;
    private readonly ProviderCalls _calls;
    private readonly IReplayStore _replays;
    private readonly IDataProtectionProvider _protection;
    private readonly IOptions<IdentityOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _root;

    internal StaffSignIn(
        IAgencyIssuers issuers, IssuerDocuments documents, IssuerTokens tokens, ProviderCalls calls, IReplayStore replays, ProviderNames names,
        IDataProtectionProvider protection, IOptions<IdentityOptions> options, TimeProvider time, ILogger<StaffSignIn> logger)
    {
        (_issuers, _documents, _tokens, _calls, _replays, _protection) = (issuers, documents, tokens, calls, replays, protection);
        (_options, _time, _logger) = (options, time, logger);
        _root = names.Issuer.TrimEnd('/');
    }

    /// <summary>Begins a sign-in.</summary>
    /// <param name="returnTo">Where the browser goes afterwards; anything but a path of the console becomes its first page.</param>
    /// <param name="stepUp">The person must prove anew who they are, as strongly as the agency's rules ask.</param>
    public async Task<SignInBegun> BeginAsync(AgencyId agency, string? returnTo, bool stepUp, CancellationToken cancellationToken)
    {
        if (Find(agency) is not { Staff: { } staff } issuer)
        {
            return new(SignInOutcome.NoProvider);
        }

        // 1. What the provider can do: without a proof key, or without endpoints, nobody signs in.
        if (await _documents.MetadataAsync(issuer, cancellationToken) is not { Authorization: { } authorization, Token: not null, DoesS256: true } metadata)
        {
            return new(SignInOutcome.ProviderUnavailable);
        }

        // 2. The request, in the browser's address or pushed.
        var state = SignInState.New(agency, issuer.Issuer, StaffSession.PathOf(returnTo), stepUp, _time.GetUtcNow());
        var request = RequestOf(state, agency, staff);
        if (metadata.PushedAuthorization is { } pushed)
        {
            using var answer = await _calls.PostAsync(issuer, staff.ClientId, pushed, request, cancellationToken);
            if (answer is null || JoseJson.Text(answer.RootElement, "request_uri") is not { Length: > 0 } name)
            {
                return new(SignInOutcome.ProviderUnavailable);
            }

            request = new(StringComparer.Ordinal) { ["client_id"] = staff.ClientId, ["request_uri"] = name };
        }

        var query = QueryString.Create(request.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        var where = new UriBuilder(authorization) { Query = authorization.Query.Length > 1 ? $"{authorization.Query}&{query.Value?[1..]}" : query.Value };
        return new(SignInOutcome.Accepted, where.Uri, state.Seal(_protection));
    }

    /// <summary>Ends a sign-in with what the browser brought.</summary>
    /// <param name="agency">Whose redirect address was called.</param>
    /// <param name="cookie">As <see cref="SignInBegun"/> gave it.</param>
    public async Task<SignInCompleted> CompleteAsync(AgencyId agency, IQueryCollection query, string? cookie, CancellationToken cancellationToken)
    {
        // 1. The browser began it, lately, here; and it ends once, on whichever node.
        var now = _time.GetUtcNow();
        if (SignInState.TryOpen(cookie, _protection) is not { } state || state.Agency != agency.Value || now > state.Begun + Patience
            || One(query, "state") is not { } shown || !Same(shown, state.State)
            || !await _replays.TryRememberAsync(SHA256.HashData(Encoding.UTF8.GetBytes($"sign-in\0{state.State}")), state.Begun + Patience, cancellationToken))
        {
            return Refuse(SignInOutcome.UnknownSignIn, agency.Value);
        }

        if (Find(agency) is not { Staff: { } staff } issuer || issuer.Issuer != state.Issuer)
        {
            return Refuse(SignInOutcome.NoProvider, agency.Value);
        }

        if (await _documents.MetadataAsync(issuer, cancellationToken) is not { Token: { } endpoint } metadata)
        {
            return Refuse(SignInOutcome.ProviderUnavailable, issuer.Issuer);
        }

        // 2. Whose answer it is, before anything of it is used (RFC 9207 section 2.4).
        var named = query.TryGetValue("iss", out var values);
        if ((named && (values.Count != 1 || values[0] != issuer.Issuer)) || (!named && metadata.NamesItself))
        {
            return Refuse(SignInOutcome.WrongIssuer, issuer.Issuer);
        }

        if (query.ContainsKey("error") || One(query, "code") is not { Length: > 0 and <= CodeCharsMax } code)
        {
            return Refuse(SignInOutcome.ProviderRefused, issuer.Issuer, state.ReturnTo);
        }

        // 3. The code, for tokens.
        using var answer = await _calls.PostAsync(issuer, staff.ClientId, endpoint, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = AddressOf(agency),
            ["code_verifier"] = state.Verifier,
        }, cancellationToken);
        if (answer is null || JoseJson.Text(answer.RootElement, "id_token") is not { } text)
        {
            return Refuse(SignInOutcome.CodeRefused, issuer.Issuer, state.ReturnTo);
        }

        // 4. The person.
        var verdict = await _tokens.CheckAsync(text, [issuer], IdToken, cancellationToken);
        return verdict.Outcome == IssuerTokenOutcome.Accepted
            ? Judge(verdict, state, agency, staff, now)
            : Refuse(SignInOutcome.TokenRefused, $"{issuer.Issuer} ({verdict.Outcome})", state.ReturnTo);
    }

    private SignInCompleted Judge(IssuerTokenVerdict verdict, SignInState state, AgencyId agency, StaffRules staff, DateTimeOffset now)
    {
        var claims = verdict.Claims;
        if (JoseJson.Text(claims, "nonce") is not { } nonce || !Same(nonce, state.Nonce)
            || (claims.TryGetProperty("azp", out var party) && !(party.ValueKind == JsonValueKind.String && party.ValueEquals(staff.ClientId)))
            || JoseJson.Instant(claims, "auth_time", out _) is not { } authenticated || authenticated > now + _options.Value.ClockSkew)
        {
            return Refuse(SignInOutcome.TokenRefused, state.Issuer, state.ReturnTo);
        }

        var acr = JoseJson.Text(claims, "acr");
        var roles = staff.Roles.Where(grant => IssuerTokens.Has(claims, grant.Who)).Select(grant => grant.Role).Distinct().ToList();
        if (roles.Count != 1)
        {
            return Refuse(roles.Count == 0 ? SignInOutcome.NoRole : SignInOutcome.SeveralRoles, state.Issuer, state.ReturnTo);
        }

        var name = JoseJson.Text(claims, "name") ?? JoseJson.Text(claims, "preferred_username") ?? verdict.Subject;
        var member = new StaffMember(agency, state.Issuer, verdict.Subject, name[..Math.Min(name.Length, 100)], roles[0], authenticated, acr);
        if (now - authenticated > StaffSession.LifetimeMax || (state.StepUp && !member.HasSteppedUp(staff, StaffSession.FreshFor, now)))
        {
            return Refuse(SignInOutcome.NotFresh, state.Issuer, state.ReturnTo);
        }

        _logger.SignedIn(agency.Value, member.Role.ToString());
        return new(SignInOutcome.Accepted, member, state.ReturnTo);
    }

    private Dictionary<string, string> RequestOf(SignInState state, AgencyId agency, StaffRules staff)
    {
        var request = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = staff.ClientId,
            ["redirect_uri"] = AddressOf(agency),
            ["scope"] = "openid profile",
            ["state"] = state.State,
            ["nonce"] = state.Nonce,
            ["code_challenge"] = state.Challenge,
            ["code_challenge_method"] = "S256",
            ["max_age"] = state.StepUp ? "0" : $"{(int)StaffSession.LifetimeMax.TotalSeconds}", // with it the ID token says when the person signed in
        };
        if (state.StepUp)
        {
            request["prompt"] = "login";
            if (!staff.StepUpAcr.IsEmpty)
            {
                request["acr_values"] = string.Join(' ', staff.StepUpAcr);
            }
        }

        return request;
    }

    private AgencyIssuer? Find(AgencyId agency) => _issuers.Of(agency).FirstOrDefault(issuer => issuer.Staff is not null);

    private string AddressOf(AgencyId agency) => $"{_root}{StaffSession.SignInPath}/{agency.Value}";

    private SignInCompleted Refuse(SignInOutcome outcome, string issuer, string returnTo = StaffSession.Home)
    {
        _logger.SignInRefused(issuer, outcome.ToString());
        return new(outcome, ReturnTo: returnTo);
    }

    /// <summary>A parameter that stands once.</summary>
    private static string? One(IQueryCollection query, string name) => query.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    private static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
