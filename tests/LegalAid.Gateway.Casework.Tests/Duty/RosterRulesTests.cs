using LegalAid.Gateway.Casework.Duty;
using static LegalAid.Gateway.Casework.Tests.Duty.DutyScene;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>Each hard rule by itself, at its edge.</summary>
public sealed class RosterRulesTests
{
    [Fact]
    public void Check_SoundRoster_FindsNothing() =>
        Assert.Empty(Codes(Case([Lawyer("a"), Lawyer("b")], Shift("x", 2, 9, 12), Shift("y", 2, 14, 17)), ("x", "a"), ("y", "b")));

    [Fact]
    public void Check_Numbers_AreThoseOfTheSlots()
    {
        var given = Case([Lawyer("a"), Lawyer("b")], Shift("x", 2, 9, 12, slots: 2), Shift("y", 3, 9, 12));

        Assert.Equal(["x DUTY_TOO_FEW", "y DUTY_TOO_FEW"], AllCodes(given, ("x", "a")));
        Assert.Equal(["x DUTY_SAME_TWICE", "x DUTY_TOO_FEW", "y DUTY_TOO_MANY"], AllCodes(given, ("x", "a"), ("x", "a"), ("y", "a"), ("y", "b")).Order());
    }

    [Fact]
    public void Check_NamesThatAreNotThere_AreFound()
    {
        var given = Case([Lawyer("a")], Shift("x", 2, 9, 12)) with { Stations = [Court] };

        Assert.Equal(["x DUTY_UNKNOWN_LAWYER", "x DUTY_UNKNOWN_STATION", "z DUTY_UNKNOWN_SHIFT"], Codes(given, ("x", "nobody"), ("z", "a")).Order());
    }

    [Fact]
    public void Check_Lawyer_NeedsQualificationPresenceAndNoBar()
    {
        var given = Case(
            [
                Lawyer("a", Speciality.Minors) with { Leave = [new Leave(March(3), March(4))] },
                Lawyer("b", Speciality.Criminal),
                Lawyer("c", Speciality.Minors) with { Barred = [Detention.Id] },
            ],
            Shift("x", 2, 9, 12, wants: Speciality.Minors), Shift("y", 4, 9, 12, wants: Speciality.Minors), Shift("z", 5, 9, 12, wants: Speciality.Minors));

        Assert.Equal(["x DUTY_QUALIFICATION", "y DUTY_ON_LEAVE", "z DUTY_BARRED"], Codes(given, ("x", "b"), ("y", "a"), ("z", "c")));
        Assert.Empty(Codes(given, ("x", "a"), ("y", "a"), ("z", "a")).Except(["y DUTY_ON_LEAVE"]));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void Check_PracticeYears_CountToTheDay(int years, bool good)
    {
        var shift = Shift("x", 2, 9, 12) with { Requirement = new DutyRequirement([], years) };
        var given = Case([Lawyer("a") with { PractisingSince = March(2).AddYears(-4).AddDays(1) }], shift);

        Assert.Equal(good ? [] : ["x DUTY_QUALIFICATION"], Codes(given, ("x", "a")));
    }

    /// <summary>From the detention centre to the court is 10.25 km: 16 minutes at 40 km/h, 20 for the gates, 36 together.</summary>
    [Theory]
    [InlineData(35, false)]
    [InlineData(36, true)]
    [InlineData(37, true)]
    public void Check_Journey_NeedsItsTime(int minutes, bool good)
    {
        var later = Shift("y", 2, 12, 17, Court) with { Start = new TimeOnly(12, 0).AddMinutes(minutes) };
        var given = Case([Lawyer("a") with { ShiftsPerDayMax = 2 }], Shift("x", 2, 9, 12), later);

        Assert.Equal(good ? [] : ["x DUTY_TWO_PLACES"], Codes(given, ("x", "a"), ("y", "a")));
    }

    [Fact]
    public void Check_SameTime_CollidesEvenByPhone()
    {
        var given = Case([Lawyer("a") with { ShiftsPerDayMax = 3 }], Shift("x", 2, 9, 12), Shift("y", 2, 11, 14, Far, mode: DutyMode.Phone), Shift("z", 2, 14, 15, Far, mode: DutyMode.Phone));

        Assert.Equal(["x DUTY_TWO_PLACES"], Codes(given, ("x", "a"), ("y", "a"), ("z", "a")));
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Check_Rest_BetweenTwoDays(int start, bool good)
    {
        var given = Case([Lawyer("a")], Shift("x", 2, 18, 21), Shift("y", 3, start, 12));

        Assert.Equal(good ? [] : ["x DUTY_REST"], Codes(given, ("x", "a"), ("y", "a")));
    }

    [Fact]
    public void Check_NightShift_EndsTheNextDay()
    {
        var given = Case([Lawyer("a")], Shift("x", 2, 20, 24), Shift("y", 3, 9, 12), Shift("z", 3, 13, 14));

        Assert.Equal(["x DUTY_REST"], Codes(given, ("x", "a"), ("y", "a")));
        Assert.Empty(Codes(given, ("x", "a"), ("z", "a")));
    }

    [Fact]
    public void Check_Maxima_CountDutiesOutsideTheRoster()
    {
        var given = Case([Lawyer("a") with { ShiftsPerWeekMax = 2 }], Shift("x", 3, 9, 12), Shift("y", 5, 9, 12), Shift("z", 9, 9, 12));
        var elsewhere = given with { Others = [new OtherDuty(new("a"), March(8), March(8).ToDateTime(new TimeOnly(9, 0)), March(8).ToDateTime(new TimeOnly(12, 0)))] };

        Assert.Empty(Codes(given, ("x", "a"), ("y", "a"), ("z", "a")));
        Assert.Equal(["x DUTY_WEEKLY_MAX"], Codes(elsewhere, ("x", "a"), ("y", "a"), ("z", "a")));
        Assert.Equal(["x DUTY_MONTHLY_MAX"], Codes(given with { Options = new DutyOptions { ShiftsPerMonthMax = 2 } }, ("x", "a"), ("y", "a"), ("z", "a")));
        Assert.Equal(["x DUTY_DAILY_MAX"], Codes(Case([Lawyer("a")], Shift("x", 3, 9, 10), Shift("y", 3, 12, 13)), ("x", "a"), ("y", "a")));
    }

    [Fact]
    public void Texts_OfAViolation_SayWhere()
    {
        var given = Case([Lawyer("a")], Shift("x", 3, 9, 10), Shift("y", 3, 12, 13));
        var found = Assert.Single(RosterRules.Check(given, Roster(given, ("x", "a"), ("y", "a"))));

        Assert.Equal("超过律师每日班次上限（a; x, y; 2 > 1, 2026-03-03）", found.TextZh);
        Assert.Equal("More shifts in a day than the lawyer may have (a; x, y; 2 > 1, 2026-03-03)", found.TextEn);
    }

    /// <summary>Codes with the first shift that each concerns, but for shifts that a short roster leaves unfilled.</summary>
    private static List<string> Codes(RosterCase given, params (string Shift, string Lawyer)[] assignments) =>
        [.. AllCodes(given, assignments).Where(one => !one.EndsWith(DutyRules.TooFew.Code, StringComparison.Ordinal))];

    private static List<string> AllCodes(RosterCase given, params (string Shift, string Lawyer)[] assignments) =>
        [.. RosterRules.Check(given, Roster(given, assignments)).Select(one => $"{one.Shifts.FirstOrDefault()} {one.Rule.Code}")];
}
