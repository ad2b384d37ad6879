namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What connectors log, ids 5100 to 5119. Never a value of a question, of an answer or of a header, and no text of the agency's.</summary>
internal static partial class ConnectorLog
{
    [LoggerMessage(5100, LogLevel.Warning, "{Connector} did not answer {Question}: {Fault} ({Detail})")]
    public static partial void Unavailable(ILogger logger, string connector, string question, ConnectorFault fault, string detail);

    [LoggerMessage(5101, LogLevel.Error, "{Connector} cannot be asked until somebody acts; {Question}: {Fault} ({Detail})")]
    public static partial void NeedsOperator(ILogger logger, string connector, string question, ConnectorFault fault, string detail);

    [LoggerMessage(5102, LogLevel.Warning, "{Connector} was not reached")]
    public static partial void NotReached(ILogger logger, Exception why, string connector);
}
