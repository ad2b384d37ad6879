using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>Events of approvals, 2360 to 2369.</summary>
internal static partial class Log
{
    [LoggerMessage(2360, LogLevel.Error, "Approval {Approval} was given and its act failed; it is tried again")]
    public static partial void ActFailed(ILogger logger, Exception exception, ApprovalId approval);

    [LoggerMessage(2361, LogLevel.Error, "Approvals could not be looked at; tried again at the next interval")]
    public static partial void LookFailed(ILogger logger, Exception exception);
}
