using CsCheck;
using LegalAid.Gateway.Casework.Duty;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>Cases of chance that are small enough to try every roster: a Friday to a Monday, up to six shifts and five lawyers.</summary>
internal static class SmallDuty
{
    private static readonly Gen<Shift> AnyShift =
        from day in Gen.Int[6, 9]
        from start in OneOf(9, 14, 18)
        from hours in Gen.Int[3, 4]
        from at in OneOf(DutyScene.Detention, DutyScene.Court, DutyScene.Far)
        from slots in OneOf(1, 1, 1, 2)
        from wants in OneOf<Speciality?>(null, null, Speciality.Minors)
        from mode in OneOf(DutyMode.OnSite, DutyMode.OnSite, DutyMode.Phone)
        select DutyScene.Shift("", day, start, start + hours, at, slots, wants, mode);

    private static readonly Gen<DutyLawyer> AnyLawyer =
        from minors in Gen.Bool
        from leave in OneOf(0, 0, 6, 7, 8, 9)
        from most in Gen.Select(OneOf<int?>(null, null, 2), Gen.Int[1, 3], Gen.Int[1, 4])
        from wishes in Gen.Select(Gen.Int[6, 9], Gen.Int[6, 9], Gen.Int[0, 3], Gen.Int[0, 2])
        from barred in OneOf<Station?>(null, null, null, DutyScene.Detention, DutyScene.Court)
        select DutyScene.Lawyer("", minors ? [Speciality.Minors] : []) with
        {
            Leave = leave == 0 ? [] : [new Leave(DutyScene.March(leave), DutyScene.March(leave))],
            ShiftsPerDayMax = most.Item1,
            ShiftsPerWeekMax = most.Item2,
            ShiftsPerMonthMax = most.Item3,
            Preferred = [DutyScene.March(wishes.Item1)],
            Unwished = [DutyScene.March(wishes.Item2)],
            CarriedShifts = wishes.Item3,
            CarriedUnpopular = Math.Min(wishes.Item3, wishes.Item4),
            Barred = barred is null ? [] : [barred.Id],
            Usual = [DutyScene.Far.Id],
        };

    /// <summary>Any, possible or not.</summary>
    public static readonly Gen<RosterCase> Any =
        from shifts in AnyShift.Array[1, 6]
        from lawyers in AnyLawyer.Array[2, 5]
        select DutyScene.Case(
            [.. lawyers.Select((lawyer, place) => lawyer with { Id = new($"l{place}") })],
            [.. shifts.Select((shift, place) => shift with { Id = new($"s{place}") })]);

    /// <summary>The same with duties outside the roster, at places known and not.</summary>
    public static readonly Gen<RosterCase> AnyWithOthers =
        from given in Any
        from others in (
            from lawyer in Gen.Int[0, given.Lawyers.Count - 1]
            from day in Gen.Int[5, 10]
            from start in OneOf(6, 12, 20)
            from at in OneOf<StationId?>(null, DutyScene.Court.Id, DutyScene.Far.Id)
            let begin = DutyScene.March(day).ToDateTime(new TimeOnly(start, 0))
            select new OtherDuty(given.Lawyers[lawyer].Id, DutyScene.March(day), begin, begin.AddHours(2), at)).Array[1, 4]
        select given with { Others = [.. others] };

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(place => values[place]);
}
