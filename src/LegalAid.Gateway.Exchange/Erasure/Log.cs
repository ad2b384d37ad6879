using LegalAid.Gateway.Exchange.Ledger;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Erasure;

/// <summary>Events of erasure, 2320 to 2339.</summary>
internal static partial class Log
{
    [LoggerMessage(2320, LogLevel.Information, "{Count} exchanges were erased at the end of their retention")]
    public static partial void Erased(ILogger logger, int count);

    [LoggerMessage(2321, LogLevel.Error, "Exchange {Exchange} is due to be erased and could not be; tried again at the next look")]
    public static partial void EraseFailed(ILogger logger, Exception exception, ExchangeId exchange);

    [LoggerMessage(2322, LogLevel.Error, "Erasure could not look; tried again at the next interval")]
    public static partial void LookFailed(ILogger logger, Exception exception);
}
