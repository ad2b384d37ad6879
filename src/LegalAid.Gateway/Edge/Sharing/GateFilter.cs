using LegalAid.Gateway.Edge.Limits;

namespace LegalAid.Gateway.Edge.Sharing;

/// <summary>Puts the gate before an endpoint that is no gRPC method: bytes over HTTP are the same operation as their gRPC form.</summary>
internal static class GateFilter
{
    /// <param name="operation">Full name of the method that this endpoint is another face of.</param>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, string operation) => endpoint.AddEndpointFilter(async (invocation, next) =>
    {
        var context = invocation.HttpContext;
        if (context.RequestServices.GetRequiredService<ICallGate>().Admit(context, "/" + operation) is { } admitted)
        {
            await context.RequestServices.GetRequiredService<ICallLimits>().CountAsync(context, admitted.Grant, context.RequestAborted);
        }

        return await next(invocation);
    });
}
