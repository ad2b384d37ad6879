using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Resource;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Answers what becomes of a token after it was issued: <c>/connect/revoke</c> (RFC 7009) and <c>/connect/introspect</c> (RFC 7662), to clients that
/// prove themselves as at the token endpoint. The library's endpoints ask its store of tokens, and there is none. In order: the form, the client,
/// the token, whose it is, the deed.
/// </summary>
internal sealed class TokenDesk(
    RequestDelegate next, ProviderNames names, ClientAuthentication authentication, AccessTokens tokens, RevokedTokens revoked, ILogger<TokenDesk> logger)
{
    private static readonly PathString Revoke = new("/" + ProviderNames.RevocationPath);
    private static readonly PathString Introspect = new("/" + ProviderNames.IntrospectionPath);

    public async Task InvokeAsync(HttpContext context)
    {
        var isRevocation = context.Request.Path == Revoke;
        if (!isRevocation && context.Request.Path != Introspect)
        {
            await next(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (await ReadAsync(context) is not var (client, token))
        {
            return; // refused
        }

        var verdict = await tokens.AuthenticateAsync(token);
        if (verdict.Fault == IdentityFaults.TokenUnchecked)
        {
            await AwayAsync(context);
        }
        else if (isRevocation)
        {
            await RevokeAsync(context, client, verdict);
        }
        else
        {
            await WriteAsync(context, StatusCodes.Status200OK, Describe(client, verdict));
        }
    }

    /// <summary>A token that is not good any more needs no revocation: the answer is the same (RFC 7009 section 2.2).</summary>
    private async Task RevokeAsync(HttpContext context, AgencyClient client, TokenVerdict verdict)
    {
        if (verdict.Caller is not { } holder)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return;
        }

        if (holder.ClientId != client.ClientId)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "unauthorized_client", "The token was issued to another client.");
            return;
        }

        try
        {
            if (!await revoked.TryRevokeAsync(verdict.Name, holder.TokenExpires, context.RequestAborted))
            {
                await AwayAsync(context);
                return;
            }
        }
        catch (RevocationStoreUnavailableException)
        {
            await AwayAsync(context);
            return;
        }

        logger.TokenRevoked(holder.ClientId, client.ClientId);
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    /// <summary>Of another agency's token nothing is told, not even that it is one (RFC 7662 section 2.2).</summary>
    private JsonObject Describe(AgencyClient client, TokenVerdict verdict)
    {
        if (verdict.Caller is not { } holder || holder.Agency != client.Agency)
        {
            return new JsonObject { ["active"] = false };
        }

        var answer = new JsonObject
        {
            ["active"] = true,
            ["iss"] = names.Issuer,
            ["aud"] = GatewayIdentity.Audience,
            ["client_id"] = holder.ClientId,
            ["sub"] = holder.ClientId,
            ["agency"] = holder.Agency.Value,
            ["scope"] = string.Join(' ', holder.Scopes),
            ["iat"] = verdict.Issued.ToUnixTimeSeconds(),
            ["exp"] = holder.TokenExpires.ToUnixTimeSeconds(),
            ["token_type"] = verdict.Bound?.Key is null ? "Bearer" : Binding.Proofs.Header,
        };
        if (verdict.Bound is { } bound && bound != Confirmation.None)
        {
            answer[GatewayIdentity.ConfirmationClaim] = JsonSerializer.SerializeToNode(bound.ToClaim());
        }

        if (holder.Bounds is { } bounds)
        {
            answer[TokenBounds.Parameter] = JsonSerializer.SerializeToNode(bounds.ToJson());
        }

        return answer;
    }

    /// <summary>The client and the token that it asks about; null where the request was refused.</summary>
    private async ValueTask<(AgencyClient Client, string Token)?> ReadAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_request", "Post a form.");
            return null;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form.Any(field => field.Value.Count != 1) || context.Request.Query.Count > 0 || form["token"] is not [{ Length: > 0 } token])
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "invalid_request", "Give each parameter once, in the body, and a token.");
            return null;
        }

        try
        {
            var (client, refusal) = await AuthenticateAsync(context, form);
            if (client is not null)
            {
                return (client, token);
            }

            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "invalid_client", refusal);
        }
        catch (ReplayStoreUnavailableException)
        {
            await AwayAsync(context);
        }

        return null;
    }

    private async ValueTask<(AgencyClient? Client, string Refusal)> AuthenticateAsync(HttpContext context, IFormCollection form)
    {
        var clientId = (string?)form["client_id"];
        if (form["client_assertion"] is [{ } assertion] && form["client_assertion_type"] == ClientAssertion.Type)
        {
            var (client, refusal, _) = await authentication.ByAssertionAsync(assertion, context.RequestAborted);
            return clientId is null || client?.ClientId == clientId ? (client, refusal) : (null, "The assertion is another client's.");
        }

        var (certified, why) = clientId is null ? (null, null) : authentication.ByCertificate(clientId, context);
        return (certified, why ?? "Send a client assertion, or show a client certificate and give the client_id.");
    }

    private static Task AwayAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable", "Try again later.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string error, string description) =>
        WriteAsync(context, status, new JsonObject { ["error"] = error, ["error_description"] = description });

    private static Task WriteAsync(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }
}
