using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>Words for cases written by hand: two stations ten kilometres apart, one fifty, days of March 2026 (the 2nd is a Monday).</summary>
internal static class DutyScene
{
    public static readonly Station Detention = new(new("detention"), StationKind.DetentionCentre, "第一看守所", "First Detention Centre", RegionCode.Parse("450103"), new GeoPoint(22.80, 108.40));
    public static readonly Station Court = new(new("court"), StationKind.Court, "青秀区法院", "Qingxiu Court", RegionCode.Parse("450103"), new GeoPoint(22.80, 108.50));
    public static readonly Station Far = new(new("far"), StationKind.Workstation, "马山工作站", "Mashan Workstation", RegionCode.Parse("450124"), new GeoPoint(23.25, 108.40));

    public static DateOnly March(int day) => new(2026, 3, day);

    public static DutyLawyer Lawyer(string id, params Speciality[] specialities) =>
        new(new DutyLawyerId(id), new DateOnly(2015, 7, 1), RegionCode.Parse("450103")) { Specialities = [.. specialities], At = new GeoPoint(22.80, 108.40) };

    public static Shift Shift(string id, int day, int from, int to, Station? at = null, int slots = 1, Speciality? wants = null, DutyMode mode = DutyMode.OnSite) =>
        new(new ShiftId(id), (at ?? Detention).Id, March(day), new TimeOnly(from % 24, 0), new TimeOnly(to % 24, 0), mode, wants is { } one ? new DutyRequirement([one]) : DutyRequirement.None, slots);

    public static RosterCase Case(DutyLawyer[] lawyers, params Shift[] shifts) =>
        new(RosterPeriod.Month(2026, 3), [Detention, Court, Far], [.. lawyers], [.. shifts]);

    public static Roster Roster(RosterCase given, params (string Shift, string Lawyer)[] assignments) =>
        Casework.Duty.Roster.Of(given.Period, assignments.Select(one => new DutyAssignment(new ShiftId(one.Shift), new DutyLawyerId(one.Lawyer))));
}
