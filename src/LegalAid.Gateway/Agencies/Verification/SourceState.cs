using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>Whether a connector is asked.</summary>
internal enum SourceStanding
{
    /// <summary>Questions go out.</summary>
    Asked,

    /// <summary>Too many failed: nobody asks until the pause is over.</summary>
    LeftAlone,

    /// <summary>The pause is over: one question decides whether it answers again.</summary>
    Tried,
}

/// <summary>How a connector fares on this node since its start, or since its pace was changed.</summary>
/// <param name="Asked">Questions in all, each with its retries once.</param>
/// <param name="UnderWay">Of these without an end.</param>
/// <param name="Failed">Of these without an answer.</param>
internal sealed record SourceState(AgencyId Agency, string Connector, SourceStanding Standing, long Asked, long UnderWay, long Failed, SourceFailure? LastFailure);

/// <summary>Why and when a question ended without an answer.</summary>
internal sealed record SourceFailure(ConnectorFault Fault, DateTimeOffset At);
