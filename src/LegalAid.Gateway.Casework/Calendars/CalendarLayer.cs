using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>Whether an authority has announced a year's days.</summary>
public enum YearStatus
{
    /// <summary>Announced: the days are as listed.</summary>
    Published,

    /// <summary>Expected, not announced: what is listed may come otherwise.</summary>
    Provisional,
}

/// <summary>Where an entry comes from.</summary>
/// <param name="Instrument">The notice or regulation by its name and number: 国办发明电〔2025〕7号.</param>
/// <param name="Mark">How sure.</param>
public sealed record CalendarSource(string Instrument, Certainty Mark);

/// <summary>Days off (放假) in a row, weekends inside the row included.</summary>
/// <param name="From">The first day off.</param>
/// <param name="To">The last, in the same year.</param>
/// <param name="Zh">The holiday's Chinese name.</param>
/// <param name="En">Its English name.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record OffDays(DateOnly From, DateOnly To, string Zh, string En, CalendarSource Source);

/// <summary>A day made a workday (调休上班), most often a Saturday or Sunday.</summary>
public sealed record WorkDay(DateOnly Date, CalendarSource Source);

/// <summary>One year of one layer. An entry stands under the year its own date is in.</summary>
public sealed record CalendarYear(int Year, YearStatus Status, EquatableList<OffDays> Off, EquatableList<WorkDay> Work);

/// <summary>
/// What one authority says of its days: the State Council for the nation, a region's or a city's government on top of it.
/// A more local layer overrides a wider one, day by day.
/// </summary>
/// <param name="Id">Lower-case letters, digits, hyphens: <c>cn</c>, <c>cn-450000</c>.</param>
/// <param name="Version">Letters, digits, dots: <c>2026.1</c>. Changes whenever any entry does, as it is stored with each deadline.</param>
/// <param name="Region">Where it holds: six digits after GB/T 2260, <c>000000</c> for the nation, <c>450000</c> Guangxi, <c>450100</c> Nanning.</param>
/// <param name="TitleZh">Its Chinese title.</param>
/// <param name="TitleEn">Its English title.</param>
/// <param name="Yearly">
/// This authority announces days every year, so a year that is not listed is not published yet. False: a year that is not
/// listed is one in which it adds nothing. The national layer is always yearly.
/// </param>
/// <param name="Years">Each year once.</param>
public sealed record CalendarLayer(
    string Id, string Version, string Region, string TitleZh, string TitleEn, bool Yearly, EquatableList<CalendarYear> Years)
{
    /// <summary>The region of the national layer.</summary>
    public const string Nation = "000000";
}
