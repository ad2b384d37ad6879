namespace LegalAid.Gateway.Operations;

internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Information, "Configuration {Digest} is active")]
    public static partial void ConfigurationActive(ILogger logger, string digest);

    [LoggerMessage(1501, LogLevel.Error, "{Fault}")]
    public static partial void ConfigurationFault(ILogger logger, string fault);

    [LoggerMessage(1502, LogLevel.Error, "The configuration was not reloaded: {Count} faults. {Digest} stays active")]
    public static partial void ConfigurationKept(ILogger logger, int count, string digest);

    [LoggerMessage(1504, LogLevel.Warning, "The operators' socket {Path} cannot be opened, and their verbs will not reach this gateway: {Reason}")]
    public static partial void SocketNotOpened(ILogger logger, string path, string reason);

    [LoggerMessage(1505, LogLevel.Information, "Another node made configuration {Digest} the active one; it is followed")]
    public static partial void ConfigurationFollowed(ILogger logger, string digest);

    [LoggerMessage(1506, LogLevel.Error, "Another configuration is active and cannot be followed, so that this node takes no writes: {Reason}")]
    public static partial void ConfigurationNotFollowed(ILogger logger, string reason);

    [LoggerMessage(1503, LogLevel.Error, "The configuration cannot be read: {Reason}")]
    public static partial void ConfigurationUnreadable(ILogger logger, string reason);

    [LoggerMessage(1507, LogLevel.Information, "Token key {Kid} is announced to all nodes; it signs from {From} on")]
    public static partial void TokenKeyAnnounced(this ILogger logger, string kid, DateTimeOffset from);
}
