using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Events of the PostgreSQL store, 2120 to 2139.</summary>
internal static partial class Log
{
    [LoggerMessage(2120, LogLevel.Information, "Ledger open: PostgreSQL {Version}, schema {Found} found, {Latest} known, {Standbys} synchronous standbys")]
    public static partial void Opened(ILogger logger, string version, int found, int latest, int standbys);

    [LoggerMessage(2122, LogLevel.Error, "A group of {Count} writes failed and was rolled back")]
    public static partial void CommitFailed(ILogger logger, Exception exception, int count);

    [LoggerMessage(2124, LogLevel.Warning, "The database's signals are not heard at present; waiting work is found by the timers")]
    public static partial void ListenFailed(ILogger logger, Exception exception);

    [LoggerMessage(2126, LogLevel.Error, "Commits are no longer as durable as required: {Fault}")]
    public static partial void DurabilityLost(ILogger logger, string fault);

    [LoggerMessage(2127, LogLevel.Information, "Commits are as durable as required again")]
    public static partial void DurabilityRegained(ILogger logger);

    [LoggerMessage(2130, LogLevel.Warning, "The database's clock is {Seconds} s behind what this node said last; time stands until it has caught up")]
    public static partial void ClockBehind(ILogger logger, double seconds);
}
