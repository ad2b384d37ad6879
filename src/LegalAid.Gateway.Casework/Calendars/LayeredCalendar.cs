using System.Collections.Frozen;

namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>What a civil day is, all layers considered.</summary>
public enum DayKind
{
    /// <summary>An ordinary Monday to Friday (工作日).</summary>
    Workday,

    /// <summary>A day made a workday by notice (调休上班日).</summary>
    MakeUpWorkday,

    /// <summary>A Saturday or Sunday that nobody made a workday (公休日).</summary>
    Weekend,

    /// <summary>A day off by statute or notice (节假日).</summary>
    Holiday,
}

/// <summary>One day as the layers have it, with who says so.</summary>
/// <param name="Date">The civil date.</param>
/// <param name="Kind">As listed, or by the weekday where no layer lists it.</param>
/// <param name="Doubtful">Whether it works or rests is not settled: its year is not published, or only a provisional year says otherwise than the layers below.</param>
/// <param name="LayerId">The layer that decides.</param>
/// <param name="Label">The holiday's names, Chinese first; empty on other days.</param>
/// <param name="Source">The entry's source; null where the weekday alone decides.</param>
public sealed record CalendarDay(DateOnly Date, DayKind Kind, bool Doubtful, string LayerId, string Label, CalendarSource? Source)
{
    /// <summary>A weekend or a holiday, certain or not.</summary>
    public bool Rests => Kind is DayKind.Weekend or DayKind.Holiday;
}

/// <summary>
/// The calendar of one place: national layer first, each more local layer overriding it day by day. Immutable; safe on any thread.
/// </summary>
public sealed class LayeredCalendar
{
    private readonly FrozenDictionary<DateOnly, CalendarDay> _listed;
    private readonly FrozenSet<int> _published;
    private readonly string _nationalId;

    private LayeredCalendar(string version, string nationalId, FrozenDictionary<DateOnly, CalendarDay> listed, FrozenSet<int> published)
    {
        Version = version;
        _nationalId = nationalId;
        _listed = listed;
        _published = published;
    }

    /// <summary>Every layer's id and version, widest first: <c>cn@2026.1+cn-450000@2026.1</c>. Stored with each deadline.</summary>
    public string Version { get; }

    /// <summary>Composes layers of one line of places.</summary>
    /// <param name="layersFromNationalToCity">The national layer first, the most local last.</param>
    /// <exception cref="ArgumentException">No layers, a first one that is not national, or layers that <see cref="CalendarRules.Check"/> faults.</exception>
    public static LayeredCalendar Compose(IReadOnlyList<CalendarLayer> layersFromNationalToCity)
    {
        var faults = CalendarRules.Check(layersFromNationalToCity);
        if (faults.Count > 0)
        {
            throw new ArgumentException($"calendar layers are faulty: {string.Join("; ", faults)}", nameof(layersFromNationalToCity));
        }

        var national = layersFromNationalToCity[0];
        if (national.Region != CalendarLayer.Nation)
        {
            throw new ArgumentException("the first layer is not the national one", nameof(layersFromNationalToCity));
        }

        var listed = new Dictionary<DateOnly, CalendarDay>();
        foreach (var layer in layersFromNationalToCity)
        {
            foreach (var entry in Entries(layer))
            {
                listed[entry.Date] = Lay(entry, over: listed.GetValueOrDefault(entry.Date) ?? Plain(entry.Date, national.Id));
            }
        }

        return new LayeredCalendar(
            string.Join('+', layersFromNationalToCity.Select(layer => $"{layer.Id}@{layer.Version}")),
            national.Id, listed.ToFrozenDictionary(), PublishedYears(national, layersFromNationalToCity));
    }

    /// <summary>
    /// Whether the year can be counted by: the national layer has published it and every layer that announces days each year
    /// lists it. Without that every day of the year is doubtful.
    /// </summary>
    public bool IsPublished(int year) => _published.Contains(year);

    /// <summary>The day with its reasons, for a person to read.</summary>
    public CalendarDay Day(DateOnly date)
    {
        var day = _listed.GetValueOrDefault(date) ?? Plain(date, _nationalId);
        return IsPublished(date.Year) ? day : day with { Doubtful = true };
    }

    /// <summary>What the layers make of the day, doubtful or not.</summary>
    public DayKind Classify(DateOnly date) => Day(date).Kind;

    /// <summary>Certainly a rest day, weekend or holiday: only such a day does a deadline roll off. False where it is doubtful.</summary>
    public bool IsRestDay(DateOnly date) => Day(date) is { Rests: true, Doubtful: false };

    private static IEnumerable<CalendarDay> Entries(CalendarLayer layer)
    {
        foreach (var year in layer.Years)
        {
            var doubtful = year.Status == YearStatus.Provisional;
            foreach (var off in year.Off)
            {
                for (var date = off.From; date <= off.To; date = date.AddDays(1))
                {
                    yield return new CalendarDay(date, DayKind.Holiday, doubtful, layer.Id, $"{off.Zh} {off.En}", off.Source);
                }
            }

            foreach (var work in year.Work)
            {
                yield return new CalendarDay(work.Date, DayKind.MakeUpWorkday, doubtful, layer.Id, "", work.Source);
            }
        }
    }

    /// <summary>
    /// A settled entry overrides. A provisional one brings doubt only where it would change whether the day rests: a regional
    /// holiday on a Sunday is a rest day whether or not the region confirms it.
    /// </summary>
    private static CalendarDay Lay(CalendarDay entry, CalendarDay over) =>
        entry with { Doubtful = entry.Doubtful && (over.Doubtful || entry.Rests != over.Rests) };

    private static CalendarDay Plain(DateOnly date, string nationalId) => new(
        date,
        date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? DayKind.Weekend : DayKind.Workday,
        Doubtful: false, nationalId, Label: "", Source: null);

    private static FrozenSet<int> PublishedYears(CalendarLayer national, IReadOnlyList<CalendarLayer> layers) => national.Years
        .Where(year => year.Status == YearStatus.Published)
        .Select(year => year.Year)
        .Where(year => layers.All(layer => !layer.Yearly || layer.Years.Any(own => own.Year == year)))
        .ToFrozenSet();
}
