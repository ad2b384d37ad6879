namespace LegalAid.Gateway.Casework.Faults;

/// <summary>What kind of refusal a fault is. The host maps each kind to exactly one gRPC status and one HTTP status.</summary>
public enum FaultKind
{
    /// <summary>The request itself is wrong, whatever the state (gRPC INVALID_ARGUMENT, HTTP 400).</summary>
    Invalid,

    /// <summary>No valid credential came with the call (UNAUTHENTICATED, 401).</summary>
    Unauthenticated,

    /// <summary>The caller is known and may not do this (PERMISSION_DENIED, 403).</summary>
    Denied,

    /// <summary>There is no such thing, or the caller may not know of it (NOT_FOUND, 404).</summary>
    NotFound,

    /// <summary>The thing exists already, or a key is held by another exchange (ALREADY_EXISTS, 409).</summary>
    AlreadyExists,

    /// <summary>The call is right but not in this state (FAILED_PRECONDITION, 409 over REST).</summary>
    WrongState,

    /// <summary>Somebody else was faster; read again and decide again (ABORTED, 409).</summary>
    Conflict,

    /// <summary>A size or rate limit (RESOURCE_EXHAUSTED, 429; a body over its limit is 413).</summary>
    Exhausted,

    /// <summary>Not now; the same call may be repeated with the same request id (UNAVAILABLE, 503).</summary>
    Unavailable,

    /// <summary>The method, path or media type is not served (UNIMPLEMENTED, 404/405/415).</summary>
    Unsupported,

    /// <summary>A fault of the gateway; only a trace id is told (INTERNAL, 500).</summary>
    Internal,
}

/// <summary>Who must act so that the same request succeeds.</summary>
public enum FaultActor
{
    /// <summary>The calling agency's software (调用方系统).</summary>
    CallerSystem,

    /// <summary>The calling agency's staff: data or procedure (经办人).</summary>
    CallerStaff,

    /// <summary>The gateway's operator or administrator (网关管理员).</summary>
    GatewayOperator,

    /// <summary>Nobody: wait and repeat (稍后重试).</summary>
    Nobody,
}

/// <summary>
/// One row of the error table: a stable code, its kind, its texts and its remedy, Chinese first.
/// Rows are declared beside the rule they belong to and gathered in <see cref="FaultTable"/>.
/// </summary>
/// <param name="Code">Stable, UPPER_SNAKE_CASE, unique; never reused (AIP-193 <c>ErrorInfo.reason</c>).</param>
/// <param name="Kind">Decides the gRPC and HTTP status.</param>
/// <param name="Actor">Who must act.</param>
/// <param name="Zh">What is wrong, in Chinese. May hold <c>{0}</c>… for <see cref="Fault.Arguments"/>. Never a caller's value.</param>
/// <param name="En">The same in English.</param>
/// <param name="RemedyZh">What to do, in Chinese.</param>
/// <param name="RemedyEn">The same in English.</param>
public sealed record FaultCode(
    string Code, FaultKind Kind, FaultActor Actor, string Zh, string En, string RemedyZh, string RemedyEn)
{
    public override string ToString() => Code;
}
