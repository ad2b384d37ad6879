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
        if (!context.TryRefuse(faults))
        {
            GrpcAnswers.TryRefuse(context, faults);
        }
    }
}
