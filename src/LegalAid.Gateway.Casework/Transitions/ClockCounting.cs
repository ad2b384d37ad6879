using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>What a clock's run is due at: by its limit, or by the date in the view, and by the calendar of its obligated body's place.</summary>
internal sealed class ClockCounting(ConfigurationSnapshot snapshot, JsonObject view, DateTimeOffset now)
{
    /// <summary>Null where the clock cannot be counted: it stands still, or the obligated body is no longer in the directory and has no place.</summary>
    public Deadline? Count(ClockDefinition clock, ClockRun run)
    {
        if (snapshot.Agencies.Find(run.Obligated) is not { } body || (clock.Due is not null && run.LastDay is null))
        {
            return null;
        }

        var (start, calendar) = (run.StartedAt.ToCivil(), snapshot.Calendars.For(body.Region.ToString()));
        var outcome = run.LastDay is { } day
            ? Deadlines.Until(clock.Counting, day, start, calendar, run.Pauses, now)
            : Deadlines.Compute(clock.Counting, clock.Limit, start, calendar, run.Pauses, now);
        return outcome.DeadlineOrNull;
    }

    /// <summary>The date in the view by which the clock is due; null where there is none, or none within the longest limit.</summary>
    public DateOnly? DayOf(ClockDefinition clock, DateTimeOffset start) =>
        clock.Due?.FindText(view) is { } text && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.DayNumber - start.CivilDate().DayNumber < TimeLimit.AmountMax
            ? day
            : null;

    /// <summary>The instant at the path, at the civil offset; null where there is none, or none that can be counted from.</summary>
    public DateTimeOffset? InstantAt(PayloadPath path) =>
        DateTimeOffset.TryParse(path.FindText(view), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) && Deadlines.CanCount(instant)
            ? instant.ToCivil()
            : null;
}
