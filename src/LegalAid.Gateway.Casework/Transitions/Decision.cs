using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>What the engine decided: a closed set.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>The step holds.</summary>
    /// <param name="Next">The exchange after it.</param>
    /// <param name="Messages">What is said, the step itself first, then what the clocks have to say. A tick may say nothing.</param>
    public sealed record Accepted(ExchangeState Next, ImmutableArray<OutgoingMessage> Messages) : Decision;

    /// <summary>The step is refused; nothing changes.</summary>
    public sealed record Refused(EquatableList<Fault> Faults) : Decision;

    /// <summary>Nothing to do: a tick before its time, a delivery that starts no clock.</summary>
    public sealed record Unchanged : Decision
    {
        public static readonly Unchanged Instance = new();
    }
}

/// <summary>A message and who gets it.</summary>
/// <param name="Event">The step's name, or one of <see cref="ClockEvents"/>.</param>
/// <param name="Sender">Null for the gateway itself.</param>
/// <param name="StateAfter">State of the exchange after the message.</param>
/// <param name="OccurredAt">Civil time; for a breach the instant that was missed.</param>
public sealed record OutgoingMessage(
    string Event,
    AgencyId? Sender,
    JsonObject Payload,
    StateName StateAfter,
    DateTimeOffset OccurredAt,
    ImmutableArray<Recipient> Recipients);

/// <summary>Who gets a message, and as what.</summary>
public sealed record Recipient(AgencyId Agency, RoleName Role, bool Overtakes);

/// <summary>Events that clocks bring about.</summary>
public static class ClockEvents
{
    public const string Warning = "clock.warning";
    public const string Breach = "clock.breach";
    public const string Expired = "clock.expired";
    public const string Recomputed = "clock.recomputed";
}
