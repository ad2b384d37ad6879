namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>What this node does with the log.</summary>
public enum LogState
{
    /// <summary>Has not looked yet.</summary>
    Starting,

    /// <summary>Another node leads.</summary>
    Following,

    /// <summary>Leads, and signs nothing until enough witnesses have told what they know.</summary>
    AwaitingWitnesses,

    /// <summary>Leads: places leaves and signs.</summary>
    Signing,

    /// <summary>Leads, found trouble, and signs nothing. Commits go on; their leaves wait.</summary>
    Refused,
}

/// <summary>State of the log on this node.</summary>
/// <param name="Trouble">Why it is refused.</param>
public sealed record LogStatus(LogState State, LogTrouble? Trouble = null);
