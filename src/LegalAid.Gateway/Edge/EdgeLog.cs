namespace LegalAid.Gateway.Edge;

/// <summary>What the edge logs, ids 1000 to 1099. Never a body, a header's value or a caller's text.</summary>
internal static partial class EdgeLog
{
    [LoggerMessage(1000, LogLevel.Error, "{Method} failed; trace {TraceId} was told to the caller.")]
    public static partial void CallFailed(ILogger logger, Exception fault, string method, string traceId);

    [LoggerMessage(1001, LogLevel.Error, "A request failed before its method was reached; trace {TraceId} was told to the caller.")]
    public static partial void RequestFailed(ILogger logger, Exception fault, string traceId);

    [LoggerMessage(1003, LogLevel.Information, "{Method} was not served: the ledger's store is not available; trace {TraceId}.")]
    public static partial void StoreUnavailable(ILogger logger, string method, string traceId);

    [LoggerMessage(1002, LogLevel.Information, "{Method} refused with {Code} and {Faults} faults; trace {TraceId}.")]
    public static partial void Refused(ILogger logger, string method, string code, int faults, string traceId);

    [LoggerMessage(1004, LogLevel.Information, "{Method} refused before it was looked at: its network failed or asked too often; trace {TraceId}.")]
    public static partial void AnonymousRefused(ILogger logger, string method, string traceId);

    [LoggerMessage(1005, LogLevel.Warning, "A connection was closed: its caller reset {Resets} streams within seconds.")]
    public static partial void ResetsTooMany(ILogger logger, int resets);
}
