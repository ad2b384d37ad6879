namespace LegalAid.Gateway.Casework.Time;

/// <summary>
/// Civil time is the wall clock of Asia/Shanghai: legal clocks run on it, and a day ends at 24:00 (the next day's 00:00).
/// It has been one fixed offset since 1992, so no time-zone database is needed; instants are <see cref="DateTimeOffset"/> at +08:00.
/// </summary>
public static class CivilTime
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    /// <summary>The same instant at the civil offset.</summary>
    public static DateTimeOffset ToCivil(this DateTimeOffset instant) => instant.ToOffset(Offset);

    /// <summary>The civil date on which the instant falls.</summary>
    public static DateOnly CivilDate(this DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToCivil().DateTime);

    /// <summary>00:00 of the civil date.</summary>
    public static DateTimeOffset StartOfDay(this DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), Offset);

    /// <summary>24:00 of the civil date, that is 00:00 of the next.</summary>
    public static DateTimeOffset EndOfDay(this DateOnly date) => date.AddDays(1).StartOfDay();
}
