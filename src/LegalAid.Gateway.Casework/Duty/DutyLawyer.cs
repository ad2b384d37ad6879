using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>Days off in a row (请假), both ends included.</summary>
public readonly record struct Leave(DateOnly From, DateOnly To)
{
    public bool Covers(DateOnly day) => From <= day && day <= To;
}

/// <summary>A duty lawyer (值班律师), as far as a roster needs to know. Whatever is null goes by <see cref="DutyOptions"/>.</summary>
/// <param name="Id">Unique in the case.</param>
/// <param name="PractisingSince">From the lawyers' register.</param>
/// <param name="Home">Region of the office.</param>
public sealed record DutyLawyer(DutyLawyerId Id, DateOnly PractisingSince, RegionCode Home)
{
    public EquatableList<Speciality> Specialities { get; init; } = [];

    /// <summary>Where the office is; null: distance goes by the region alone.</summary>
    public GeoPoint? At { get; init; }

    public EquatableList<Leave> Leave { get; init; } = [];

    /// <summary>Days asked for (愿意值班). A wish, no rule.</summary>
    public EquatableList<DateOnly> Preferred { get; init; } = [];

    /// <summary>Days rather not (不愿值班). A wish, no rule.</summary>
    public EquatableList<DateOnly> Unwished { get; init; } = [];

    /// <summary>Stations at which this lawyer may not serve (回避): a former duty lawyer's, a relation's, an own client's.</summary>
    public EquatableList<StationId> Barred { get; init; } = [];

    /// <summary>Stations known from earlier rosters; for continuity.</summary>
    public EquatableList<StationId> Usual { get; init; } = [];

    public int? ShiftsPerDayMax { get; init; }

    public int? ShiftsPerWeekMax { get; init; }

    public int? ShiftsPerMonthMax { get; init; }

    /// <summary>Shifts of earlier rosters that still weigh in fairness, 0 to 100.</summary>
    public int CarriedShifts { get; init; }

    /// <summary>Those of them on weekends and holidays.</summary>
    public int CarriedUnpopular { get; init; }

    public bool IsOnLeave(DateOnly day) => Leave.Any(leave => leave.Covers(day));
}
