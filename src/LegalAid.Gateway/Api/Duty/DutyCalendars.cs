using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Duty.Files;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using DutyMode = LegalAid.Gateway.Casework.Duty.DutyMode;
using ModeMessage = LegalAid.Gateway.Contracts.Duty.V1.DutyMode;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>A calendar that is about to be released.</summary>
/// <param name="Text">iCalendar (RFC 5545) in UTF-8, the same while nothing of it changes.</param>
/// <param name="Seen">The exchanges that it shows something of.</param>
internal sealed record ReadCalendar(byte[] Text, IReadOnlyList<SeenObject> Seen);

/// <summary>
/// Writes what stands at a calendar's address: the shifts of its lawyer or station, as the agency that created it may see them now — what the matrix does not show it, the
/// calendar does not show. A lawyer's shifts are in it once they are taken, a station's once they are published; one that is let go stays as cancelled.
/// </summary>
internal sealed class DutyCalendars(ExchangeReader reader, FeedDesk desk, ISnapshotSource configuration, CivilClock civil)
{
    /// <summary>Shifts that ended so long ago are left out: what a calendar is for lies ahead, and each reading is paid for by what it opens.</summary>
    public static readonly TimeSpan PastMax = TimeSpan.FromDays(92);

    private const string ShiftType = "duty-shift";
    private const int PageMax = PageTokens.SizeMax;

    // A later build may have added fields to what an earlier one stored, and an operator may go back.
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public async ValueTask<ReadCalendar> ReadAsync(CalendarFeedRow feed, CancellationToken cancellationToken)
    {
        var (seen, shifts) = (new SeenObjects(), new Dictionary<ExchangeId, DutyEvent>());
        var asker = new Asker(feed.Agency, Purpose: null) { Seen = seen };
        var query = new ExchangeQuery(feed.Agency, PageMax, Types: [ShiftType], Term: desk.TermOf(feed));
        var (until, read) = (civil.Now - PastMax, 0);
        ImmutableArray<ExchangeReading> page;
        do
        {
            page = await reader.ListAsync(query, asker, cancellationToken);
            foreach (var reading in page)
            {
                if (EventOf(reading, feed) is { } shift && shift.EndsAt > until)
                {
                    shifts.Add(reading.Id, shift);
                }
            }

            read += page.Length;
            query = page.IsEmpty ? query : query with { Before = page[^1].Id };
        }
        while (page.Length == PageMax && read < DutyCalendar.EventsMax);

        var text = DutyCalendar.Write(TitleOf(feed), shifts.Values);
        return new ReadCalendar(Encoding.UTF8.GetBytes(text), [.. seen.Take().Where(one => shifts.ContainsKey(one.Exchange))]);
    }

    /// <summary>The shift; null where it is none of theirs yet, or was erased.</summary>
    private DutyEvent? EventOf(ExchangeReading reading, CalendarFeedRow feed)
    {
        var view = reading.State.View;
        var (isStations, isPublished) = (feed.Station is not null, view.ContainsKey("publication"));
        var standing = reading.State.State.Value switch
        {
            "offered" or "vacant" => Standing.Unsettled,
            "released" => isPublished || (!isStations && IsAccepted(view)) ? Standing.Cancelled : Standing.Unsettled,
            _ => !isStations || isPublished ? Standing.Settled : Standing.Unsettled,
        };
        if (standing == Standing.Unsettled || view["booking"] is not { } section)
        {
            return null;
        }

        var booking = Stored.Parse<ShiftBooking>(section.ToJsonString());
        return new DutyEvent(
            reading.Id.ToString(), booking.StartTime.ToDateTimeOffset(), booking.EndTime.ToDateTimeOffset(), NameOf(booking.Station), booking.Place, ModeOf(booking.Mode),
            isStations ? booking.Counsel.Name : null, reading.UpdatedAt, checked((int)reading.Version), Cancelled: standing == Standing.Cancelled);
    }

    /// <summary>The firm answers once, by a number or by a reason why not.</summary>
    private static bool IsAccepted(JsonObject view) => (view["answer"] as JsonObject)?.ContainsKey("phone") == true;

    private LocalizedText TitleOf(CalendarFeedRow feed) =>
        feed.Station is { } station && NameOf(station.ResourceName) is var name ? new LocalizedText($"值班 {name.Zh}", $"Duty at {name.En}") : new LocalizedText("律师值班", "Duty");

    /// <summary>As the directory has it now; of one that left it, its id.</summary>
    private LocalizedText NameOf(string station) =>
        !AgencyId.TryParseResourceName(station, out var id) ? new LocalizedText(station, station)
        : configuration.Current.Agencies.Find(id)?.Title ?? new LocalizedText(id.Value, id.Value);

    private static DutyMode ModeOf(ModeMessage mode) => mode switch
    {
        ModeMessage.ByAppointment => DutyMode.ByAppointment,
        ModeMessage.Phone => DutyMode.Phone,
        ModeMessage.Network => DutyMode.Network,
        ModeMessage.OnSite or ModeMessage.Rotating or ModeMessage.Unspecified => DutyMode.OnSite,
        _ => DutyMode.OnSite, // of a later build: somebody comes
    };

    private enum Standing
    {
        Unsettled,
        Settled,
        Cancelled,
    }
}
