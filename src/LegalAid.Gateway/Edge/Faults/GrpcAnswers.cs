using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Faults;

/// <summary>Answers gRPC calls from outside of the services.</summary>
public static class GrpcAnswers
{
    /// <summary>
    /// Puts a trailers-only answer in place of whatever was to be answered: the status stands in the headers (gRPC over HTTP/2, Responses). False where
    /// the call is no gRPC, or its answer is on the way.
    /// </summary>
    public static bool TryRefuse(HttpContext context, IReadOnlyList<Fault> faults)
    {
        var response = context.Response;
        if (response.HasStarted || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            return false;
        }

        var refusal = Refusals.ToRpcException(faults, Refusals.TraceId(context));
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(refusal.Status.Detail);
        foreach (var entry in refusal.Trailers.Where(entry => entry.IsBinary))
        {
            response.Headers[entry.Key] = Convert.ToBase64String(entry.ValueBytes);
        }

        return true;
    }
}
