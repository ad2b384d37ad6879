using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Duty shifts over the wire: the station's mailbox gets what is published, and nobody is booked in two places, over either face and over two nodes.</summary>
public sealed class DutyShiftTests
{
    private const string Station = Notices.DetentionCentre, OtherStation = Notices.Court;

    [Fact]
    public async Task Publish_ToTheStation_ItsMailboxGetsItAndItSeesTheBooking()
    {
        await using var gateway = await StartAsync();
        var name = Name((await BookAsync(gateway, Face.Rest, Booking(9, 12, "am/1"))).Required);
        Assert.Equal("NOT_FOUND", (await gateway[Station].CallAsync(Face.Grpc, "GetExchange", new JsonObject { ["name"] = name })).Code);
        await TakeAsync(gateway, Notices.FirstFirm, name, "accept", new JsonObject { ["phone"] = "0771-0000011" });
        await TakeAsync(gateway, Notices.AidCentre, name, "publish", new JsonObject { ["station"] = $"agencies/{Station}" });

        var delivery = Assert.Single(await DeliveryTests.PullAsync(gateway, Station));
        Assert.Equal("publish", DeliveryTests.EventOf(delivery));
        var seen = (await gateway[Station].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = name })).Required;
        Assert.Equal("虚构甲律师", seen["view"]!["booking"]!["counsel"]!["name"]!.GetValue<string>()); // the booking is its to read
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Book_OverlappingElsewhere_IsRefusedUntilTheFirstIsReleased(Face face)
    {
        await using var gateway = await StartAsync();
        var name = Name((await BookAsync(gateway, face, Booking(9, 12, "am/1"))).Required);

        var overlapping = Booking(11, 14, "noon/1", OtherStation);
        Assert.Equal("ALREADY_OPEN", (await BookAsync(gateway, face, overlapping)).Code);
        Assert.Equal("ALREADY_OPEN", (await BookAsync(gateway, face, Booking(12, 14, "noon/1", OtherStation, travel: "60s"))).Code);
        Assert.True((await BookAsync(gateway, face, Booking(12, 14, "noon/1", OtherStation))).Accepted);
        Assert.Equal("ALREADY_OPEN", (await BookAsync(gateway, face, Booking(15, 16, "am/1", counsel: NoticeSteps.SecondCounsel))).Code); // the place is filled
        Assert.Equal("TIME_SPAN_INVALID", (await BookAsync(gateway, face, Booking(17, 16, "pm/1"))).Code);
        await TakeAsync(gateway, Notices.AidCentre, name, "release", new JsonObject { ["reason"] = "取消" });
        Assert.True((await BookAsync(gateway, face, Booking(9, 12, "am/1"))).Accepted);
    }

    [Fact]
    public async Task TakeOver_ByWhoIsBookedElsewhere_IsRefusedAndNothingChanges()
    {
        await using var gateway = await StartAsync();
        var name = Name((await BookAsync(gateway, Face.Grpc, Booking(9, 12, "am/1"))).Required);
        Assert.True((await BookAsync(gateway, Face.Grpc, Booking(11, 14, "noon/1", OtherStation, counsel: NoticeSteps.SecondCounsel))).Accepted);
        await TakeAsync(gateway, Notices.AidCentre, name, "publish", new JsonObject { ["station"] = $"agencies/{Station}" });
        await TakeAsync(gateway, Notices.FirstFirm, name, "propose-substitute", new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel, ["reason"] = "开庭冲突" });

        var consent = new JsonObject { ["changes"] = new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel } };
        Assert.Equal("ALREADY_OPEN", (await gateway[Notices.SecondFirm].CallAsync(Face.Rest, "TakeStep", NoticeSteps.Take(name, "take-over", consent))).Code);
        var after = (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = name })).Required;
        Assert.Equal("substitution-proposed", after["state"]!.GetValue<string>()); // every exchange has a state
    }

    /// <summary>Sixty calls at once for two lawyers, by both faces and both nodes: what stands never overlaps, and what is refused met something that stands.</summary>
    [Fact]
    public async Task Book_AtOnceOverTwoNodes_NoOverlapAndNoFreeTimeRefused()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var gateway = await GatewayFixture.StartAsync(TwoNodesTests.On(server) with { Time = new FakeTimeProvider(DemoSettings.CivilStart) });
        gateway.Connect(Notices.CityAidCentre, await gateway.StartNodeAsync());
        var random = new Random(1);
        var wanted = Enumerable.Range(0, 60).Select(index =>
        {
            var from = random.Next(8, 18);
            return (From: from, To: from + random.Next(1, 5), Second: random.Next(2) == 0, Index: index);
        }).ToList();

        var answers = await Task.WhenAll(wanted.Select(one => BookAsync(
            gateway, one.Index % 2 == 0 ? Face.Rest : Face.Grpc,
            Booking(one.From, one.To, $"slot/{one.Index}", counsel: one.Second ? NoticeSteps.SecondCounsel : NoticeSteps.FirstCounsel),
            one.Index % 3 == 0 ? Notices.CityAidCentre : Notices.AidCentre)));

        var stands = wanted.Where(one => answers[one.Index].Accepted).ToList();
        Assert.NotEmpty(stands);
        Assert.All(wanted, one =>
        {
            var met = stands.Where(other => other.Index != one.Index && other.Second == one.Second && one.From < other.To && other.From < one.To);
            Assert.Equal(answers[one.Index].Accepted ? "" : "ALREADY_OPEN", answers[one.Index].Code);
            Assert.Equal(!answers[one.Index].Accepted, met.Any());
        });
    }

    internal static Task<GatewayFixture> StartAsync() => GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(DemoSettings.CivilStart) });

    internal static Task<FaceAnswer> BookAsync(GatewayFixture gateway, Face face, JsonObject booking, string? centre = null) =>
        gateway[centre ?? Notices.AidCentre].CallAsync(face, "OpenExchange", new JsonObject
        {
            ["type"] = "exchangeTypes/duty-shift", ["requestId"] = NoticeSteps.NewRequestId(), ["openings"] = new JsonArray(new JsonObject { ["payload"] = booking }),
        });

    internal static async Task TakeAsync(GatewayFixture gateway, string agency, string name, string step, JsonObject payload) =>
        _ = (await gateway[agency].CallAsync(Face.Grpc, "TakeStep", NoticeSteps.Take(name, step, payload))).Required; // it must be accepted

    internal static string Name(JsonObject opened) => opened["outcomes"]![0]!["exchange"]!["name"]!.GetValue<string>(); // accepted

    /// <summary>Hours of the day after the civil start of the demo.</summary>
    internal static JsonObject Booking(int from, int to, string slot, string station = Station, JsonObject? counsel = null, string? travel = null)
    {
        var day = new DateTimeOffset(DateOnly.FromDateTime(DemoSettings.CivilStart.DateTime).AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8));
        var booking = new JsonObject
        {
            ["station"] = $"agencies/{station}",
            ["slot"] = slot,
            ["startTime"] = day.AddHours(from).ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
            ["endTime"] = day.AddHours(to).ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture),
            ["mode"] = "DUTY_MODE_ON_SITE",
            ["counsel"] = counsel ?? NoticeSteps.FirstCounsel,
        };
        if (travel is not null)
        {
            booking["travelBefore"] = travel;
        }

        return booking;
    }
}
