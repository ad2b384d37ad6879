using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>What must hold of a case before anything is drafted from it.</summary>
[FaultRows]
public static class RosterCaseRules
{
    public const int StationsMax = 200;
    public const int LawyersMax = 2_000;
    public const int ShiftsMax = 5_000;

    public static readonly FaultCode TooLarge = Row("DUTY_CASE_TOO_LARGE",
        "站点、律师或班次过多：上限为 {0}", "Too many stations, lawyers or shifts: at most {0}", "按市县或者按周分开编排", "Draft city by city or week by week");

    public static readonly FaultCode PeriodInvalid = Row("DUTY_CASE_PERIOD",
        "值班表期间起止颠倒或者超过 {0} 天", "The roster's days are in the wrong order or more than {0}", "更正起止日期", "Correct its first and last day");

    public static readonly FaultCode Twice = Row("DUTY_CASE_TWICE",
        "编号重复", "An identifier stands twice", "删除重复的一项", "Remove one of them");

    public static readonly FaultCode StationMissing = Row("DUTY_CASE_STATION",
        "班次所在站点没有列出", "The shift's station is not listed", "列入站点，或更正班次", "List the station, or correct the shift");

    public static readonly FaultCode OutsidePeriod = Row("DUTY_CASE_OUTSIDE_PERIOD",
        "班次不在值班表期间内", "The shift is outside the roster's days", "更正日期", "Correct its date");

    public static readonly FaultCode SlotsInvalid = Row("DUTY_CASE_SLOTS",
        "班次名额应为 1 至 {0}", "A shift has 1 to {0} slots", "更正名额", "Correct its slots");

    public static readonly FaultCode OutOfRange = Row("DUTY_CASE_OUT_OF_RANGE",
        "数值应为 {0} 至 {1}", "The figure must be from {0} to {1}", "更正该数值", "Correct the figure");

    /// <summary>Years that a roster may lie in: beyond them no date of it can leave the calendar.</summary>
    public const int YearMin = 2000, YearMax = 2100;

    private const int CarriedMax = 100, PracticeYearsMax = 60;

    /// <summary>Every fault, each with where it is. Empty where all is well.</summary>
    public static IReadOnlyList<Fault> Check(RosterCase given)
    {
        var faults = new List<Fault>();
        if (given.Stations.Count > StationsMax || given.Lawyers.Count > LawyersMax || given.Shifts.Count > ShiftsMax)
        {
            return [Fault.With(TooLarge, "", $"{StationsMax}, {LawyersMax}, {ShiftsMax}")];
        }

        if (given.Period.To < given.Period.From || given.Period.To.DayNumber - given.Period.From.DayNumber >= RosterPeriod.DaysMax)
        {
            faults.Add(Fault.With(PeriodInvalid, "period", $"{RosterPeriod.DaysMax}"));
        }

        faults.AddRange([.. Within(given.Period.From.Year, YearMin, YearMax, "period.firstDay"), .. Within(given.Period.To.Year, YearMin, YearMax, "period.lastDay")]);
        faults.AddRange(OptionFaults(given.Options));
        faults.AddRange(LawyerFaults(given.Lawyers));
        faults.AddRange(given.Stations.SelectMany((station, place) => PointFaults(station.At, $"stations[{place}].point")));
        Once(given.Stations.Select(station => station.Id.Value), "stations");
        Once(given.Lawyers.Select(lawyer => lawyer.Id.Value), "lawyers");
        Once(given.Shifts.Select(shift => shift.Id.Value), "shifts");
        var stations = given.Stations.Select(station => station.Id).ToHashSet();
        for (var place = 0; place < given.Shifts.Count; place++)
        {
            var (shift, at) = (given.Shifts[place], $"shifts[{place}]");
            if (!stations.Contains(shift.Station))
            {
                faults.Add(new Fault(StationMissing, at + ".station"));
            }

            if (!given.Period.Holds(shift.Date))
            {
                faults.Add(new Fault(OutsidePeriod, at + ".date"));
            }

            if (shift.Slots is < 1 or > Shift.SlotsMax)
            {
                faults.Add(Fault.With(SlotsInvalid, at + ".slots", $"{Shift.SlotsMax}"));
            }

            faults.AddRange(Within(shift.Requirement.PracticeYearsMin, 0, PracticeYearsMax, at + ".practiceYearsMin"));
        }

        return faults;

        void Once(IEnumerable<string> ids, string field)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            faults.AddRange(ids.Select((id, place) => (id, place)).Where(one => !seen.Add(one.id)).Select(one => new Fault(Twice, $"{field}[{one.place}]")));
        }
    }

    private static IEnumerable<Fault> OptionFaults(DutyOptions options)
    {
        var (hours, weights) = (TimeSpan.FromHours(1), options.Weights);
        return
        [
            .. Within(options.ShiftsPerDayMax, 1, 4, "limits.shiftsPerDayMax"),
            .. Within(options.ShiftsPerWeekMax, 1, 14, "limits.shiftsPerWeekMax"),
            .. Within(options.ShiftsPerMonthMax, 1, RosterPeriod.DaysMax, "limits.shiftsPerMonthMax"),
            .. Within(options.Rest / hours, 0, 48, "limits.rest"),
            .. Within(options.TravelKmPerHour, 5, 200, "limits.travelKmPerHour"),
            .. Within(options.TravelOverhead / hours, 0, 4, "limits.travelOverhead"),
            .. Within(options.TravelElsewhere / hours, 0, 24, "limits.travelElsewhere"),
            .. Weight(weights.Number, "number"), .. Weight(weights.Unpopular, "unpopular"), .. Weight(weights.Unwished, "unwished"),
            .. Weight(weights.NotPreferred, "notPreferred"), .. Weight(weights.TenKilometres, "tenKilometres"), .. Weight(weights.Unaccustomed, "unaccustomed"),
        ];

        static IEnumerable<Fault> Weight(int weight, string name) => Within(weight, 0, 1_000, $"limits.weights.{name}");
    }

    private static IEnumerable<Fault> LawyerFaults(IEnumerable<DutyLawyer> lawyers) => lawyers.SelectMany((lawyer, place) => (IEnumerable<Fault>)
    [
        .. PointFaults(lawyer.At, $"lawyers[{place}].point"),
        .. Within(lawyer.ShiftsPerDayMax ?? 0, 0, 4, $"lawyers[{place}].shiftsPerDayMax"),
        .. Within(lawyer.ShiftsPerWeekMax ?? 0, 0, 14, $"lawyers[{place}].shiftsPerWeekMax"),
        .. Within(lawyer.ShiftsPerMonthMax ?? 0, 0, RosterPeriod.DaysMax, $"lawyers[{place}].shiftsPerMonthMax"),
        .. Within(lawyer.CarriedShifts, 0, CarriedMax, $"lawyers[{place}].carriedShifts"),
        .. Within(lawyer.CarriedUnpopular, 0, CarriedMax, $"lawyers[{place}].carriedUnpopular"),
        .. lawyer.Leave.SelectMany((leave, index) => leave.To < leave.From ? [Fault.With(PeriodInvalid, $"lawyers[{place}].leave[{index}]", $"{RosterPeriod.DaysMax}")] : Array.Empty<Fault>()),
    ]);

    private static IEnumerable<Fault> PointFaults(GeoPoint? point, string field) => point is not { } at
        ? []
        : [.. Within(at.Latitude, -90, 90, field + ".latitude"), .. Within(at.Longitude, -180, 180, field + ".longitude")];

    private static IEnumerable<Fault> Within(double figure, int min, int max, string field) =>
        figure >= min && figure <= max ? [] : [Fault.With(OutOfRange, field, $"{min}", $"{max}")];

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
