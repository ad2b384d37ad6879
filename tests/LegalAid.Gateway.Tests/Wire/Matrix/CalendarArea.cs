using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Addresses of calendars: whose an agency may create, and that they are its own to see and to revoke.</summary>
internal sealed class CalendarArea : MatrixArea
{
    private const string Other = "other", Station = "station", Firm = "law-firm", Centre = "aid-centre";

    /// <summary>A lawyer of each firm, as in the register.</summary>
    private static readonly Dictionary<string, string> Lawyers = new(StringComparer.Ordinal)
    {
        [Notices.FirstFirm] = "14501201510000011", [Notices.SecondFirm] = "14501201210000042", ["demo-third-law-firm"] = "14502201910000073",
    };

    public override string Name => "calendars";

    public override IReadOnlyList<string> Doors => [.. Expectations.CalendarFeeds.Rows.Select(DoorOf)];

    public override async Task CompareAsync(GatewayFixture gateway, Tally tally)
    {
        var creations = from subject in Expectations.CalendarSubjects.Rows from face in BothFaces from agency in Agencies select (subject, face, agency);
        await EachAsync(creations, async cell =>
        {
            var (subject, face, agency) = cell;
            var told = tally.Called(await CallAsync(gateway[agency], face, "CreateCalendarFeed", Creation(subject, agency)));
            tally.Compare(agency, $"CreateCalendarFeed {subject}", face, Expectations.CalendarSubjects.Of(subject, KindOf(agency)), told);
        });

        var cells = from operation in Expectations.CalendarFeeds.Rows from face in BothFaces from agency in Agencies select (operation, face, agency);
        await EachAsync(cells, async cell =>
        {
            var (operation, face, agency) = cell;
            if (KindOf(agency) == Other)
            {
                var refused = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, agency, await CreateAsync(gateway, Notices.AidCentre))));
                tally.Compare(agency, operation, face, Expectations.CalendarFeeds.Of(operation, Other), refused);
                return;
            }

            var another = agency == Notices.CityAidCentre ? Notices.AidCentre : Notices.CityAidCentre;
            await AskAsync("own", await CreateAsync(gateway, agency));
            var hidden = await AskAsync("another", await CreateAsync(gateway, another));
            var absent = await AskAsync("absent", $"calendarFeeds/{Nowhere}");
            if (Expectations.CalendarFeeds.Of(operation, "another") == Expected.Absent)
            {
                tally.CompareHidden(agency, operation, face, hidden, absent);
            }

            async Task<Told> AskAsync(string whose, string name)
            {
                var told = tally.Called(await CallAsync(gateway[agency], face, operation, Request(operation, agency, name)));
                tally.Compare(agency, operation, face, Expectations.CalendarFeeds.Of(operation, whose), told);
                return told;
            }
        });
    }

    private static async Task<string> CreateAsync(GatewayFixture gateway, string agency) =>
        (await gateway[agency].CallAsync(Face.Grpc, "CreateCalendarFeed", Creation(Own(agency), agency))).Required["feed"]!["name"]!.GetValue<string>(); // a feed has a name

    private static JsonObject Request(string operation, string agency, string name) => operation switch
    {
        "CreateCalendarFeed" => Creation(Own(agency), agency),
        "ListCalendarFeeds" => [],
        "GetCalendarFeed" or "RevokeCalendarFeed" => new JsonObject { ["name"] = name },
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no request"),
    };

    private static string Own(string agency) => KindOf(agency) == Firm ? "own-lawyer" : "own-station";

    /// <summary>Who has no lawyer or is no station asks for the first firm's or the detention centre's.</summary>
    private static JsonObject Creation(string subject, string agency)
    {
        var station = KindOf(agency) == Station ? agency : Notices.DetentionCentre;
        var firm = Lawyers.ContainsKey(agency) ? agency : Notices.FirstFirm;
        var (field, value) = subject switch
        {
            "own-lawyer" => ("lawyer", Lawyers[firm]),
            "other-lawyer" => ("lawyer", Lawyers.First(lawyer => lawyer.Key != firm).Value),
            "own-station" => ("station", $"agencies/{station}"),
            "other-station" => ("station", $"agencies/{(station == Notices.Court ? Notices.DetentionCentre : Notices.Court)}"),
            _ => throw new ArgumentOutOfRangeException(nameof(subject), subject, "no subject"),
        };
        return new JsonObject { ["requestId"] = NoticeSteps.NewRequestId(), [field] = value };
    }

    private static string KindOf(string agency) =>
        agency.EndsWith(Centre, StringComparison.Ordinal) ? Centre
        : agency.EndsWith(Firm, StringComparison.Ordinal) ? Firm
        : new[] { "court", "police", "procuratorate", "detention-centre" }.Any(kind => agency.EndsWith(kind, StringComparison.Ordinal)) ? Station
        : Other;
}
