using System.Text.Encodings.Web;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity.Binding;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>The scheme has no options of its own: they are <see cref="IdentityOptions"/>.</summary>
internal sealed class GatewayBearerOptions : AuthenticationSchemeOptions;

/// <summary>
/// The authentication scheme <see cref="GatewayIdentity.Scheme"/>: an access token in the Authorization header, as <c>Bearer</c> (RFC 6750) or
/// bound to a key as <c>DPoP</c> (RFC 9449), nowhere else, since a token in a URL is a token in a log. Leaves a <see cref="Caller"/> or an
/// <see cref="AuthenticationFault"/> on the context, and writes status and <c>WWW-Authenticate</c>; the body is the host's.
/// </summary>
internal sealed class GatewayBearer(
    IOptionsMonitor<GatewayBearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccessTokens tokens, Possession possession)
    : AuthenticationHandler<GatewayBearerOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";
    private const string Bound = Proofs.Header + " ";
    private const string Realm = $"realm=\"{GatewayIdentity.Audience}\"";

    private static readonly string BearerChallenge = $"{Bearer}{Realm}";
    private static readonly string Algorithms = $"algs=\"{Proofs.Algorithms}\"";

    private bool _byProof;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var headers = Request.Headers.Authorization;
        if (headers.Count == 0)
        {
            Context.Features.Set(new AuthenticationFault(IdentityFaults.TokenMissing));
            return AuthenticateResult.NoResult();
        }

        if (headers is not [{ } header] || PrefixOf(header) is not { } prefix)
        {
            return Refuse(IdentityFaults.TokenMalformed, "-");
        }

        _byProof = prefix == Bound;
        var verdict = await tokens.AuthenticateAsync(header[prefix.Length..].Trim());
        if (verdict is not { Caller: { } caller, Principal: { } principal, Bound: { } bound })
        {
            return Refuse(verdict.Fault ?? IdentityFaults.TokenInvalid, verdict.ClientId);
        }

        if (await possession.CheckAsync(Request, _byProof, verdict.Digest, bound, caller.ClientId) is { } fault)
        {
            return Refuse(fault, caller.ClientId);
        }

        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, GatewayIdentity.Scheme));
    }

    /// <summary>
    /// The fault stands in the challenge of the scheme that was tried; the other scheme is offered beside it (RFC 9449 section 7.1).
    /// </summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var fault = Context.Features.Get<AuthenticationFault>()?.Code ?? IdentityFaults.TokenMissing;
        if (fault.Kind == FaultKind.Unavailable)
        {
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable; // nothing is wrong with what was shown
            return Task.CompletedTask;
        }

        // RFC 6750 section 3.1: no error code where no token was tried.
        var error = fault == IdentityFaults.TokenMissing ? "" : $", error=\"{ErrorOf(fault)}\", error_description=\"{fault.Code}\"";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, _byProof ? BearerChallenge : $"{BearerChallenge}{error}");
        Response.Headers.Append(HeaderNames.WWWAuthenticate, _byProof ? $"{Bound}{Realm}{error}, {Algorithms}" : $"{Bound}{Realm}, {Algorithms}");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        if (Context.FindCaller() is { } caller && !caller.Scopes.Contains(GatewayIdentity.Scope))
        {
            Context.Features.Set(new AuthenticationFault(IdentityFaults.ScopeInsufficient));
            Response.Headers.Append(
                HeaderNames.WWWAuthenticate,
                $"{(_byProof ? Bound : Bearer)}{Realm}, error=\"insufficient_scope\", scope=\"{GatewayIdentity.Scope}\"");
        }

        return Task.CompletedTask;
    }

    private static string? PrefixOf(string header) =>
        header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? Bearer
        : header.StartsWith(Bound, StringComparison.OrdinalIgnoreCase) ? Bound
        : null;

    private static string ErrorOf(FaultCode fault) =>
        fault == IdentityFaults.ProofNonce ? "use_dpop_nonce"
        : fault.Code.StartsWith("PROOF_", StringComparison.Ordinal) ? "invalid_dpop_proof"
        : "invalid_token";

    private AuthenticateResult Refuse(FaultCode fault, string clientId)
    {
        Logger.CallRefused(fault.Code, clientId);
        Context.Features.Set(new AuthenticationFault(fault));
        return AuthenticateResult.Fail(fault.Code);
    }
}
