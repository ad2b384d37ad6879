using LegalAid.Gateway.Exchange.Ledger;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Clocks;

/// <summary>Events of clocks, 2250 to 2269.</summary>
internal static partial class Log
{
    [LoggerMessage(2250, LogLevel.Error, "The clocks of exchange {Exchange} could not be looked at; tried again in {After}")]
    public static partial void TickFailed(ILogger logger, Exception exception, ExchangeId exchange, TimeSpan after);

    [LoggerMessage(2251, LogLevel.Warning, "The clocks of exchange {Exchange} are still due after a look; tried again in {After}")]
    public static partial void StillDue(ILogger logger, ExchangeId exchange, TimeSpan after);

    [LoggerMessage(2252, LogLevel.Error, "Clocks stand still for a moment: the worker failed")]
    public static partial void WorkerFailed(ILogger logger, Exception exception);

    [LoggerMessage(2253, LogLevel.Error, "The provisional clocks of exchange {Exchange} could not be counted again")]
    public static partial void RecomputeFailed(ILogger logger, Exception exception, ExchangeId exchange);

    [LoggerMessage(2254, LogLevel.Information, "Provisional clocks counted again in {Count} exchanges, {Failed} of them failed")]
    public static partial void Recomputed(ILogger logger, int count, int failed);
}
