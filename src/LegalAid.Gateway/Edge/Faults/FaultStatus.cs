using System.Collections.Frozen;
using Grpc.Core;
using LegalAid.Gateway.Api;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Services;
using LegalAid.Gateway.Exchange.Attachments;

namespace LegalAid.Gateway.Edge.Faults;

/// <summary>The one mapping from fault kinds to protocol statuses.</summary>
public static class FaultStatus
{
    /// <summary>Codes that HTTP has a more exact status for than their kind.</summary>
    private static readonly FrozenDictionary<string, int> Exact = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        [EdgeFaults.BodyTooLarge.Code] = StatusCodes.Status413PayloadTooLarge,
        [EdgeFaults.BodyTooSlow.Code] = StatusCodes.Status408RequestTimeout,
        [EdgeFaults.MediaType.Code] = StatusCodes.Status415UnsupportedMediaType,
        [EdgeFaults.MethodNotAllowed.Code] = StatusCodes.Status405MethodNotAllowed,
        [EdgeFaults.NotImplemented.Code] = StatusCodes.Status501NotImplemented,
        [AttachmentFaults.TooLarge.Code] = StatusCodes.Status413PayloadTooLarge,
        [ApiFaults.PieceType.Code] = StatusCodes.Status415UnsupportedMediaType,
        [ApiFaults.TusVersion.Code] = StatusCodes.Status412PreconditionFailed,
        [ServiceFaults.Late.Code] = StatusCodes.Status504GatewayTimeout,
        [ServiceFaults.Unusable.Code] = StatusCodes.Status502BadGateway,
        [ApiFaults.Range.Code] = StatusCodes.Status416RangeNotSatisfiable,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The gRPC status of a kind.</summary>
    public static StatusCode Grpc(FaultKind kind) => Map(kind).Grpc;

    /// <summary>The HTTP status of a code: its own where HTTP has one, else its kind's.</summary>
    public static int Http(FaultCode code) =>
        Exact.TryGetValue(code.Code, out var status) ? status : Map(code.Kind).Http;

    /// <summary>
    /// The fault that an answer with several is headed by, and takes its status from. What stops a caller earlier comes first: the gateway's
    /// own failure, the credential, the grant, existence; then the request's form; then state, which means nothing for a malformed request.
    /// </summary>
    public static Fault Headline(IReadOnlyList<Fault> faults)
    {
        if (faults.Count == 0)
        {
            throw new ArgumentException("A refusal has at least one fault.", nameof(faults));
        }

        var headline = faults[0];
        for (var i = 1; i < faults.Count; i++)
        {
            if (Map(faults[i].Code.Kind).Rank < Map(headline.Code.Kind).Rank)
            {
                headline = faults[i];
            }
        }

        return headline;
    }

    /// <summary>The row that stands for a bare gRPC status, as a library or a service without codes may raise it.</summary>
    public static FaultCode CodeOf(StatusCode status) => status switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => EdgeFaults.MalformedRequest,
        StatusCode.Unauthenticated => EdgeFaults.Unauthenticated,
        StatusCode.PermissionDenied => EdgeFaults.Denied,
        StatusCode.NotFound => GeneralFaults.NotFound,
        StatusCode.AlreadyExists => EdgeFaults.AlreadyExists,
        StatusCode.FailedPrecondition => EdgeFaults.WrongState,
        StatusCode.Aborted => EdgeFaults.Conflict,
        StatusCode.ResourceExhausted => EdgeFaults.Exhausted,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled => EdgeFaults.Unavailable,
        StatusCode.Unimplemented => EdgeFaults.NotImplemented,
        StatusCode.OK or StatusCode.Unknown or StatusCode.Internal or StatusCode.DataLoss => GeneralFaults.Internal,
        _ => GeneralFaults.Internal,
    };

    /// <summary>The row that stands for a bare HTTP error status, as a middleware may set it.</summary>
    public static FaultCode CodeOf(int httpStatus) => httpStatus switch
    {
        StatusCodes.Status401Unauthorized => EdgeFaults.Unauthenticated,
        StatusCodes.Status403Forbidden => EdgeFaults.Denied,
        StatusCodes.Status404NotFound => EdgeFaults.PathNotFound,
        StatusCodes.Status405MethodNotAllowed => EdgeFaults.MethodNotAllowed,
        StatusCodes.Status409Conflict => EdgeFaults.Conflict,
        StatusCodes.Status408RequestTimeout => EdgeFaults.BodyTooSlow,
        StatusCodes.Status413PayloadTooLarge => EdgeFaults.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => EdgeFaults.MediaType,
        StatusCodes.Status429TooManyRequests => EdgeFaults.Exhausted,
        StatusCodes.Status501NotImplemented => EdgeFaults.NotImplemented,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout
            => EdgeFaults.Unavailable,
        >= 500 => GeneralFaults.Internal,
        _ => EdgeFaults.MalformedRequest,
    };

    private static (StatusCode Grpc, int Http, int Rank) Map(FaultKind kind) => kind switch
    {
        FaultKind.Internal => (StatusCode.Internal, StatusCodes.Status500InternalServerError, 0),
        FaultKind.Unauthenticated => (StatusCode.Unauthenticated, StatusCodes.Status401Unauthorized, 1),
        FaultKind.Denied => (StatusCode.PermissionDenied, StatusCodes.Status403Forbidden, 2),
        FaultKind.NotFound => (StatusCode.NotFound, StatusCodes.Status404NotFound, 3),
        FaultKind.Unsupported => (StatusCode.Unimplemented, StatusCodes.Status404NotFound, 4),
        FaultKind.Exhausted => (StatusCode.ResourceExhausted, StatusCodes.Status429TooManyRequests, 5),
        FaultKind.Unavailable => (StatusCode.Unavailable, StatusCodes.Status503ServiceUnavailable, 6),
        FaultKind.Invalid => (StatusCode.InvalidArgument, StatusCodes.Status400BadRequest, 7),
        FaultKind.AlreadyExists => (StatusCode.AlreadyExists, StatusCodes.Status409Conflict, 8),
        FaultKind.Conflict => (StatusCode.Aborted, StatusCodes.Status409Conflict, 9),
        FaultKind.WrongState => (StatusCode.FailedPrecondition, StatusCodes.Status409Conflict, 10),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A fault kind without a status."),
    };
}
