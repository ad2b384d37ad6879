using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using static LegalAid.Gateway.Tests.Duty.Shifts;

namespace LegalAid.Gateway.Tests.Duty;

/// <summary>Duty shifts by their own face, over the wire: their whole life, the same exchange by every door, and what of them whoever asks is told.</summary>
public sealed class ShiftServiceTests : IAsyncLifetime
{
    private const string Centre = Notices.AidCentre, First = Notices.FirstFirm, Second = Notices.SecondFirm;

    private readonly FakeTimeProvider _time = new(DemoSettings.CivilStart);
    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    /// <summary>Offered, accepted, published, handed over with the consent of both, missed, filled, and served by the one who came.</summary>
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Life_FromTheOfferToTheEnd_IsTakenByWhoseItIs(Face face)
    {
        var name = await OpenAsync(_gateway, Booking(0, 3, "am/1"));
        Assert.Equal("NOT_FOUND", (await ReadAsync(Station, name, face)).Code);
        var accepted = await TakeAsync(First, "AcceptShift", name, face);
        Assert.Equal(("booked", "0771-0000011"), ((string?)accepted["state"], (string?)accepted["acceptance"]?["phone"]));
        Assert.Equal("published", (string?)(await TakeAsync(Centre, "PublishShift", name, face))["state"]);
        var seen = (await ReadAsync(Station, name, face)).Required;
        Assert.Equal("虚构甲律师", (string?)seen["booking"]?["counsel"]?["name"]);
        Assert.Null(seen["acceptance"]); // the firm's number is for the centre

        Assert.Equal("substitution-asked", (string?)(await TakeAsync(Centre, "AskSubstitute", name, face))["state"]);
        Assert.Equal("substitution-proposed", (string?)(await TakeAsync(First, "AgreeToSubstitute", name, face))["state"]);
        Assert.Equal("published", (string?)(await TakeAsync(Second, "RefuseSubstitute", name, face))["state"]);
        await TakeAsync(First, "ProposeSubstitute", name, face);
        var taken = await TakeAsync(Second, "TakeOverShift", name, face);
        Assert.Equal(("published", "虚构丁律师"), ((string?)taken["state"], (string?)taken["booking"]?["counsel"]?["name"]));
        Assert.Equal("NOT_FOUND", (await ReadAsync(First, name, face)).Code);

        Assert.Equal("DUTY_NOT_BEGUN", (await _gateway[Station].CallAsync(face, "ReportNoShow", Step("ReportNoShow", name))).Code);
        await BegunAsync();
        var missed = await TakeAsync(Station, "ReportNoShow", name, face);
        Assert.Equal("no-show", (string?)missed["state"]);
        var clock = missed["exchange"]!["clocks"]!.AsArray().Single(one => (string?)one!["clock"] == "fill-no-show")!; // the type has it
        Assert.Equal(("STATE_RUNNING", $"agencies/{Centre}"), ((string?)clock["state"], (string?)clock["obligated"]));
        var filled = await TakeAsync(Centre, "SendStandIn", name, face);
        Assert.Equal(("published", "虚构甲律师"), ((string?)filled["state"], (string?)filled["booking"]?["counsel"]?["name"]));
        var done = await TakeAsync(Station, "CompleteShift", name, face);
        Assert.Equal(("done", 3, true), ((string?)done["state"], (int?)done["completion"]?["helpedCount"], (bool?)done["exchange"]?["final"]));
    }

    [Fact]
    public async Task Decline_ThenRebookOrCancel_LeavesTheFirmWithout()
    {
        var (kept, given) = (await OpenAsync(_gateway, Booking(0, 1, "am/1")), await OpenAsync(_gateway, Booking(2, 1, "am/2")));
        var step = Step("DeclineShift", kept);
        var declined = (await _gateway[First].CallAsync(Face.Rest, "DeclineShift", step)).Required;
        Assert.Null(declined["shift"]?["booking"]);
        await TakeAsync(First, "DeclineShift", given);

        // Asked again by who lost its answer: the same receipt, and nothing of the shift.
        var again = (await _gateway[First].CallAsync(Face.Grpc, "DeclineShift", step)).Required;
        Assert.Equal((string?)declined["receipt"]?["jws"], (string?)again["receipt"]?["jws"]);
        Assert.Null(again["shift"]?["booking"]);

        // Why the first declined is no business of the second.
        Assert.Equal("开庭冲突", (string?)(await _gateway[Centre].CallAsync(Face.Rest, "GetShift", new JsonObject { ["name"] = kept })).Required["refusal"]?["reason"]);
        var rebooked = await TakeAsync(Centre, "RebookShift", kept);
        Assert.Equal(("offered", "虚构丁律师"), ((string?)rebooked["state"], (string?)rebooked["booking"]?["counsel"]?["name"]));
        Assert.Null(rebooked["refusal"]);
        Assert.Null(rebooked["acceptance"]);
        Assert.Equal("released", (string?)(await TakeAsync(Centre, "CancelShift", given))["state"]);
        Assert.Equal("released", (string?)(await TakeAsync(Centre, "ReleaseShift", kept))["state"]);
    }

    [Fact]
    public async Task ReportArrival_AfterANoShow_BringsItBack()
    {
        var name = await OpenAsync(_gateway, Booking(0, 3, "am/1"));
        await TakeAsync(Centre, "PublishShift", name);
        await BegunAsync();
        await TakeAsync(Station, "ReportNoShow", name);

        var back = await TakeAsync(Station, "ReportArrival", name);

        Assert.Equal("published", (string?)back["state"]);
        Assert.NotNull(back["arrival"]?["arriveTime"]);
        Assert.NotNull(back["noShow"]?["noticeTime"]);
    }

    /// <summary>All places of a roster or none, and all that is wrong at once, each by its place in the request.</summary>
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Offer_OfSeveralPlaces_IsTakenWholeOrNotAtAll(Face face)
    {
        var past = Booking(-26, 1, "am/2");
        var phone = Booking(5, 1, "am/3");
        (phone["mode"], phone["travelBefore"]) = ("DUTY_MODE_PHONE", "900s");

        var refused = await _gateway[Centre].CallAsync(face, "OfferShifts", Offer(Booking(0, 1, "am/1"), past, phone));
        var held = await _gateway[Centre].CallAsync(face, "OfferShifts", Offer(Booking(0, 1, "am/1"), Booking(0.5, 1, "am/2")));

        Assert.Equal(["bookings[1].startTime DUTY_SHIFT_PAST", "bookings[2].travelBefore DUTY_TRAVEL_AT_HOME"], refused.Faults);
        Assert.Equal(["bookings[1] TWICE_IN_REQUEST"], held.Faults);
        Assert.Equal("TOO_MANY_ITEMS", (await _gateway[Centre].CallAsync(face, "OfferShifts", Offer([.. Enumerable.Range(0, 51).Select(i => Booking(i, 1, $"x/{i}"))]))).Code);
        Assert.Empty((await _gateway[Centre].CallAsync(face, "ListShifts", [])).Required);

        var offered = (await _gateway[Centre].CallAsync(face, "OfferShifts", Offer([.. Enumerable.Range(0, 50).Select(i => Booking(i, 1, $"x/{i}"))]))).Required["outcomes"]!.AsArray(); // accepted
        Assert.Equal(50, offered.Count);
        Assert.Single(offered.Select(outcome => (string?)outcome!["shift"]?["exchange"]?["noticeId"]).Distinct());
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"x/{i}"), offered.Select(outcome => (string?)outcome!["shift"]?["booking"]?["slot"]));
    }

    /// <summary>By the typed face and by the generic one, over REST and gRPC, one request id is one command.</summary>
    [Fact]
    public async Task RequestId_ThroughBothServicesAndFaces_IsARepeatOfTheFirst()
    {
        var offer = Offer(Booking(0, 1, "am/1"), Booking(2, 1, "am/2"));
        var first = (await _gateway[Centre].CallAsync(Face.Rest, "OfferShifts", offer)).Required["outcomes"]!.AsArray(); // accepted
        foreach (var (face, method) in new[] { (Face.Grpc, "OfferShifts"), (Face.Rest, "OpenExchange"), (Face.Grpc, "OpenExchange") })
        {
            var again = (await _gateway[Centre].CallAsync(face, method, method == "OpenExchange" ? Generic(offer) : offer)).Required["outcomes"]!.AsArray();
            Assert.Equal(first.Select(outcome => outcome!["receipt"]!.ToJsonString()), again.Select(outcome => outcome!["receipt"]!.ToJsonString())); // each has one
            Assert.Equal(
                first.Select(outcome => outcome!["shift"]!["exchange"]!.ToJsonString()), // likewise
                again.Select(outcome => (outcome!["exchange"] ?? outcome["shift"]!["exchange"])!.ToJsonString()));
        }

        var other = offer.DeepClone().AsObject();
        other["bookings"]![0]!["slot"] = "am/9"; // it has two
        Assert.Equal("REQUEST_ID_REUSED", (await _gateway[Centre].CallAsync(Face.Grpc, "OfferShifts", other)).Code);

        var name = (string)first[0]!["shift"]!["name"]!; // likewise
        var typed = Step("AcceptShift", name);
        var taken = (await _gateway[First].CallAsync(Face.Rest, "AcceptShift", typed)).Required;
        var generic = NoticeSteps.Take(ExchangeOf(name), "accept", typed["acceptance"]!.DeepClone().AsObject()); // it has one
        generic["requestId"] = typed["requestId"]!.DeepClone(); // likewise
        Assert.Equal(taken["receipt"]!.ToJsonString(), (await _gateway[First].CallAsync(Face.Grpc, "TakeStep", generic)).Required["receipt"]!.ToJsonString()); // accepted
        var read = (await _gateway[First].CallAsync(Face.Grpc, "GetExchange", new JsonObject { ["name"] = ExchangeOf(name) })).Required;
        Assert.Equal(read.ToJsonString(), (await ReadAsync(First, name)).Required["exchange"]!.ToJsonString()); // a shift has one
    }

    [Fact]
    public async Task Offer_ByTypedAndByGenericServiceOnGatewaysOfTheirOwn_SaysTheSame()
    {
        await using var other = await StartAsync();
        var offer = Offer(Booking(0, 1, "am/1"));

        var typed = (await _gateway[Centre].CallAsync(Face.Rest, "OfferShifts", offer)).Required["outcomes"]![0]!; // accepted
        var generic = (await other[Centre].CallAsync(Face.Grpc, "OpenExchange", Generic(offer))).Required["outcomes"]![0]!; // likewise

        Assert.Equal((string?)generic["receipt"]?["payloadDigest"], (string?)typed["receipt"]?["payloadDigest"]);
        Assert.Equal(new Normal().Of(generic["exchange"]), new Normal().Of(typed["shift"]?["exchange"]));
    }

    [Fact]
    public async Task Search_ByLawyerOrStation_FindsTheCallersOwnAsTheyStandNow()
    {
        var published = await OpenAsync(_gateway, Booking(0, 1, "am/1"));
        await TakeAsync(Centre, "PublishShift", published);
        var offered = await OpenAsync(_gateway, Booking(2, 1, "am/2"));
        await OpenAsync(_gateway, Booking(4, 1, "am/3", Notices.Court, NoticeSteps.SecondCounsel));
        var (byLawyer, byStation) = (new JsonObject { ["lawyer"] = "14501201510000011" }, new JsonObject { ["station"] = $"agencies/{Station}" });

        foreach (var search in new[] { byLawyer, byStation })
        {
            Assert.Equal([offered, published], await FoundAsync(Centre, search));
            Assert.Equal([offered, published], await FoundAsync(First, search));
            Assert.Equal([published], await FoundAsync(Station, search)); // what is not published is no business of its
            Assert.Empty(await FoundAsync(Second, search));
            Assert.Empty(await FoundAsync(Notices.CityAidCentre, search));
        }

        await TakeAsync(First, "ProposeSubstitute", published);
        await TakeAsync(Second, "TakeOverShift", published);
        Assert.Equal([offered], await FoundAsync(Centre, byLawyer));
        Assert.Equal([published], await FoundAsync(Station, new JsonObject { ["lawyer"] = "14501201210000042" }));
        foreach (var wrong in new[] { [], new JsonObject { ["lawyer"] = "14501201510000011", ["station"] = $"agencies/{Station}" } })
        {
            Assert.Equal("SHIFT_SEARCH_ONE", (await _gateway[Centre].CallAsync(Face.Grpc, "SearchShifts", wrong)).Code);
        }
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task List_PageByPage_GivesEachOnceAndRefusesAnothersToken(Face face)
    {
        var names = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            names.Insert(0, await OpenAsync(_gateway, Booking(i, 1, $"am/{i}")));
        }

        await TakeAsync(First, "AcceptShift", names[0]);
        var (read, token) = (new List<string>(), "");
        do
        {
            var page = (await _gateway[Centre].CallAsync(face, "ListShifts", new JsonObject { ["state"] = "offered", ["pageSize"] = 2, ["pageToken"] = token })).Required;
            read.AddRange(NamesOf(page));
            token = (string?)page["nextPageToken"] ?? "";
        }
        while (token.Length > 0 && read.Count < names.Count);

        Assert.Equal(names.Skip(1), read);
        var other = (await _gateway[Centre].CallAsync(face, "ListShifts", new JsonObject { ["pageSize"] = 2 })).Required;
        var mixed = await _gateway[Centre].CallAsync(face, "ListShifts", new JsonObject { ["state"] = "offered", ["pageSize"] = 2, ["pageToken"] = other["nextPageToken"]!.DeepClone() }); // there is one
        Assert.Equal("PAGE_TOKEN_INVALID", mixed.Code);
    }

    [Fact]
    public async Task Watch_ByAFirmThatIsRelieved_TellsEachChangeAndEndsThere()
    {
        var name = await OpenAsync(_gateway, Booking(0, 3, "am/1"));
        using var stream = new ShiftService.ShiftServiceClient(_gateway[First].Invoker).WatchShift(new() { Name = name }, cancellationToken: Cancellation);
        foreach (var (agency, method, state) in new[] { ("", "", "offered"), (Centre, "PublishShift", "published"), (First, "ProposeSubstitute", "substitution-proposed") })
        {
            if (method.Length > 0)
            {
                await TakeAsync(agency, method, name);
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(state, stream.ResponseStream.Current.State);
        }

        await TakeAsync(Second, "TakeOverShift", name);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await stream.ResponseStream.MoveNext(Cancellation));
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Shift_AsAnythingElse_IsAbsent(Face face)
    {
        var id = (await OpenAsync(_gateway, Booking(0, 1, "am/1"))).Split('/')[1];
        var help = await _gateway[Centre].CallAsync(face, "GetHelpRequest", new JsonObject { ["name"] = $"helpRequests/{id}" });
        var closed = await _gateway[Centre].CallAsync(face, "CloseHelpRequest", HelpRequests.Step("CloseHelpRequest", $"helpRequests/{id}"));
        var declined = await _gateway[First].CallAsync(face, "DeclineShift", Step("DeclineShift", $"exchanges/{id}"));

        Assert.Equal(["NOT_FOUND", "NOT_FOUND"], new[] { help, closed }.Select(answer => answer.Code));
        Assert.Contains(declined.Code, new[] { "RESOURCE_NAME_INVALID", "PATH_NOT_FOUND" });
    }

    private Task<GatewayFixture> StartAsync() => GatewayFixture.StartAsync(new GatewayStart { Time = _time });

    /// <summary>Half an hour into the first morning's shift.</summary>
    private Task BegunAsync() => _gateway.Gateway.AdvanceAsync(TimeSpan.FromHours(24.5));

    private Task<JsonNode> TakeAsync(string agency, string method, string name, Face face = Face.Grpc) => Shifts.TakeAsync(_gateway, agency, method, name, face: face);

    private Task<FaceAnswer> ReadAsync(string agency, string name, Face face = Face.Grpc) => _gateway[agency].CallAsync(face, "GetShift", new JsonObject { ["name"] = name });

    private async Task<IEnumerable<string>> FoundAsync(string agency, JsonObject search) => NamesOf((await _gateway[agency].CallAsync(Face.Rest, "SearchShifts", search)).Required);

    private static IEnumerable<string> NamesOf(JsonObject page) => (page["shifts"]?.AsArray() ?? []).Select(shift => (string)shift!["name"]!); // each has one
}
