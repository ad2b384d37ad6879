using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Duty.Files;

/// <summary>A shift as it stands in somebody's calendar. It has no field for a client, so that none can be named.</summary>
/// <param name="Uid">The same for the same shift always, so that a change replaces it.</param>
/// <param name="EndsAt">After <paramref name="StartsAt"/>.</param>
/// <param name="Place">Room, telephone number or meeting address; may be empty.</param>
/// <param name="LawyerName">In a station's calendar who comes; null in the lawyer's own.</param>
/// <param name="ChangedAt">When it was last changed.</param>
/// <param name="Version">Counts up with each change.</param>
/// <param name="Cancelled">It stays in the calendar as cancelled, as some programs keep what merely disappears.</param>
public sealed record DutyEvent(
    string Uid, DateTimeOffset StartsAt, DateTimeOffset EndsAt, LocalizedText Station, string Place, DutyMode Mode, string? LawyerName, DateTimeOffset ChangedAt, int Version, bool Cancelled = false);

/// <summary>Shifts as an iCalendar text (RFC 5545) for a lawyer's or a station's own calendar program. Times are in UTC, so that no program needs to know the zone.</summary>
public static class DutyCalendar
{
    public const int EventsMax = 2_000;

    /// <summary>The text, the same for the same shifts. Those beyond <see cref="EventsMax"/> are left out, the earliest first.</summary>
    /// <param name="title">What the calendar is called.</param>
    public static string Write(LocalizedText title, IEnumerable<DutyEvent> shifts)
    {
        var calendar = new Calendar { Method = "PUBLISH", ProductId = "-//LegalAid.Gateway//Duty//ZH" };
        calendar.AddProperty("X-WR-CALNAME", $"{title.Zh} {title.En}");
        foreach (var shift in shifts.OrderByDescending(shift => shift.StartsAt).Take(EventsMax).OrderBy(shift => shift.StartsAt).ThenBy(shift => shift.Uid, StringComparer.Ordinal))
        {
            calendar.Events.Add(Event(shift));
        }

        return new CalendarSerializer().SerializeToString(calendar) ?? throw new InvalidOperationException("a calendar gave no text");
    }

    private static CalendarEvent Event(DutyEvent shift) => new()
    {
        Uid = shift.Uid,
        DtStamp = Utc(shift.ChangedAt), // else the library takes the machine's clock
        LastModified = Utc(shift.ChangedAt),
        Sequence = shift.Version,
        DtStart = Utc(shift.StartsAt),
        DtEnd = Utc(shift.EndsAt),
        Summary = string.Join(' ', new[] { $"值班 {shift.Station.Zh}", shift.LawyerName }.OfType<string>()),
        Description = $"{RosterColumns.NameOf(shift.Mode)} · {shift.Station.En}",
        Location = shift.Place.Length > 0 ? $"{shift.Station.Zh} {shift.Place}" : shift.Station.Zh,
        Status = shift.Cancelled ? EventStatus.Cancelled : EventStatus.Confirmed,
        Transparency = shift.Cancelled ? TransparencyType.Transparent : TransparencyType.Opaque,
    };

    private static CalDateTime Utc(DateTimeOffset at) => new(at.UtcDateTime);
}
