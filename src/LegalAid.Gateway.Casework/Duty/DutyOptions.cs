namespace LegalAid.Gateway.Casework.Duty;

/// <summary>Limits of the hard rules, and what the wishes weigh. A lawyer's own maximum goes before these.</summary>
public sealed record DutyOptions
{
    /// <summary>Shifts of one lawyer on one day. Default 1; range 1 to 4.</summary>
    public int ShiftsPerDayMax { get; init; } = 1;

    /// <summary>Shifts of one lawyer in an ISO week. Default 3; range 1 to 14.</summary>
    public int ShiftsPerWeekMax { get; init; } = 3;

    /// <summary>Shifts of one lawyer in a calendar month. Default 8; range 1 to 62.</summary>
    public int ShiftsPerMonthMax { get; init; } = 8;

    /// <summary>Least time from the end of one day's shift to the start of another day's. Default 12 h: after an evening comes no morning. Range 0 to 48 h.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How fast one travels, in kilometres an hour along the straight line: a fifth is lost on bends. Default 40; range 5 to 200.</summary>
    public int TravelKmPerHour { get; init; } = 40;

    /// <summary>Parking, gate and search of every journey between two stations. Default 20 min; range 0 to 4 h.</summary>
    public TimeSpan TravelOverhead { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>A journey of which one end is not known by its place or region. Default 3 h; range 0 to 24 h.</summary>
    public TimeSpan TravelElsewhere { get; init; } = TimeSpan.FromHours(3);

    /// <summary>What the wishes weigh.</summary>
    public DutyWeights Weights { get; init; } = new();
}

/// <summary>
/// What each wish costs where it is not met, in points; the draft has the fewest it can find. 0 turns a wish off; range 0 to 1,000 each.
/// A lawyer's n-th shift costs (2n − 1) × <see cref="Number"/>, so that points grow with the square and an even share is the cheapest.
/// </summary>
public sealed record DutyWeights
{
    /// <summary>Fairness of the number of shifts, carried ones included. Default 20.</summary>
    public int Number { get; init; } = 20;

    /// <summary>Fairness of weekends and holidays, likewise. Default 30.</summary>
    public int Unpopular { get; init; } = 30;

    /// <summary>A shift on a day that the lawyer would rather not have. Default 60.</summary>
    public int Unwished { get; init; } = 60;

    /// <summary>A shift on a day that the lawyer did not ask for, where others are asked for. Default 6.</summary>
    public int NotPreferred { get; init; } = 6;

    /// <summary>Each ten kilometres from the office to a station, begun ones counted. Default 4.</summary>
    public int TenKilometres { get; init; } = 4;

    /// <summary>A station that the lawyer does not know from earlier rosters. Default 3.</summary>
    public int Unaccustomed { get; init; } = 3;
}
