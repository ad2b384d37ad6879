using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>An exchange as the engine decides on it. Immutable: the view is never changed in place.</summary>
public sealed record ExchangeState
{
    public required ExchangeType Type { get; init; }

    public required StateName State { get; init; }

    /// <summary>Who holds each role, by the role's name.</summary>
    public required ImmutableSortedDictionary<string, AgencyId> Parties { get; init; }

    /// <summary>What the steps have said, by section.</summary>
    public required JsonObject View { get; init; }

    /// <summary>The runs of the clocks that have started; at most one of each clock, the latest.</summary>
    public required ImmutableArray<ClockRun> Clocks { get; init; }

    /// <summary>When each step was last taken.</summary>
    public required ImmutableSortedDictionary<string, StepTime> Taken { get; init; }

    /// <summary>Codes of what the checks found and have not withdrawn since, without repetition.</summary>
    public required ImmutableSortedSet<string> Flags { get; init; }

    /// <summary>Where another gateway decides on it; null: this one does.</summary>
    public Replica? Replica { get; init; }

    public bool Final => Type.GetState(State).Final;

    /// <summary>The roles in which the agency takes part; none where it is no party.</summary>
    public IEnumerable<RoleName> RolesOf(AgencyId agency) =>
        Parties.Where(party => party.Value == agency).Select(party => new RoleName(party.Key));

    /// <summary>The civil instant at which the next warning, breach or expiry falls due; null where no clock runs here.</summary>
    public DateTimeOffset? NextClockAt => Replica is not null ? null : Clocks
        .Select(run => run.NextEventAt(Type))
        .Where(at => at is not null)
        .Min();

    /// <summary>Whether the step asked something that no later step has answered or closed.</summary>
    public bool Awaits(StepName asked) =>
        Taken.TryGetValue(asked.Value, out var asking)
        && !Type.Steps.Any(step => (step.Answers.Contains(asked) || step.Closes.Contains(asked)) && Taken.GetValueOrDefault(step.Name.Value).Ordinal > asking.Ordinal);

    /// <summary>Whether a running clock rests on a calendar that is not published.</summary>
    public bool Provisional => Replica is null && Clocks.Any(run => run is { IsOpen: true, Provisional: true });
}

/// <summary>When a step was taken.</summary>
/// <param name="At">Civil time.</param>
/// <param name="Ordinal">Position among the exchange's steps, from 1: it tells two steps of one instant apart.</param>
public readonly record struct StepTime(DateTimeOffset At, int Ordinal);

/// <summary>What a clock's run is doing.</summary>
public enum ClockStatus
{
    /// <summary>Towards its due instant.</summary>
    Running,

    /// <summary>Stands still (中止).</summary>
    Paused,

    /// <summary>The due instant has passed and it was not stopped.</summary>
    Breached,

    /// <summary>Stopped in time.</summary>
    Met,

    /// <summary>Stopped after the due instant.</summary>
    MetLate,

    /// <summary>No longer applies.</summary>
    Cancelled,

    /// <summary>A period that ran out; nobody's fault.</summary>
    Ended,
}

/// <summary>One run of a clock.</summary>
/// <param name="Run">Counts the clock's starts in this exchange, from 1.</param>
/// <param name="Obligated">Who must act, as of the start.</param>
/// <param name="StartedAt">Civil instant from which it is counted.</param>
/// <param name="DueAt">The first civil instant that is late.</param>
/// <param name="Pauses">Pauses, overlapping ones not merged; an open one has no end.</param>
/// <param name="WarningsGiven">How many of the rule's warnings were given or have become moot.</param>
public sealed record ClockRun(
    ClockName Clock,
    int Run,
    ClockStatus Status,
    AgencyId Obligated,
    DateTimeOffset StartedAt,
    DateTimeOffset DueAt,
    bool Provisional,
    string CalendarVersion,
    ImmutableArray<Pause> Pauses,
    int WarningsGiven,
    DateTimeOffset? StoppedAt)
{
    /// <summary>The day that it was counted to, for a clock that is due by a date in the view; null for one with a limit.</summary>
    public DateOnly? LastDay { get; init; }

    /// <summary>Whether a step can still stop it.</summary>
    public bool IsOpen => Status is ClockStatus.Running or ClockStatus.Paused or ClockStatus.Breached;

    internal DateTimeOffset? NextEventAt(ExchangeType type)
    {
        if (Status != ClockStatus.Running)
        {
            return null;
        }

        var warnings = type.GetClock(Clock).Warnings;
        return WarningsGiven < warnings.Length ? DueAt - warnings[WarningsGiven] : DueAt;
    }
}
