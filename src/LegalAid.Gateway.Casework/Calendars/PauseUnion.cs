using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>
/// Pauses as a union: overlapping and touching ones are one, in any order given. An open pause swallows what begins in it.
/// </summary>
internal sealed class PauseUnion
{
    private PauseUnion(IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> closed, DateTimeOffset? openSince)
    {
        Closed = closed;
        OpenSince = openSince;
    }

    /// <summary>Disjoint, in order of time.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Closed { get; }

    /// <summary>Where the one open pause begins, if there is one.</summary>
    public DateTimeOffset? OpenSince { get; }

    /// <exception cref="ArgumentException">A pause ends before it begins.</exception>
    public static PauseUnion Of(IReadOnlyList<Pause> pauses)
    {
        var closed = new List<(DateTimeOffset From, DateTimeOffset To)>(pauses.Count);
        foreach (var pause in pauses.OrderBy(pause => pause.From))
        {
            if (pause.To < pause.From)
            {
                throw new ArgumentException("a pause ends before it begins", nameof(pauses));
            }

            var to = pause.To ?? DateTimeOffset.MaxValue;
            if (closed.Count > 0 && pause.From <= closed[^1].To)
            {
                closed[^1] = (closed[^1].From, Later(closed[^1].To, to));
            }
            else
            {
                closed.Add((pause.From, to));
            }
        }

        if (closed.Count == 0 || closed[^1].To != DateTimeOffset.MaxValue)
        {
            return new PauseUnion(closed, openSince: null);
        }

        var since = closed[^1].From;
        closed.RemoveAt(closed.Count - 1);
        return new PauseUnion(closed, since.ToCivil());
    }

    /// <summary>The same union with the open pause closed at <paramref name="instant"/>, or at its own start where that is later.</summary>
    public PauseUnion ResumedAt(DateTimeOffset instant) => OpenSince is { } since
        ? new PauseUnion([.. Closed, (since, Later(since, instant))], openSince: null)
        : this;

    /// <summary>
    /// Whether a civil day is taken out of a count of days: the day a pause begins is out, the day it ends is in, and a pause
    /// that ends on the day it began takes nothing. So a pause from the 2nd to the 5th takes three days, whatever the hours.
    /// Put otherwise, a day has passed if the clock was running when it ended.
    /// </summary>
    public bool TakesOut(DateOnly date)
    {
        foreach (var (from, to) in Closed)
        {
            if (date >= from.CivilDate() && date < to.CivilDate())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Moves a due instant later by the time paused between <paramref name="start"/> and itself, to the tick.</summary>
    public DateTimeOffset Extend(DateTimeOffset start, DateTimeOffset due)
    {
        foreach (var (from, to) in Closed)
        {
            var begin = Later(from, start);
            if (to > begin && begin < due)
            {
                due += to - begin;
            }
        }

        return due;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one >= other ? one : other;
}
