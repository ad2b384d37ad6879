namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>
/// A span in which a clock stands still (扣除期间): time for supplements (补正), checks in another region (异地核实).
/// </summary>
/// <param name="From">The instant from which time no longer runs.</param>
/// <param name="To">The instant at which it runs again, not before <paramref name="From"/>; null while the pause lasts.</param>
public readonly record struct Pause(DateTimeOffset From, DateTimeOffset? To)
{
    /// <summary>What tells it from others that last at the same time; null where there can be no other. Counting does not ask.</summary>
    public string? Cause { get; init; }
}

/// <summary>When an obligation is due (届满), and what that rests on. All instants are at the civil offset.</summary>
/// <param name="DueAt">The instant at which the period has ended: 24:00 of the last day is 00:00 of the next. At it is late, before it is in time.</param>
/// <param name="Provisional">
/// The instant rests on a day whose kind is not settled (an unpublished year, an unconfirmed regional day). It is the earliest
/// the settled calendar can give, and is recomputed when that calendar arrives.
/// </param>
/// <param name="CalendarVersion">The calendar counted by: <c>cn@2026.1+cn-450000@2026.1</c>.</param>
/// <param name="Nominal">The same before rolling off a rest day; pauses are in it.</param>
public sealed record Deadline(DateTimeOffset DueAt, bool Provisional, string CalendarVersion, DateTimeOffset Nominal);

/// <summary>What a clock's counting ends in: <see cref="Due"/> or <see cref="Suspended"/>, nothing else.</summary>
public abstract record DeadlineOutcome
{
    private DeadlineOutcome()
    {
    }

    /// <summary>The deadline, or null while the clock is suspended.</summary>
    public Deadline? DeadlineOrNull => (this as Due)?.Deadline;

    /// <summary>The clock runs, or has run out: there is one deadline.</summary>
    public sealed record Due(Deadline Deadline) : DeadlineOutcome;

    /// <summary>An open pause has stopped the clock before it ran out: there is no deadline until it is closed.</summary>
    /// <param name="Since">The start of the open pause, overlapping ones united.</param>
    /// <param name="IfResumedNow">What the deadline would be if the pause closed at the <c>now</c> that was given; null where none was.</param>
    public sealed record Suspended(DateTimeOffset Since, Deadline? IfResumedNow) : DeadlineOutcome;
}
