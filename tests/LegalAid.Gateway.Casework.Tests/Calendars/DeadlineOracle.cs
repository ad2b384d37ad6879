using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Tests.Calendars;

/// <summary>
/// A second opinion on 2026, nation only: walks day by day or minute by minute, keeps its own list of days, unites no pauses.
/// It knows nothing of layers, versions or doubt.
/// </summary>
internal static class DeadlineOracle
{
    private static readonly HashSet<DateOnly> Off =
    [
        .. Days(1, 1, 3), .. Days(2, 15, 23), .. Days(4, 4, 6), .. Days(5, 1, 5), .. Days(6, 19, 21), .. Days(9, 25, 27), .. Days(10, 1, 7),
    ];

    private static readonly HashSet<DateOnly> AtWork =
        [new(2026, 1, 4), new(2026, 2, 14), new(2026, 2, 28), new(2026, 5, 9), new(2026, 9, 20), new(2026, 10, 10)];

    public static bool Rests(DateOnly date) =>
        Off.Contains(date) || (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && !AtWork.Contains(date));

    /// <summary>A day has passed if the clock was running when it ended.</summary>
    private static bool Passes(DateOnly date, IReadOnlyList<Pause> pauses) =>
        !pauses.Any(pause => pause.From < date.EndOfDay() && date.EndOfDay() <= pause.To);

    public static DateTimeOffset Days(int count, DateTimeOffset start, IReadOnlyList<Pause> pauses, bool rolls)
    {
        var date = start.CivilDate();
        for (var passed = 0; passed < count;)
        {
            date = date.AddDays(1);
            if (Passes(date, pauses))
            {
                passed++;
            }
        }

        while (rolls && (Rests(date) || !Passes(date, pauses)))
        {
            date = date.AddDays(1);
        }

        return date.EndOfDay();
    }

    public static DateTimeOffset WorkingDays(int count, DateTimeOffset start, IReadOnlyList<Pause> pauses)
    {
        var date = start.CivilDate();
        for (var passed = 0; passed < count;)
        {
            date = date.AddDays(1);
            passed += !Rests(date) && Passes(date, pauses) ? 1 : 0;
        }

        return date.EndOfDay();
    }

    public static DateTimeOffset Months(int count, DateTimeOffset start)
    {
        var from = start.CivilDate();
        var (year, month) = (from.Year, from.Month);
        for (var i = 0; i < count; i++)
        {
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1);
        }

        var date = new DateOnly(year, month, 1);
        while (date.Day < from.Day && date.AddDays(1).Month == month)
        {
            date = date.AddDays(1);
        }

        while (Rests(date))
        {
            date = date.AddDays(1);
        }

        return date.EndOfDay();
    }

    /// <summary>Whole minutes only: start and pauses must be given to the minute.</summary>
    public static DateTimeOffset Hours(int count, DateTimeOffset start, IReadOnlyList<Pause> pauses)
    {
        var instant = start;
        for (var minutes = 0; minutes < count * 60; instant = instant.AddMinutes(1))
        {
            minutes += pauses.Any(pause => pause.From <= instant && instant < pause.To) ? 0 : 1;
        }

        return instant;
    }

    /// <summary>Tries each day from the hearing's back until enough full days lie between.</summary>
    public static DateTimeOffset Before(int count, DateTimeOffset hearing, bool workingOnly)
    {
        for (var last = hearing.CivilDate(); ; last = last.AddDays(-1))
        {
            var between = 0;
            for (var date = last.AddDays(1); date < hearing.CivilDate(); date = date.AddDays(1))
            {
                between += workingOnly && Rests(date) ? 0 : 1;
            }

            if (between >= count)
            {
                return last.EndOfDay();
            }
        }
    }

    private static IEnumerable<DateOnly> Days(int month, int from, int to) =>
        Enumerable.Range(from, to - from + 1).Select(day => new DateOnly(2026, month, day));
}
