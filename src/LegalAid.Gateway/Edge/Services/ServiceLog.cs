using Yarp.ReverseProxy.Forwarder;

namespace LegalAid.Gateway.Edge.Services;

/// <summary>What the forwarding of published services logs, ids 1060 to 1069. Never a path as it came, a header's value or a body.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(1060, LogLevel.Warning, "{Service} was not reached: {Error}")]
    public static partial void NotReached(ILogger logger, Exception? why, string service, ForwarderError error);

    [LoggerMessage(1061, LogLevel.Warning, "{Service} did not answer within {Timeout}")]
    public static partial void Late(ILogger logger, string service, TimeSpan timeout);

    [LoggerMessage(1062, LogLevel.Warning, "{Service} answered {Status}, which cannot be used: {Reason}")]
    public static partial void Unusable(ILogger logger, string service, int status, string reason);

    [LoggerMessage(1063, LogLevel.Error, "{Service} has no credential: there is no file services/{Secret}.secret in the key folder")]
    public static partial void CredentialMissing(ILogger logger, string service, string secret);

    [LoggerMessage(1064, LogLevel.Error, "{Service} does not take the gateway's credential: it answered {Status}")]
    public static partial void CredentialRefused(ILogger logger, string service, int status);
}
