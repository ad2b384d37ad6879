namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What connectors log, ids 5100 to 5119. Never a value of a question, of an answer or of a header, and no text of the agency's.</summary>
internal static partial class ConnectorLog
{
    /// <summary>Says it to whom it concerns.</summary>
    public static void Tell(ILogger logger, string connector, string question, ConnectorFault fault, string detail)
    {
        if (fault.NeedsOperator())
        {
            NeedsOperator(logger, connector, question, fault, detail);
        }
        else
        {
            Unavailable(logger, connector, question, fault, detail);
        }
    }

    [LoggerMessage(5100, LogLevel.Warning, "{Connector} did not answer {Question}: {Fault} ({Detail})")]
    public static partial void Unavailable(ILogger logger, string connector, string question, ConnectorFault fault, string detail);

    [LoggerMessage(5101, LogLevel.Error, "{Connector} cannot be asked until somebody acts; {Question}: {Fault} ({Detail})")]
    public static partial void NeedsOperator(ILogger logger, string connector, string question, ConnectorFault fault, string detail);

    [LoggerMessage(5103, LogLevel.Warning, "{Connector} put a file of answers that is refused: {Reason}")]
    public static partial void FileRefused(ILogger logger, string connector, string reason);

    [LoggerMessage(5102, LogLevel.Warning, "{Connector} was not reached")]
    public static partial void NotReached(ILogger logger, Exception why, string connector);
}
