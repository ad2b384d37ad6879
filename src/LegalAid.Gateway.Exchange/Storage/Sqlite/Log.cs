using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Events of the SQLite store, 2100 to 2119.</summary>
internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Information, "Ledger open: SQLite, schema {Found} found, {Latest} known")]
    public static partial void Opened(ILogger logger, int found, int latest);

    [LoggerMessage(2101, LogLevel.Error, "{Count} writes failed and were rolled back")]
    public static partial void WritesFailed(ILogger logger, Exception exception, int count);

    [LoggerMessage(2103, LogLevel.Critical, "The ledger takes no more writes: the database is damaged")]
    public static partial void Faulted(ILogger logger, Exception exception);

    [LoggerMessage(2104, LogLevel.Warning, "The write-ahead log reached its bound with {Bytes} bytes; commits waited for a checkpoint")]
    public static partial void LogAtBound(ILogger logger, long bytes);

    [LoggerMessage(2107, LogLevel.Warning, "The write-ahead log was not emptied after an erasure: a reader was in the way. The next erasure or restart does it")]
    public static partial void LogNotEmptied(ILogger logger);
}
