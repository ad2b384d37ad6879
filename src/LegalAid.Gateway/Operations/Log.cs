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

    [LoggerMessage(1508, LogLevel.Information, "Key {Key} does nothing yet: it waits for two people, see /console/keys")]
    public static partial void KeyWaits(this ILogger logger, string key);

    [LoggerMessage(1509, LogLevel.Warning, "Key {Key} was taken without an approval, as the folder has none of those on record; a review is open at /console/approvals")]
    public static partial void KeyTakenWithoutApproval(this ILogger logger, string key);

    [LoggerMessage(1510, LogLevel.Warning, "The file of key {Key} holds another key than is on record by that name, and is not used")]
    public static partial void KeySwapped(this ILogger logger, string key);

    [LoggerMessage(1511, LogLevel.Information, "Configuration {Digest} waits for two people, see /console/configuration; {Active} goes on")]
    public static partial void ConfigurationWaits(ILogger logger, string digest, string active);
}
