using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Duty;

/// <summary>Duty shifts and their steps by the typed face, from the morning after the demo's start on.</summary>
internal static class Shifts
{
    public const string Station = Notices.DetentionCentre;

    /// <summary>A lawyer of each firm, as in the register.</summary>
    public static readonly IReadOnlyDictionary<string, JsonObject> Lawyers = new Dictionary<string, JsonObject>(StringComparer.Ordinal)
    {
        [Notices.FirstFirm] = NoticeSteps.FirstCounsel,
        [Notices.SecondFirm] = NoticeSteps.SecondCounsel,
        ["demo-third-law-firm"] = NoticeSteps.Counsel("14502201910000073", "虚构庚律师", "demo-third-law-firm"),
    };

    private static readonly DateTimeOffset Morning = new(DateOnly.FromDateTime(DemoSettings.CivilStart.DateTime).AddDays(1).ToDateTime(new TimeOnly(9, 0)), TimeSpan.FromHours(8));

    private static int _quarters;

    public static string At(double hoursAfterMorning) => Morning.AddHours(hoursAfterMorning).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>A place from so many hours after the first morning on.</summary>
    public static JsonObject Booking(double from, double hours, string slot, string station = Station, JsonObject? counsel = null) => new()
    {
        ["station"] = $"agencies/{station}",
        ["slot"] = slot,
        ["startTime"] = At(from),
        ["endTime"] = At(from + hours),
        ["mode"] = "DUTY_MODE_ON_SITE",
        ["counsel"] = counsel ?? NoticeSteps.FirstCounsel,
    };

    /// <summary>A quarter of an hour in which nobody else of this process is booked, by telephone.</summary>
    public static JsonObject BookingOfItsOwn(string station, JsonObject counsel)
    {
        var quarter = Interlocked.Increment(ref _quarters);
        var booking = Booking((24 * 7) + (quarter / 4.0), 0.25, $"own/{quarter}", station, counsel);
        booking["mode"] = "DUTY_MODE_PHONE";
        return booking;
    }

    public static JsonObject Offer(params JsonObject[] bookings) => new()
    {
        ["bookings"] = new JsonArray([.. bookings.Select(booking => booking.DeepClone())]), ["requestId"] = NoticeSteps.NewRequestId(),
    };

    /// <summary>The same by ExchangeService.</summary>
    public static JsonObject Generic(JsonObject offer) => new()
    {
        ["type"] = "exchangeTypes/duty-shift",
        ["openings"] = new JsonArray([.. offer["bookings"]!.AsArray().Select(booking => new JsonObject { ["payload"] = booking!.DeepClone() })]), // an offer has them
        ["requestId"] = offer["requestId"]!.DeepClone(), // likewise
    };

    public static async Task<string> OpenAsync(GatewayFixture gateway, JsonObject booking, string centre = Notices.AidCentre) =>
        (string)(await gateway[centre].CallAsync(Face.Grpc, "OfferShifts", Offer(booking))).Required["outcomes"]![0]!["shift"]!["name"]!; // accepted

    /// <summary>A step's request.</summary>
    public static JsonObject Step(string method, string name, JsonObject? payload = null)
    {
        var (field, usual) = method switch
        {
            "AcceptShift" => ("acceptance", new JsonObject { ["phone"] = "0771-0000011" }),
            "DeclineShift" => ("refusal", new JsonObject { ["reason"] = "开庭冲突" }),
            "RebookShift" => ("rebooking", new JsonObject { ["changes"] = new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel } }),
            "PublishShift" => ("publication", new JsonObject { ["station"] = $"agencies/{Station}" }),
            "ProposeSubstitute" or "AskSubstitute" => ("proposal", new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel, ["reason"] = "开庭冲突" }),
            "AgreeToSubstitute" => ("agreement", new JsonObject { ["agreedBy"] = "虚构主任" }),
            "TakeOverShift" => ("consent", new JsonObject { ["changes"] = new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel } }),
            "RefuseSubstitute" => ("refusal", new JsonObject { ["reason"] = "另有安排" }),
            "ReportNoShow" => ("report", new JsonObject { ["noticeTime"] = At(0.25) }),
            "ReportArrival" => ("report", new JsonObject { ["arriveTime"] = At(0.5) }),
            "SendStandIn" => ("standIn", new JsonObject { ["changes"] = new JsonObject { ["counsel"] = NoticeSteps.FirstCounsel } }),
            "CompleteShift" => ("completion", new JsonObject { ["helpedCount"] = 3 }),
            "ReleaseShift" or "CancelShift" => ("release", new JsonObject { ["reason"] = "站点停诊" }),
            _ => throw new ArgumentException(method, nameof(method)),
        };
        return new JsonObject { ["name"] = name, [field] = (payload ?? usual).DeepClone(), ["requestId"] = NoticeSteps.NewRequestId() };
    }

    /// <summary>Takes a step that must be accepted, and gives the shift after it.</summary>
    public static async Task<JsonNode> TakeAsync(GatewayFixture gateway, string agency, string method, string name, JsonObject? payload = null, Face face = Face.Grpc) =>
        (await gateway[agency].CallAsync(face, method, Step(method, name, payload))).Required["shift"]!; // an outcome has one

    public static string ExchangeOf(string name) => name.Replace("dutyShifts/", "exchanges/", StringComparison.Ordinal);
}
