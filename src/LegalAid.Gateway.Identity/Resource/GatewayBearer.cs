using System.Text.Encodings.Web;
using LegalAid.Gateway.Casework.Faults;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>The scheme has no options of its own: they are <see cref="IdentityOptions"/>.</summary>
internal sealed class GatewayBearerOptions : AuthenticationSchemeOptions;

/// <summary>
/// The authentication scheme <see cref="GatewayIdentity.Scheme"/> (RFC 6750): a bearer token in the Authorization header, nowhere else,
/// since a token in a URL is a token in a log. Leaves a <see cref="Caller"/> or an <see cref="AuthenticationFault"/> on the context,
/// and writes status and <c>WWW-Authenticate</c>; the body is the host's.
/// </summary>
internal sealed class GatewayBearer(
    IOptionsMonitor<GatewayBearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccessTokens tokens)
    : AuthenticationHandler<GatewayBearerOptions>(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";
    private const string Realm = $"Bearer realm=\"{GatewayIdentity.Audience}\"";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var headers = Request.Headers.Authorization;
        if (headers.Count == 0)
        {
            Context.Features.Set(new AuthenticationFault(IdentityFaults.TokenMissing));
            return AuthenticateResult.NoResult();
        }

        if (headers.Count != 1 || headers[0] is not { } header || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return Refuse(IdentityFaults.TokenMalformed, "-");
        }

        var verdict = await tokens.AuthenticateAsync(header[Prefix.Length..].Trim());
        if (verdict is not { Caller: { } caller, Principal: { } principal })
        {
            return Refuse(verdict.Fault ?? IdentityFaults.TokenInvalid, verdict.ClientId);
        }

        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, GatewayIdentity.Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var fault = Context.Features.Get<AuthenticationFault>()?.Code ?? IdentityFaults.TokenMissing;
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append(
            HeaderNames.WWWAuthenticate,
            fault == IdentityFaults.TokenMissing
                ? Realm // RFC 6750 section 3.1: no error code where no token was tried.
                : $"{Realm}, error=\"invalid_token\", error_description=\"{fault.Code}\"");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        if (Context.FindCaller() is { } caller && !caller.Scopes.Contains(GatewayIdentity.Scope))
        {
            Context.Features.Set(new AuthenticationFault(IdentityFaults.ScopeInsufficient));
            Response.Headers.Append(
                HeaderNames.WWWAuthenticate, $"{Realm}, error=\"insufficient_scope\", scope=\"{GatewayIdentity.Scope}\"");
        }

        return Task.CompletedTask;
    }

    private AuthenticateResult Refuse(FaultCode fault, string clientId)
    {
        Logger.CallRefused(fault.Code, clientId);
        Context.Features.Set(new AuthenticationFault(fault));
        return AuthenticateResult.Fail(fault.Code);
    }
}
