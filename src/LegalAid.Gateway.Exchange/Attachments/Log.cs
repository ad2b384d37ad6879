using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Events of documents, 2340 to 2359.</summary>
internal static partial class Log
{
    [LoggerMessage(2340, LogLevel.Information, "{Count} idle uploads were given up")]
    public static partial void Swept(ILogger logger, int count);

    [LoggerMessage(2341, LogLevel.Error, "Idle uploads could not be swept; tried again at the next interval")]
    public static partial void SweepFailed(ILogger logger, Exception exception);
}
