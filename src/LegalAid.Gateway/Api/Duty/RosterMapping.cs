using System.Globalization;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using Contract = LegalAid.Gateway.Contracts.Duty.V1;
using DraftEnd = LegalAid.Gateway.Casework.Duty.DraftEnd;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>Between the contract's rosters and the domain's. Fields are checked by their rules before; what only the content shows is kept as faults.</summary>
internal static class RosterMapping
{
    /// <param name="faults">Of times of day; those of the case itself are <see cref="RosterCaseRules"/>'.</param>
    public static RosterCase Case(Contract.RosterCase given, List<Fault> faults) => new(
        new RosterPeriod(Day(given.Period.FirstDay), Day(given.Period.LastDay)), [.. given.Stations.Select(Station)], [.. given.Lawyers.Select(Lawyer)],
        [.. given.Shifts.Select((shift, place) => Shift(shift, $"case.shifts[{place}]", faults))])
    {
        Others = [.. given.OtherDuties.Select((other, place) => Other(other, $"case.otherDuties[{place}]", faults))],
        Holidays = [.. given.Holidays.Select(Day)],
        MakeUpWorkdays = [.. given.MakeUpWorkdays.Select(Day)],
        Options = Options(given.Limits),
    };

    public static Shift Shift(Contract.RosterShift shift, string field, List<Fault> faults) => new(
        new ShiftId(shift.Id), new StationId(shift.Station), Day(shift.Date), Time(shift.Start, field + ".start", faults), Time(shift.End, field + ".end", faults), Mode(shift.Mode),
        new DutyRequirement([.. shift.Specialities.Select(name => new Speciality(name))], shift.PracticeYearsMin), shift.Slots == 0 ? 1 : shift.Slots);

    public static Roster Roster(RosterPeriod period, Contract.Roster roster) =>
        Casework.Duty.Roster.Of(period, roster.Assignments.Select(one => new DutyAssignment(new ShiftId(one.Shift), new DutyLawyerId(one.Lawyer))));

    public static Leave Leave(Contract.DaySpan days) => new(Day(days.FirstDay), Day(days.LastDay));

    public static Contract.Roster Roster(Roster roster) => new()
    {
        Assignments = { roster.Assignments.Select(one => new Contract.DutyAssignment { Shift = one.Shift.Value, Lawyer = one.Lawyer.Value }) },
    };

    public static Contract.RosterViolation Violation(RosterViolation violation) => new()
    {
        Code = violation.Rule.Code,
        TextZh = violation.TextZh,
        TextEn = violation.TextEn,
        Lawyer = violation.Lawyer?.Value ?? "",
        Shifts = { violation.Shifts.Select(shift => shift.Value) },
        Detail = violation.Detail,
    };

    public static Contract.RosterFigures Figures(RosterCase given, Roster roster)
    {
        var figures = FairnessFigures.Of(given, roster);
        return new Contract.RosterFigures
        {
            Shifts = Spread(figures.Shifts),
            Unpopular = Spread(figures.Unpopular),
            AssignmentCount = figures.Assignments,
            OpenPlaceCount = figures.OpenPlaces,
            KilometresMean = figures.KilometresMean,
            PreferredShare = figures.OnPreferred,
            UnwishedShare = figures.OnUnwished,
            UsualShare = figures.AtUsual,
        };
    }

    public static Contract.OpenPlaces Open(OpenPlaces open) => new() { Shift = open.Shift.Value, MissingCount = open.Missing };

    public static Contract.DraftProgress Progress(DraftProgress progress) => new()
    {
        Round = progress.Round, RoundsMax = progress.RoundsMax, OpenPlaceCount = progress.OpenPlaces, Points = progress.Points,
    };

    public static Contract.DraftResult Result(RosterCase given, DraftOutcome outcome)
    {
        var draft = outcome.DraftOrNull ?? throw new InvalidOperationException("a case that was refused has no draft");
        return new Contract.DraftResult
        {
            Outcome = outcome switch
            {
                DraftOutcome.Complete => Contract.DraftOutcome.Complete,
                DraftOutcome.Impossible => Contract.DraftOutcome.Impossible,
                _ => Contract.DraftOutcome.Unfinished,
            },
            Roster = Roster(draft.Roster),
            OpenPlaces = { draft.Open.Select(Open) },
            Points = draft.Points,
            PointsAtLeast = draft.PointsAtLeast,
            End = draft.End switch
            {
                DraftEnd.Proven => Contract.DraftEnd.Proven,
                DraftEnd.GoodEnough => Contract.DraftEnd.GoodEnough,
                DraftEnd.Rounds => Contract.DraftEnd.Rounds,
                _ => Contract.DraftEnd.Time,
            },
            Rounds = draft.Rounds,
            Figures = Figures(given, draft.Roster),
            Explanation = outcome is DraftOutcome.Impossible impossible ? Explanation(impossible.Explanation) : null,
        };
    }

    /// <param name="changed">The case after the change.</param>
    public static Contract.RedraftRosterResponse Redraft(RosterCase changed, RedraftOutcome outcome)
    {
        var redraft = outcome.RedraftOrNull ?? throw new InvalidOperationException("a case that was refused has no draft");
        return new Contract.RedraftRosterResponse
        {
            Outcome = outcome switch
            {
                RedraftOutcome.Complete => Contract.DraftOutcome.Complete,
                RedraftOutcome.Impossible => Contract.DraftOutcome.Impossible,
                _ => Contract.DraftOutcome.Unfinished,
            },
            Roster = Roster(redraft.Roster),
            TouchedShifts = { redraft.Touched.Select(shift => shift.Value) },
            TouchedAtLeast = redraft.TouchedAtLeast,
            FewestProven = redraft.FewestProven,
            OpenPlaces = { redraft.Open.Select(Open) },
            Figures = Figures(changed, redraft.Roster),
            Explanation = outcome is RedraftOutcome.Impossible impossible ? Explanation(impossible.Explanation) : null,
        };
    }

    private static Contract.RosterExplanation Explanation(RosterExplanation explanation) => new()
    {
        Reasons =
        {
            explanation.Reasons.Select(reason => new Contract.RosterReason
            {
                Shifts = { reason.Shifts.Select(shift => shift.Value) }, Minimal = reason.Minimal, TextZh = reason.Zh, TextEn = reason.En,
            }),
        },
        Relaxations =
        {
            explanation.Relaxations.Select(one => new Contract.RosterRelaxation
            {
                Code = one.Rule.Code, Lawyer = one.Lawyer?.Value ?? "", Shift = one.Shift?.Value ?? "", Span = one.Span, By = one.By, TextZh = one.Zh, TextEn = one.En,
            }),
        },
        Tried = explanation.Tried,
        TextZh = explanation.Zh,
        TextEn = explanation.En,
    };

    private static Contract.SpreadFigures Spread(Spread spread) => new() { Min = spread.Min, Max = spread.Max, Mean = spread.Mean, Deviation = spread.Deviation, Gini = spread.Gini };

    private static Station Station(Contract.DutyStation station) => new(
        new StationId(station.Id),
        station.Kind switch
        {
            Contract.StationKind.DetentionCentre => StationKind.DetentionCentre,
            Contract.StationKind.Procuratorate => StationKind.Procuratorate,
            Contract.StationKind.Court => StationKind.Court,
            _ => StationKind.Workstation,
        },
        station.Name, station.NameEn.Length > 0 ? station.NameEn : station.Name, Region(station.Region), Point(station.Point));

    private static DutyLawyer Lawyer(Contract.DutyLawyer lawyer) => new(new DutyLawyerId(lawyer.Id), Day(lawyer.PractisingSince), Region(lawyer.Region))
    {
        Specialities = [.. lawyer.Specialities.Select(name => new Speciality(name))],
        At = Point(lawyer.Point),
        Leave = [.. lawyer.Leave.Select(Leave)],
        Preferred = [.. lawyer.PreferredDays.Select(Day)],
        Unwished = [.. lawyer.UnwishedDays.Select(Day)],
        Barred = [.. lawyer.BarredStations.Select(id => new StationId(id))],
        Usual = [.. lawyer.UsualStations.Select(id => new StationId(id))],
        ShiftsPerDayMax = lawyer.HasShiftsPerDayMax ? lawyer.ShiftsPerDayMax : null,
        ShiftsPerWeekMax = lawyer.HasShiftsPerWeekMax ? lawyer.ShiftsPerWeekMax : null,
        ShiftsPerMonthMax = lawyer.HasShiftsPerMonthMax ? lawyer.ShiftsPerMonthMax : null,
        CarriedShifts = lawyer.CarriedShifts,
        CarriedUnpopular = lawyer.CarriedUnpopular,
    };

    private static OtherDuty Other(Contract.OtherDuty other, string field, List<Fault> faults)
    {
        var (day, start, end) = (Day(other.Date), Time(other.Start, field + ".start", faults), Time(other.End, field + ".end", faults));
        if (day.Year is < RosterCaseRules.YearMin or > RosterCaseRules.YearMax)
        {
            faults.Add(Fault.With(RosterCaseRules.OutOfRange, field + ".date", $"{RosterCaseRules.YearMin}", $"{RosterCaseRules.YearMax}"));
            day = new DateOnly(RosterCaseRules.YearMin, 1, 1);
        }

        return new OtherDuty(
            new DutyLawyerId(other.Lawyer), day, day.ToDateTime(start), (end <= start ? day.AddDays(1) : day).ToDateTime(end),
            other.Station.Length > 0 ? new StationId(other.Station) : null);
    }

    private static DutyOptions Options(Contract.DutyLimits? limits)
    {
        var usual = new DutyOptions();
        return limits is null ? usual : new DutyOptions
        {
            ShiftsPerDayMax = limits.HasShiftsPerDayMax ? limits.ShiftsPerDayMax : usual.ShiftsPerDayMax,
            ShiftsPerWeekMax = limits.HasShiftsPerWeekMax ? limits.ShiftsPerWeekMax : usual.ShiftsPerWeekMax,
            ShiftsPerMonthMax = limits.HasShiftsPerMonthMax ? limits.ShiftsPerMonthMax : usual.ShiftsPerMonthMax,
            Rest = limits.Rest?.ToTimeSpan() ?? usual.Rest,
            TravelKmPerHour = limits.HasTravelKmPerHour ? limits.TravelKmPerHour : usual.TravelKmPerHour,
            TravelOverhead = limits.TravelOverhead?.ToTimeSpan() ?? usual.TravelOverhead,
            TravelElsewhere = limits.TravelElsewhere?.ToTimeSpan() ?? usual.TravelElsewhere,
            Weights = Weights(limits.Weights),
        };
    }

    private static DutyWeights Weights(Contract.DutyWeights? weights)
    {
        var usual = new DutyWeights();
        return weights is null ? usual : new DutyWeights
        {
            Number = weights.HasNumber ? weights.Number : usual.Number,
            Unpopular = weights.HasUnpopular ? weights.Unpopular : usual.Unpopular,
            Unwished = weights.HasUnwished ? weights.Unwished : usual.Unwished,
            NotPreferred = weights.HasNotPreferred ? weights.NotPreferred : usual.NotPreferred,
            TenKilometres = weights.HasTenKilometres ? weights.TenKilometres : usual.TenKilometres,
            Unaccustomed = weights.HasUnaccustomed ? weights.Unaccustomed : usual.Unaccustomed,
        };
    }

    private static GeoPoint? Point(Contract.MapPoint? point) => point is null ? null : new GeoPoint(point.Latitude, point.Longitude);

    private static RegionCode Region(string code) => RegionCode.TryParse(code, out var region, out _) ? region : throw new InvalidOperationException("a region code that its format let through");

    private static DutyMode Mode(Contract.DutyMode mode) => mode switch
    {
        Contract.DutyMode.Phone => DutyMode.Phone,
        Contract.DutyMode.Network => DutyMode.Network,
        Contract.DutyMode.ByAppointment => DutyMode.ByAppointment,
        _ => DutyMode.OnSite,
    };

    /// <summary>Its format was checked.</summary>
    private static DateOnly Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static TimeOnly Time(string time, string field, List<Fault> faults)
    {
        if (TimeOnly.TryParseExact(time == "24:00" ? "00:00" : time, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            return read;
        }

        faults.Add(new Fault(RosterApiFaults.TimeOfDay, field));
        return default;
    }
}
