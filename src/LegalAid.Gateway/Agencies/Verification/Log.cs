using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Verification;

internal static partial class Log
{
    [LoggerMessage(5200, LogLevel.Error, "Work on verification {Exchange} broke off; it is taken up again")]
    public static partial void RunFailed(ILogger logger, Exception exception, ExchangeId exchange);

    [LoggerMessage(5201, LogLevel.Warning, "A step of verification {Exchange} could not be taken; it is taken up again")]
    public static partial void StepNotTaken(ILogger logger, ExchangeId exchange);

    [LoggerMessage(5202, LogLevel.Error, "Question {Ask} to {Agency} by {Connector} failed in a way that is none of the connector's")]
    public static partial void AskFailed(ILogger logger, Exception exception, string ask, string agency, string connector);

    [LoggerMessage(5203, LogLevel.Information, "Question {Ask} to {Agency} by {Connector} ended: {Outcome}")]
    public static partial void Asked(ILogger logger, string ask, string agency, string connector, string outcome);

    [LoggerMessage(5204, LogLevel.Warning, "Connector {Connector} of {Agency} is left alone: too many questions failed")]
    public static partial void BreakerOpened(ILogger logger, string agency, string connector);

    [LoggerMessage(5205, LogLevel.Information, "Connector {Connector} of {Agency} answers again")]
    public static partial void BreakerClosed(ILogger logger, string agency, string connector);

    [LoggerMessage(5206, LogLevel.Error, "The look for verifications that stand still failed; it is repeated")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(5208, LogLevel.Error, "Files of {Agency} for {Connector} cannot be exchanged; it is tried again")]
    public static partial void FilesNotExchanged(ILogger logger, Exception exception, string agency, string connector);

    [LoggerMessage(5207, LogLevel.Information, "{Count} verifications that stood still are taken up")]
    public static partial void Resumed(ILogger logger, int count);
}
