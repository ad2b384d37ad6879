using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.References;

internal static partial class Log
{
    [LoggerMessage(5230, LogLevel.Information, "Step {Step} of {Referring} was carried out on {Target} as {Taken}")]
    public static partial void Taken(ILogger logger, ExchangeId referring, string step, ExchangeId target, string taken);
}
