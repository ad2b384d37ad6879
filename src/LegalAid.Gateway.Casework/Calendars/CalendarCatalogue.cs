using System.Collections.Frozen;

namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>
/// The calendars of all places, from one set of layers: a place has the calendar of the obligated party's jurisdiction, that is the
/// layers of the nation, of its province and of its city, as far as there are any. Immutable; safe on any thread.
/// </summary>
public sealed class CalendarCatalogue
{
    private readonly FrozenDictionary<string, LayeredCalendar> _byPrefix;

    /// <exception cref="ArgumentException">The layers have faults; see <see cref="CalendarRules.Check"/>, which a loader asks first.</exception>
    public CalendarCatalogue(IReadOnlyList<CalendarLayer> layers)
    {
        var faults = CalendarRules.Check(layers);
        if (faults.Count > 0)
        {
            throw new ArgumentException($"calendar layers are faulty: {string.Join("; ", faults)}", nameof(layers));
        }

        _byPrefix = layers.ToFrozenDictionary(
            layer => Prefix(layer.Region),
            own => LayeredCalendar.Compose(
            [
                .. layers
                    .Where(layer => Prefix(own.Region).StartsWith(Prefix(layer.Region), StringComparison.Ordinal))
                    .OrderBy(layer => Prefix(layer.Region).Length),
            ]));
    }

    /// <summary>The calendar of the nation, for a party without a place.</summary>
    public LayeredCalendar National => _byPrefix[""];

    /// <summary>The calendar of a place.</summary>
    /// <param name="region">
    /// Six digits (<c>450103</c>), whether assigned or not: a code of which no layer covers the province has the national calendar.
    /// </param>
    /// <exception cref="ArgumentException">Not six digits: a place is parsed at the edge, so this is a bug.</exception>
    public LayeredCalendar For(string region)
    {
        if (!CalendarRules.IsRegion(region))
        {
            throw new ArgumentException("a region is six digits", nameof(region));
        }

        for (var length = 6; length > 0; length -= 2)
        {
            if (_byPrefix.TryGetValue(region[..length], out var calendar))
            {
                return calendar;
            }
        }

        return National;
    }

    /// <summary>The part of a region code that says something: 45 of 450000, 4501 of 450100; nothing of 000000.</summary>
    private static string Prefix(string region) =>
        !region.EndsWith("00", StringComparison.Ordinal) ? region : Prefix(region[..^2]);
}
