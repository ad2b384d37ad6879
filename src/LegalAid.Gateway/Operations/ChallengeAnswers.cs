using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace LegalAid.Gateway.Operations;

/// <summary>Tells who may not call why, in the form of the face they used: a problem document, or a gRPC status instead of a bare 401.</summary>
internal sealed class ChallengeAnswers : IAuthorizationMiddlewareResultHandler
{
    private static readonly AuthorizationMiddlewareResultHandler Usual = new();

    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        await Usual.HandleAsync(next, context, policy, authorizeResult);
        if (authorizeResult.Succeeded || context.Response.HasStarted)
        {
            return;
        }

        Fault[] faults = [new Fault(context.Features.Get<AuthenticationFault>()?.Code ?? IdentityFaults.TokenMissing)];
        if (context.TryRefuse(faults) || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            return;
        }

        // A trailers-only answer: the status stands in the headers (gRPC over HTTP/2, Responses).
        var refusal = Refusals.ToRpcException(faults, Refusals.TraceId(context));
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)refusal.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(refusal.Status.Detail);
        foreach (var entry in refusal.Trailers.Where(entry => entry.IsBinary))
        {
            context.Response.Headers[entry.Key] = Convert.ToBase64String(entry.ValueBytes);
        }
    }
}
