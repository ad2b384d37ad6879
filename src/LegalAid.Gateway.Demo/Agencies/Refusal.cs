using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace LegalAid.Gateway.Demo.Agencies;

/// <summary>What the gateway said no with, as a client of gRPC reads it (AIP-193).</summary>
internal static class Refusal
{
    /// <summary>The stable codes of a call that was refused; none where it was not.</summary>
    public static async Task<IReadOnlyList<string>> CodesAsync(Task call)
    {
        try
        {
            await call;
            return [];
        }
        catch (RpcException refused)
        {
            var details = refused.Trailers.GetValueBytes("grpc-status-details-bin") is { } bytes ? RpcStatus.Parser.ParseFrom(bytes).Details : [];
            return
            [
                .. details.Where(detail => detail.Is(ErrorInfo.Descriptor)).Select(detail => detail.Unpack<ErrorInfo>().Reason),
                .. details.Where(detail => detail.Is(BadRequest.Descriptor)).SelectMany(detail => detail.Unpack<BadRequest>().FieldViolations).Select(violation => violation.Reason),
            ];
        }
    }
}
