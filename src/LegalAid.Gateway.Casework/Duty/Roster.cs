using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>The days of a roster (值班表), both ends included: a month or an ISO week, at most <see cref="DaysMax"/>.</summary>
public sealed record RosterPeriod(DateOnly From, DateOnly To)
{
    public const int DaysMax = 62;

    public static RosterPeriod Month(int year, int month) => new(new DateOnly(year, month, 1), new DateOnly(year, month, DateTime.DaysInMonth(year, month)));

    /// <summary>Monday to Sunday of an ISO 8601 week.</summary>
    public static RosterPeriod Week(int year, int week)
    {
        var monday = DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday));
        return new(monday, monday.AddDays(6));
    }

    public bool Holds(DateOnly day) => From <= day && day <= To;
}

/// <summary>One lawyer on one shift. In order of shift, then lawyer.</summary>
public readonly record struct DutyAssignment(ShiftId Shift, DutyLawyerId Lawyer) : IComparable<DutyAssignment>
{
    public int CompareTo(DutyAssignment other) => Shift.CompareTo(other.Shift) is not 0 and var order ? order : Lawyer.CompareTo(other.Lawyer);
}

/// <summary>Who serves when (值班表). Equal by content; <see cref="Of"/> puts the assignments in order.</summary>
public sealed record Roster(RosterPeriod Period, EquatableList<DutyAssignment> Assignments)
{
    public static Roster Of(RosterPeriod period, IEnumerable<DutyAssignment> assignments) => new(period, new(assignments.Order()));
}

/// <summary>A shift outside this roster that a lawyer has anyway: of the roster before, of another city, of the week that crosses the month's end.</summary>
/// <param name="Station">Null where the station is none of this case: travel is then <see cref="DutyOptions.TravelElsewhere"/>.</param>
public sealed record OtherDuty(DutyLawyerId Lawyer, DateOnly Date, DateTime StartsAt, DateTime EndsAt, StationId? Station = null);

/// <summary>All that a roster is drafted from and judged by. The order of its lists says nothing.</summary>
public sealed record RosterCase(RosterPeriod Period, EquatableList<Station> Stations, EquatableList<DutyLawyer> Lawyers, EquatableList<Shift> Shifts)
{
    /// <summary>What lawyers have outside it; counted by every rule, changed by nothing.</summary>
    public EquatableList<OtherDuty> Others { get; init; } = [];

    /// <summary>Days off besides Saturday and Sunday (节假日).</summary>
    public EquatableList<DateOnly> Holidays { get; init; } = [];

    /// <summary>Saturdays and Sundays that are worked (调休上班).</summary>
    public EquatableList<DateOnly> MakeUpWorkdays { get; init; } = [];

    public DutyOptions Options { get; init; } = new();

    /// <summary>A day on which nobody likes to serve: a holiday, or a weekend that is not worked.</summary>
    public bool IsUnpopular(DateOnly day) =>
        Holidays.Contains(day) || (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && !MakeUpWorkdays.Contains(day));
}
