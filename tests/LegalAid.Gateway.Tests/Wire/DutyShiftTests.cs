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

    /// <summary>Two lawyers on duty at the same time at two places change places. Neither could take the other's over alone.</summary>
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Swap_OfTwoShiftsAtOneTime_IsOneAct(Face face)
    {
        await using var gateway = await StartAsync();
        var here = await PublishedAsync(gateway, Booking(9, 12, "am/1"), Notices.FirstFirm);
        var there = await PublishedAsync(gateway, Booking(9, 12, "am/1", OtherStation, NoticeSteps.SecondCounsel), Notices.SecondFirm);
        var swap = Swap(there, OtherStation, 9, 12, NoticeSteps.SecondCounsel, NoticeSteps.FirstCounsel);
        await TakeAsync(gateway, Notices.FirstFirm, here, "propose-substitute", new JsonObject
        {
            ["counsel"] = NoticeSteps.SecondCounsel, ["reason"] = "开庭冲突", ["swap"] = swap.DeepClone(),
        });
        await DrainAsync(gateway, OtherStation);

        var type = (await gateway[Notices.SecondFirm].CallAsync(face, "GetExchangeType", new JsonObject { ["name"] = "exchangeTypes/duty-shift" })).Required;
        Assert.Equal("take-over", (string?)type["steps"]!.AsArray().Single(step => (string?)step!["step"] == "swap")!["takenWith"]); // it has the step

        // Not alone, not for nothing, and not by whoever it is offered to.
        Assert.Equal("STEP_ONLY_TOGETHER", (await gateway[Notices.SecondFirm].CallAsync(face, "TakeStep", NoticeSteps.Take(there, "swap", swap.DeepClone().AsObject()))).Code);
        Assert.Equal("DUTY_NOT_AS_PROPOSED", (await gateway[Notices.SecondFirm].CallAsync(face, "TakeStep", NoticeSteps.Take(here, "take-over", Consent(null)))).Code);
        Assert.Equal("STEP_NOT_YOURS", (await gateway[Notices.FirstFirm].CallAsync(face, "TakeStep", NoticeSteps.Take(here, "take-over", Consent(swap)))).Code);
        var taken = (await gateway[Notices.SecondFirm].CallAsync(face, "TakeStep", NoticeSteps.Take(here, "take-over", Consent(swap)))).Required;

        Assert.Equal(here, taken["exchange"]!["name"]!.GetValue<string>()); // every outcome has its exchange
        Assert.Equal("虚构丁律师", await LawyerAsync(gateway, Station, here));
        Assert.Equal("虚构甲律师", await LawyerAsync(gateway, OtherStation, there));
        Assert.Equal("swap", DeliveryTests.EventOf(Assert.Single(await DeliveryTests.PullAsync(gateway, OtherStation))));
        Assert.Equal("ALREADY_OPEN", (await BookAsync(gateway, face, Booking(10, 11, "other/1"))).Code);
        Assert.Equal("NOT_FOUND", (await gateway[Notices.FirstFirm].CallAsync(face, "GetExchange", new JsonObject { ["name"] = here })).Code); // it has no part in it any more
    }

    /// <summary>What is given in return moved on between the proposal and the consent: neither shift changes hands, and it is told why.</summary>
    [Fact]
    public async Task Swap_ForAShiftThatWasReleasedMeanwhile_ChangesNeither()
    {
        await using var gateway = await StartAsync();
        var here = await PublishedAsync(gateway, Booking(9, 12, "am/1"), Notices.FirstFirm);
        var there = await PublishedAsync(gateway, Booking(14, 17, "pm/1", OtherStation, NoticeSteps.SecondCounsel), Notices.SecondFirm);
        var swap = Swap(there, OtherStation, 14, 17, NoticeSteps.SecondCounsel, NoticeSteps.FirstCounsel);
        await TakeAsync(gateway, Notices.AidCentre, here, "ask-substitute", new JsonObject
        {
            ["counsel"] = NoticeSteps.SecondCounsel, ["reason"] = "开庭冲突", ["swap"] = swap.DeepClone(),
        });
        await TakeAsync(gateway, Notices.FirstFirm, here, "agree-substitute", new JsonObject { ["agreedBy"] = "虚构主任" });
        await TakeAsync(gateway, Notices.AidCentre, there, "release", new JsonObject { ["reason"] = "取消" });

        var refused = await gateway[Notices.SecondFirm].CallAsync(Face.Rest, "TakeStep", NoticeSteps.Take(here, "take-over", Consent(swap)));

        Assert.Equal("STATE_WRONG", refused.Code);
        var after = (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = here })).Required;
        Assert.Equal("substitution-proposed", after["state"]!.GetValue<string>()); // every exchange has a state
        Assert.True((await BookAsync(gateway, Face.Rest, Booking(14, 17, "pm/1"))).Accepted); // the first lawyer's afternoon is free
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

    private static async Task<string> PublishedAsync(GatewayFixture gateway, JsonObject booking, string firm)
    {
        var station = booking["station"]!.GetValue<string>(); // Booking has one
        var name = Name((await BookAsync(gateway, Face.Grpc, booking)).Required);
        await TakeAsync(gateway, firm, name, "accept", new JsonObject { ["phone"] = "0771-0000011" });
        await TakeAsync(gateway, Notices.AidCentre, name, "publish", new JsonObject { ["station"] = station });
        return name;
    }

    /// <summary>A published shift as it is given in return for another.</summary>
    private static JsonObject Swap(string exchange, string station, int from, int to, JsonObject giver, JsonObject taker)
    {
        var booking = Booking(from, to, "", station);
        return new JsonObject
        {
            ["exchange"] = exchange,
            ["station"] = booking["station"]?.DeepClone(),
            ["startTime"] = booking["startTime"]?.DeepClone(),
            ["endTime"] = booking["endTime"]?.DeepClone(),
            ["givenBy"] = giver["licenceNumber"]?.DeepClone(),
            ["changes"] = new JsonObject { ["counsel"] = taker.DeepClone() },
        };
    }

    private static JsonObject Consent(JsonObject? swap)
    {
        var consent = new JsonObject { ["changes"] = new JsonObject { ["counsel"] = NoticeSteps.SecondCounsel } };
        if (swap is not null)
        {
            consent["swap"] = swap.DeepClone();
        }

        return consent;
    }

    private static async Task<string> LawyerAsync(GatewayFixture gateway, string agency, string name)
    {
        var seen = (await gateway[agency].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = name })).Required;
        return seen["view"]!["booking"]!["counsel"]!["name"]!.GetValue<string>(); // a shift has a lawyer
    }

    /// <summary>Takes what waits for the agency, so that what comes next is alone.</summary>
    private static async Task DrainAsync(GatewayFixture gateway, string agency)
    {
        foreach (var delivery in await DeliveryTests.PullAsync(gateway, agency))
        {
            await DeliveryTests.AcknowledgeAsync(gateway, agency, delivery);
        }
    }

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
