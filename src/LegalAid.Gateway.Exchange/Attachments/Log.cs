using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Events of documents and erasure, 2300 to 2319.</summary>
internal static partial class Log
{
    [LoggerMessage(2300, LogLevel.Information, "{Count} idle uploads were given up")]
    public static partial void Swept(ILogger logger, int count);

    [LoggerMessage(2301, LogLevel.Error, "Idle uploads could not be swept; tried again at the next interval")]
    public static partial void SweepFailed(ILogger logger, Exception exception);
}
