using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using GrpcStatus = Grpc.Core.Status;
using RpcStatus = Google.Rpc.Status;

namespace LegalAid.Gateway.Edge.Faults;

/// <summary>
/// Leaves a service method with coded faults. The edge's interceptor turns it into google.rpc.Status (gRPC) or problem+json (REST);
/// nothing is logged for it, as an expected refusal is no error.
/// </summary>
public sealed class RefusalException : Exception
{
    /// <param name="faults">All that is wrong, at least one.</param>
    public RefusalException(IReadOnlyList<Fault> faults)
        : base(FaultStatus.Headline(faults).Code.Code) => Faults = faults;

    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>When to come again; null: the faults say what to do. A REST answer has it as Retry-After from whoever refused.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Faults as gRPC says them.</summary>
public static class Refusals
{
    /// <summary>ErrorInfo's domain of every code in the table.</summary>
    public const string Domain = "legalaid-gateway";

    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>A refusal to throw out of a service method.</summary>
    public static RefusalException Of(params Fault[] faults) => new(faults);

    /// <summary>The W3C trace id of the running call, or the server's own name for the request where there is no trace.</summary>
    public static string TraceId(HttpContext? context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : context?.TraceIdentifier ?? "";

    /// <summary>
    /// The gRPC form: status and message of the headline fault, and in the trailer google.rpc.Status with ErrorInfo, BadRequest,
    /// LocalizedMessage (zh-CN, en) and RequestInfo. The details are cut at <paramref name="detailBytesMax"/> (see
    /// <see cref="EdgeOptions.StatusDetailBytesMax"/>).
    /// </summary>
    /// <param name="retryAfter">Told as google.rpc.RetryInfo.</param>
    public static RpcException ToRpcException(IReadOnlyList<Fault> faults, string traceId, int detailBytesMax = 5_600, TimeSpan? retryAfter = null)
    {
        var headline = FaultStatus.Headline(faults);
        var code = FaultStatus.Grpc(headline.Code.Kind);
        var message = $"{headline.Code.Code}: {headline.TextEn}";
        var details = new RpcStatus { Code = (int)code, Message = message };
        var fields = Violations(faults, detailBytesMax - 1_000);
        details.Details.Add(Any.Pack(new ErrorInfo
        {
            Reason = headline.Code.Code,
            Domain = Domain,
            Metadata =
            {
                ["actor"] = ProblemDocument.ActorName(headline.Code.Actor),
                ["remedyZh"] = headline.Code.RemedyZh,
                ["remedyEn"] = headline.Code.RemedyEn,
                ["faults"] = faults.Count.ToString(CultureInfo.InvariantCulture),
                ["listed"] = fields.FieldViolations.Count.ToString(CultureInfo.InvariantCulture),
            },
        }));
        details.Details.Add(Any.Pack(fields));
        details.Details.Add(Any.Pack(new LocalizedMessage { Locale = "zh-CN", Message = headline.TextZh }));
        details.Details.Add(Any.Pack(new LocalizedMessage { Locale = "en", Message = headline.TextEn }));
        details.Details.Add(Any.Pack(new RequestInfo { RequestId = traceId }));
        if (retryAfter is { } wait)
        {
            details.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(wait) }));
        }

        return new RpcException(new GrpcStatus(code, message), new Metadata { { DetailsTrailer, details.ToByteArray() } });
    }

    private static BadRequest Violations(IReadOnlyList<Fault> faults, int bytesMax)
    {
        var fields = new BadRequest();
        var bytes = 0;
        foreach (var fault in faults)
        {
            var violation = new BadRequest.Types.FieldViolation
            {
                Field = fault.Field,
                Description = fault.TextEn,
                Reason = fault.Code.Code,
                LocalizedMessage = new LocalizedMessage { Locale = "zh-CN", Message = fault.TextZh },
            };
            bytes += violation.CalculateSize() + 4;
            if (bytes > bytesMax)
            {
                break;
            }

            fields.FieldViolations.Add(violation);
        }

        return fields;
    }
}
