using LegalAid.Gateway.Exchange.Evidence.Log;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>What the evidence log tells its operator: events 2300 to 2319.</summary>
internal static partial class EvidenceEvents
{
    [LoggerMessage(2300, LogLevel.Information, "Leads the evidence log {Origin} from size {Size} in epoch {Epoch}")]
    public static partial void Leads(ILogger logger, string origin, long size, long epoch);

    [LoggerMessage(2301, LogLevel.Error, "The evidence log is not signed any more: {Fault} ({Detail}). Commits go on; see docs/evidence-log.md")]
    public static partial void Refused(ILogger logger, LogFault fault, string detail);

    [LoggerMessage(2302, LogLevel.Warning, "The evidence log stands still for a moment and is taken up again in {After}")]
    public static partial void StandsStill(ILogger logger, Exception exception, TimeSpan after);

    [LoggerMessage(2303, LogLevel.Warning, "The lead in the evidence log went to another node")]
    public static partial void LeadLost(ILogger logger);

    [LoggerMessage(2304, LogLevel.Warning, "Witness {Witness} did not cosign: {Reason}")]
    public static partial void WitnessSilent(ILogger logger, string witness, string reason);

    [LoggerMessage(2305, LogLevel.Debug, "Checkpoint of size {Size}, {Leaves} leaves more")]
    public static partial void Signed(ILogger logger, long size, int leaves);

    [LoggerMessage(2306, LogLevel.Warning, "Nothing is signed before {Needed} witnesses have told what they know; {Answered} have")]
    public static partial void AwaitsWitnesses(ILogger logger, int needed, int answered);
}
