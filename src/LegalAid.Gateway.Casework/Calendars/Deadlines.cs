using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>
/// Counts periods (期间) by 刑诉法 105, 民诉法 85 and the rules of <see cref="CountingRule"/>. Pure: the same arguments give the same
/// answer for ever, and counting again with a newer calendar is all there is to recomputing.
/// <para>Forward, in days and months:</para>
/// <list type="number">
/// <item>the civil day of the start does not count, whatever the hour;</item>
/// <item>days a pause takes out are skipped: from the day it begins up to, not including, the day it ends; a pause within one day takes none;</item>
/// <item>months reach the same date of the month, else its last day; the days so spanned are then counted as days;</item>
/// <item>a last day that certainly rests, or that a pause takes out, rolls to the next that does neither (not in custody);</item>
/// <item>it is due at 24:00 of that day.</item>
/// </list>
/// <para>Hours run from the instant to the tick, are longer by the exact time paused, and never roll.</para>
/// <para>
/// Backward ("15 days before the hearing"): the latest day such that the full number lies between it and the day of the start,
/// neither counted; it may rest, and it never rolls. Pauses do not touch it, since the hearing stands where it stands.
/// </para>
/// <para>
/// A doubtful day (<see cref="CalendarDay.Doubtful"/>) is read in the way that makes the deadline earliest, and marks it
/// <see cref="Deadline.Provisional"/>: it does not roll, it counts as a working day forward. Backward, a doubtful weekday of an
/// unpublished year still counts as a working day, since else there would be no end; an unannounced holiday can move it earlier.
/// </para>
/// </summary>
public static class Deadlines
{
    /// <summary>Whether the rule can count the limit; an exchange type's loader asks this. Hours are exact under every rule but the two that say otherwise.</summary>
    public static bool Accepts(CountingRule rule, TimeLimit limit) => limit.IsValid && rule switch
    {
        CountingRule.CriminalDays or CountingRule.CivilDays or CountingRule.CalendarDaysNoRoll => limit.Unit != TimeLimitUnit.WorkingDays,
        CountingRule.WorkingDays => limit.Unit == TimeLimitUnit.WorkingDays,
        CountingRule.ExactHours => limit.Unit == TimeLimitUnit.Hours,
        CountingRule.Months => limit.Unit is TimeLimitUnit.Months or TimeLimitUnit.HalfMonths,
        _ => false,
    };

    /// <summary>When a limit that starts at an instant is due.</summary>
    /// <param name="rule">How it is counted.</param>
    /// <param name="limit">How long; negative: how long before <paramref name="start"/>.</param>
    /// <param name="start">The event that starts it, or that it must precede; any offset.</param>
    /// <param name="calendar">The calendar of the obligated party's place.</param>
    /// <param name="pauses">In any order, overlapping or not; those outside the period change nothing.</param>
    /// <param name="now">Only for <see cref="DeadlineOutcome.Suspended.IfResumedNow"/>.</param>
    /// <exception cref="ArgumentException">The rule does not accept the limit, or a pause ends before it begins.</exception>
    public static DeadlineOutcome Compute(
        CountingRule rule, TimeLimit limit, DateTimeOffset start, LayeredCalendar calendar, IReadOnlyList<Pause> pauses, DateTimeOffset? now = null)
    {
        if (!Accepts(rule, limit))
        {
            throw new ArgumentException($"{rule} cannot count {limit.Amount} {limit.Unit}", nameof(limit));
        }

        start = start.ToCivil();
        if (limit.IsBackward)
        {
            return new DeadlineOutcome.Due(Backward(limit, start, calendar));
        }

        var union = PauseUnion.Of(pauses);
        var deadline = Forward(rule, limit, start, calendar, union);
        if (union.OpenSince is not { } since || since >= deadline.DueAt)
        {
            return new DeadlineOutcome.Due(deadline);
        }

        return new DeadlineOutcome.Suspended(
            since, now is { } instant ? Forward(rule, limit, start, calendar, union.ResumedAt(instant)) : null);
    }

    /// <summary>Whether the rule can say when a day ends that was named as the last one.</summary>
    public static bool AcceptsDate(CountingRule rule) => rule is CountingRule.CriminalDays or CountingRule.CivilDays or CountingRule.CalendarDaysNoRoll;

    /// <summary>
    /// When an obligation is due that was set to a day: at that day's end; later by the days that pauses took out between the start and it; and rolling off a rest day where the
    /// rule rolls. A day that is not after the start's takes no pause.
    /// </summary>
    /// <param name="last">The day that was named.</param>
    /// <param name="start">From when it runs: pauses before that were known when the day was named.</param>
    /// <exception cref="ArgumentException">The rule does not count days.</exception>
    public static DeadlineOutcome Until(
        CountingRule rule, DateOnly last, DateTimeOffset start, LayeredCalendar calendar, IReadOnlyList<Pause> pauses, DateTimeOffset? now = null)
    {
        if (!AcceptsDate(rule))
        {
            throw new ArgumentException($"{rule} counts no days", nameof(rule));
        }

        var union = PauseUnion.Of(pauses);
        var deadline = Until(rule, last, start.CivilDate(), calendar, union);
        return union.OpenSince is not { } since || since >= deadline.DueAt
            ? new DeadlineOutcome.Due(deadline)
            : new DeadlineOutcome.Suspended(since, now is { } instant ? Until(rule, last, start.CivilDate(), calendar, union.ResumedAt(instant)) : null);
    }

    private static Deadline Until(CountingRule rule, DateOnly last, DateOnly start, LayeredCalendar calendar, PauseUnion pauses)
    {
        var nominal = last > start ? Advance(start, last.DayNumber - start.DayNumber, date => !pauses.TakesOut(date)) : last;
        return rule == CountingRule.CalendarDaysNoRoll ? At(nominal, nominal, doubtful: false, calendar) : Roll(nominal, calendar, pauses);
    }

    /// <summary>
    /// Whether a limit can be counted from the instant at all: within a margin of the days that there are, which no limit exceeds (<see cref="TimeLimit"/>). Nothing real lies outside,
    /// and a payload may say anything.
    /// </summary>
    public static bool CanCount(DateTimeOffset start) => start.UtcDateTime.Year is > 1000 and < 9000;

    private static Deadline Forward(CountingRule rule, TimeLimit limit, DateTimeOffset start, LayeredCalendar calendar, PauseUnion pauses)
    {
        switch (limit.Unit)
        {
            case TimeLimitUnit.Hours:
                var due = pauses.Extend(start, start.AddHours(limit.Amount)).ToCivil();
                return new Deadline(due, Provisional: false, calendar.Version, due);
            case TimeLimitUnit.WorkingDays:
                return ForwardWorkingDays(limit.Amount, start.CivilDate(), calendar, pauses);
            default:
                var last = Advance(start.CivilDate(), DaysIn(limit, start.CivilDate()), date => !pauses.TakesOut(date));
                return rule == CountingRule.CalendarDaysNoRoll ? At(last, last, doubtful: false, calendar) : Roll(last, calendar, pauses);
        }
    }

    private static Deadline ForwardWorkingDays(int count, DateOnly start, LayeredCalendar calendar, PauseUnion pauses)
    {
        var doubtful = false;
        var last = Advance(start, count, date =>
        {
            if (pauses.TakesOut(date))
            {
                return false;
            }

            var day = calendar.Day(date);
            doubtful |= day.Doubtful;
            return day.Doubtful || !day.Rests;
        });
        return At(last, last, doubtful, calendar);
    }

    private static Deadline Roll(DateOnly nominal, LayeredCalendar calendar, PauseUnion pauses)
    {
        var last = nominal;
        while (calendar.IsRestDay(last) || pauses.TakesOut(last))
        {
            last = last.AddDays(1);
        }

        return At(last, nominal, calendar.Day(last).Doubtful, calendar);
    }

    private static Deadline Backward(TimeLimit limit, DateTimeOffset start, LayeredCalendar calendar)
    {
        if (limit.Unit == TimeLimitUnit.Hours)
        {
            var due = start.AddHours(limit.Amount);
            return new Deadline(due, Provisional: false, calendar.Version, due);
        }

        var doubtful = false;
        var firstBetween = limit.Unit == TimeLimitUnit.WorkingDays
            ? Retreat(start.CivilDate(), -limit.Amount, CountsBackward)
            : start.CivilDate().AddDays(DaysIn(limit, start.CivilDate()));
        var last = firstBetween.AddDays(-1);
        return At(last, last, doubtful, calendar);

        bool CountsBackward(DateOnly date)
        {
            var day = calendar.Day(date);
            doubtful |= day.Doubtful;

            // A doubtful day of kind Workday is one that no layer lists: a weekday of an unpublished year.
            return day.Doubtful ? day.Kind == DayKind.Workday : !day.Rests;
        }
    }

    /// <summary>The limit in days from a date, negative backward. Months go first, then the days of an odd half month.</summary>
    private static int DaysIn(TimeLimit limit, DateOnly from)
    {
        var end = limit.Unit switch
        {
            TimeLimitUnit.Days => from.AddDays(limit.Amount),
            TimeLimitUnit.Months => from.AddMonths(limit.Amount),
            TimeLimitUnit.HalfMonths => from.AddMonths(limit.Amount / 2).AddDays(limit.Amount % 2 * 15),
            TimeLimitUnit.Hours or TimeLimitUnit.WorkingDays or _ => throw new ArgumentException("not a limit in calendar days", nameof(limit)),
        };
        return end.DayNumber - from.DayNumber;
    }

    private static DateOnly Advance(DateOnly from, int count, Func<DateOnly, bool> counts)
    {
        while (count > 0)
        {
            from = from.AddDays(1);
            count -= counts(from) ? 1 : 0;
        }

        return from;
    }

    private static DateOnly Retreat(DateOnly from, int count, Func<DateOnly, bool> counts)
    {
        while (count > 0)
        {
            from = from.AddDays(-1);
            count -= counts(from) ? 1 : 0;
        }

        return from;
    }

    private static Deadline At(DateOnly last, DateOnly nominal, bool doubtful, LayeredCalendar calendar) =>
        new(last.EndOfDay(), doubtful, calendar.Version, nominal.EndOfDay());
}
