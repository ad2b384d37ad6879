using System.Globalization;
using LegalAid.Gateway.Casework.Duty;
using Contract = LegalAid.Gateway.Contracts.Duty.V1;

namespace LegalAid.Gateway.Tests.Duty;

/// <summary>Rosters as a centre's program writes them.</summary>
internal static class RosterContracts
{
    public static Contract.RosterCase Of(RosterCase given) => new()
    {
        Period = new Contract.DaySpan { FirstDay = Day(given.Period.From), LastDay = Day(given.Period.To) },
        Stations =
        {
            given.Stations.Select(station => new Contract.DutyStation
            {
                Id = station.Id.Value, Kind = (Contract.StationKind)((int)station.Kind + 1), Name = station.NameZh, NameEn = station.NameEn, Region = station.Region.ToString(), Point = Point(station.At),
            }),
        },
        Lawyers = { given.Lawyers.Select(Of) },
        Shifts = { given.Shifts.Select(Of) },
        Holidays = { given.Holidays.Select(Day) },
    };

    public static Contract.Roster Of(Roster roster) => new()
    {
        Assignments = { roster.Assignments.Select(one => new Contract.DutyAssignment { Shift = one.Shift.Value, Lawyer = one.Lawyer.Value }) },
    };

    public static Roster Of(RosterPeriod period, Contract.Roster roster) =>
        Roster.Of(period, roster.Assignments.Select(one => new DutyAssignment(new ShiftId(one.Shift), new DutyLawyerId(one.Lawyer))));

    private static Contract.RosterShift Of(Shift shift) => new()
    {
        Id = shift.Id.Value, Station = shift.Station.Value, Date = Day(shift.Date), Start = Time(shift.Start), End = Time(shift.End), Mode = Of(shift.Mode),
        Specialities = { shift.Requirement.Specialities.Select(one => one.Value) }, PracticeYearsMin = shift.Requirement.PracticeYearsMin, Slots = shift.Slots,
    };

    private static Contract.DutyMode Of(DutyMode mode) => mode switch
    {
        DutyMode.Phone => Contract.DutyMode.Phone,
        DutyMode.Network => Contract.DutyMode.Network,
        DutyMode.ByAppointment => Contract.DutyMode.ByAppointment,
        _ => Contract.DutyMode.OnSite,
    };

    private static Contract.DutyLawyer Of(DutyLawyer lawyer)
    {
        var contract = new Contract.DutyLawyer
        {
            Id = lawyer.Id.Value,
            PractisingSince = Day(lawyer.PractisingSince),
            Region = lawyer.Home.ToString(),
            Point = Point(lawyer.At),
            Specialities = { lawyer.Specialities.Select(one => one.Value) },
            Leave = { lawyer.Leave.Select(leave => new Contract.DaySpan { FirstDay = Day(leave.From), LastDay = Day(leave.To) }) },
            PreferredDays = { lawyer.Preferred.Select(Day) },
            UnwishedDays = { lawyer.Unwished.Select(Day) },
            BarredStations = { lawyer.Barred.Select(station => station.Value) },
            UsualStations = { lawyer.Usual.Select(station => station.Value) },
            CarriedShifts = lawyer.CarriedShifts,
            CarriedUnpopular = lawyer.CarriedUnpopular,
        };
        if (lawyer.ShiftsPerDayMax is { } most)
        {
            contract.ShiftsPerDayMax = most;
        }

        return contract;
    }

    private static Contract.MapPoint? Point(GeoPoint? at) => at is { } point ? new Contract.MapPoint { Latitude = point.Latitude, Longitude = point.Longitude } : null;

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
