using LegalAid.Gateway.Casework.Duty;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>Every figure of a case at both ends of its range, and one beyond: what lies outside is told by its field, and never leads to an exception.</summary>
public sealed class RosterCaseRulesTests
{
    private static readonly RosterCase Sound = DutyScene.Case([DutyScene.Lawyer("a")], DutyScene.Shift("x", 2, 9, 12));

    private static readonly Dictionary<string, (double Min, double Max, Func<double, RosterCase> With)> Figures = new(StringComparer.Ordinal)
    {
        ["limits.shiftsPerDayMax"] = (1, 4, figure => Options(options => options with { ShiftsPerDayMax = (int)figure })),
        ["limits.shiftsPerWeekMax"] = (1, 14, figure => Options(options => options with { ShiftsPerWeekMax = (int)figure })),
        ["limits.shiftsPerMonthMax"] = (1, 62, figure => Options(options => options with { ShiftsPerMonthMax = (int)figure })),
        ["limits.rest"] = (0, 48, figure => Options(options => options with { Rest = TimeSpan.FromHours(figure) })),
        ["limits.travelKmPerHour"] = (5, 200, figure => Options(options => options with { TravelKmPerHour = (int)figure })),
        ["limits.travelOverhead"] = (0, 4, figure => Options(options => options with { TravelOverhead = TimeSpan.FromHours(figure) })),
        ["limits.travelElsewhere"] = (0, 24, figure => Options(options => options with { TravelElsewhere = TimeSpan.FromHours(figure) })),
        ["limits.weights.number"] = (0, 1_000, figure => Weights(weights => weights with { Number = (int)figure })),
        ["limits.weights.unpopular"] = (0, 1_000, figure => Weights(weights => weights with { Unpopular = (int)figure })),
        ["limits.weights.unwished"] = (0, 1_000, figure => Weights(weights => weights with { Unwished = (int)figure })),
        ["limits.weights.notPreferred"] = (0, 1_000, figure => Weights(weights => weights with { NotPreferred = (int)figure })),
        ["limits.weights.tenKilometres"] = (0, 1_000, figure => Weights(weights => weights with { TenKilometres = (int)figure })),
        ["limits.weights.unaccustomed"] = (0, 1_000, figure => Weights(weights => weights with { Unaccustomed = (int)figure })),
        ["lawyers[0].shiftsPerDayMax"] = (0, 4, figure => Lawyer(lawyer => lawyer with { ShiftsPerDayMax = (int)figure })),
        ["lawyers[0].shiftsPerWeekMax"] = (0, 14, figure => Lawyer(lawyer => lawyer with { ShiftsPerWeekMax = (int)figure })),
        ["lawyers[0].shiftsPerMonthMax"] = (0, 62, figure => Lawyer(lawyer => lawyer with { ShiftsPerMonthMax = (int)figure })),
        ["lawyers[0].carriedShifts"] = (0, 100, figure => Lawyer(lawyer => lawyer with { CarriedShifts = (int)figure })),
        ["lawyers[0].carriedUnpopular"] = (0, 100, figure => Lawyer(lawyer => lawyer with { CarriedUnpopular = (int)figure })),
        ["lawyers[0].point.latitude"] = (-90, 90, figure => Lawyer(lawyer => lawyer with { At = new GeoPoint(figure, 0) })),
        ["lawyers[0].point.longitude"] = (-180, 180, figure => Lawyer(lawyer => lawyer with { At = new GeoPoint(0, figure) })),
        ["stations[0].point.latitude"] = (-90, 90, figure => Sound with { Stations = [Sound.Stations[0] with { At = new GeoPoint(figure, 0) }, .. Sound.Stations.Skip(1)] }),
        ["shifts[0].practiceYearsMin"] = (0, 60, figure => Sound with { Shifts = [Sound.Shifts[0] with { Requirement = new DutyRequirement([], (int)figure) }] }),
        ["period.firstDay"] = (2000, 2100, figure => Dated(new DateOnly((int)figure, 12, 31))),
    };

    public static TheoryData<string> Names => [.. Figures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_AFigureAtItsEndsAndBeyond_IsTakenOrToldByItsField(string field)
    {
        var (min, max, with) = Figures[field];
        foreach (var (figure, faults) in new[] { (min, 0), (max, 0), (min - 1, 1), (max + 1, 1), (double.NaN, 1) }.Where(one => !double.IsNaN(one.Item1) || field.Contains("point", StringComparison.Ordinal)))
        {
            Assert.Equal(faults, RosterCaseRules.Check(with(figure)).Count(fault => fault.ToString() == $"{field}: DUTY_CASE_OUT_OF_RANGE"));
        }
    }

    /// <summary>Whoever begins to practise at the end of the calendar has no years of practice.</summary>
    [Fact]
    public void Requirement_OfYears_IsNotMetBeforeThePracticeBegins()
    {
        var late = DutyScene.Lawyer("a") with { PractisingSince = DateOnly.MaxValue };
        Assert.False(new DutyRequirement([], 60).IsMetBy(late, DutyScene.March(2)));
        Assert.True(new DutyRequirement([], 3).IsMetBy(late with { PractisingSince = new DateOnly(2023, 3, 2) }, DutyScene.March(2)));
        Assert.False(new DutyRequirement([], 3).IsMetBy(late with { PractisingSince = new DateOnly(2023, 3, 3) }, DutyScene.March(2)));
    }

    private static RosterCase Options(Func<DutyOptions, DutyOptions> change) => Sound with { Options = change(Sound.Options) };

    private static RosterCase Weights(Func<DutyWeights, DutyWeights> change) => Options(options => options with { Weights = change(options.Weights) });

    private static RosterCase Lawyer(Func<DutyLawyer, DutyLawyer> change) => Sound with { Lawyers = [change(Sound.Lawyers[0])] };

    private static RosterCase Dated(DateOnly day) => Sound with { Period = new RosterPeriod(day, day), Shifts = [Sound.Shifts[0] with { Date = day }] };
}
