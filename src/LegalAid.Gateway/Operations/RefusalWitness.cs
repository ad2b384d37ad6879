using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Rest;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Stands between authentication and the services: a known caller's call that was refused is kept as evidence, by whichever face it came
/// and whether the strict reader, the validation or the ledger refused it.
/// </summary>
internal sealed class RefusalWitness(RequestDelegate next, RefusalEvidence evidence, RestRoutes routes, KeyRing ring)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (RefusalException refusal)
        {
            context.Features.Set(new RefusedCall(OperationOf(context), refusal.Faults));
            throw;
        }
        finally
        {
            await KeepAsync(context);
        }
    }

    private async ValueTask KeepAsync(HttpContext context)
    {
        var refused = context.Features.Get<RefusedCall>() ?? RefusedByRest(context);
        if (refused is not null && refused.Faults.All(static fault => fault.Code.Kind == FaultKind.Unavailable))
        {
            return; // nothing was refused: the gateway could not, and mostly for want of the store that would keep it
        }

        if (refused is not null && context.FindCaller() is { } caller)
        {
            try
            {
                // The caller may be gone already; the evidence is kept all the same.
                await evidence.RecordAsync(
                    caller.Agency, caller.ClientId, refused.Operation, refused.Faults.Select(fault => fault.Code), PersonMark.Of(ring, caller.OnBehalfOf), CancellationToken.None);
            }
            catch (StoreUnavailableException) when (GrpcAnswers.TryRefuse(context, [new Fault(EdgeFaults.Unavailable)]))
            {
                // No refusal without its evidence: the caller is asked to come again. A REST call is told so by its own face.
            }
        }
    }

    /// <summary>What the REST face refused on its own: a body, or a path or method that is none, of which only the status is set by now.</summary>
    private RefusedCall? RefusedByRest(HttpContext context) =>
        RestCall.Of(context) is not { } call ? null
        : call.Refusal is { } faults ? new RefusedCall(OperationOf(context), faults)
        : context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed && !context.Response.HasStarted
            ? new RefusedCall(OperationOf(context), [new Fault(routes.MethodsOf(context.Request.Path).Count > 0 ? EdgeFaults.MethodNotAllowed : EdgeFaults.PathNotFound)])
        : null;

    private static string OperationOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
}
