using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using static LegalAid.Gateway.Tests.Duty.HelpRequests;

namespace LegalAid.Gateway.Tests.Duty;

/// <summary>Requests for a duty lawyer by their own face, over the wire: a notice's people together, each with a life of its own, and what of it whoever asks is told.</summary>
public sealed class HelpRequestServiceTests : IAsyncLifetime
{
    private const string Organ = Notices.Police, Centre = Notices.AidCentre, First = Notices.FirstFirm, Second = Notices.SecondFirm, Detention = Notices.DetentionCentre;

    private readonly FakeTimeProvider _time = new(DemoSettings.CivilStart);
    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Request_ForThreePeopleOneOfThemWrong_TellsAllFaultsAndOpensNothing(Face face)
    {
        var notice = Notice(Request(), Request(), Request());
        var wrong = notice.DeepClone().AsObject();
        var second = wrong["people"]![1]!; // it has three
        second["request"]!["person"]!.AsObject().Remove("residentNumber"); // each has a person
        second["request"]!["aidCentre"] = "agencies/liuzhou-aid-centre";
        second["attachments"]![0]!["kind"] = "indictment"; // each has a document
        wrong["people"]![2]!["request"]!["aidCentre"] = "agencies/liuzhou-aid-centre"; // likewise
        (wrong["requestId"], notice["requestId"]) = (NoticeSteps.NewRequestId(), NoticeSteps.NewRequestId());

        var refused = await _gateway[Organ].CallAsync(face, "RequestHelp", wrong);

        Assert.Equal(
            ["people[1].attachments ATTACHMENT_KIND_UNKNOWN", "people[1].request.aidCentre AID_CENTRE_NOT_COMPETENT", "people[1].request.person PERSON_IDENTITY_MISSING",
                "people[2].request.aidCentre AID_CENTRE_NOT_COMPETENT"],
            refused.Faults.Order(StringComparer.Ordinal));
        Assert.Empty((await _gateway[Organ].CallAsync(face, "ListHelpRequests", [])).Required);
        Assert.Empty(await DeliveryTests.PullAsync(_gateway, Centre));

        var opened = (await _gateway[Organ].CallAsync(face, "RequestHelp", notice)).Required["outcomes"]!.AsArray(); // accepted
        Assert.Equal(3, opened.Select(outcome => (string?)outcome!["help"]?["name"]).Distinct().Count());
        Assert.Single(opened.Select(outcome => (string?)outcome!["help"]?["exchange"]?["noticeId"]).Distinct());
        Assert.Equal(["request", "request", "request"], (await DeliveryTests.PullAsync(_gateway, Centre)).Select(DeliveryTests.EventOf));
    }

    /// <summary>A co-accused's lawyer is refused, another's firm declares a conflict, a third helps and attends the plea, and the person is moved before it is closed.</summary>
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Life_WithAConflict_EndsWithHelpByAnother(Face face)
    {
        var request = Request(detentionCentre: Detention);
        request["coAccused"] = new JsonArray(new JsonObject { ["label"] = "同案2号", ["defendedBy"] = "14502201910000073" });
        var name = await OpenAsync(_gateway, Organ, request);
        var third = await _gateway[Centre].CallAsync(face, "NotifyLawyer", Step("NotifyLawyer", name, Naming(Shifts.Lawyers["demo-third-law-firm"].DeepClone().AsObject())));
        Assert.Equal(["naming.counsel.licenceNumber HELP_ACTS_FOR_CO_ACCUSED"], third.Faults);
        Assert.Equal(("notified", "STATE_MET"), StateAnd(await TakeAsync(Centre, "NotifyLawyer", name, face), "notify-lawyer"));

        var conflict = (await _gateway[First].CallAsync(face, "DeclareConflict", Step("DeclareConflict", name))).Required["help"]; // an outcome has one
        Assert.Null(conflict?["request"]);
        Assert.Equal("NOT_FOUND", (await ReadAsync(First, name, face)).Code);
        var open = (await ReadAsync(Centre, name, face)).Required;
        Assert.Equal(("requested", "STATE_RUNNING"), StateAnd(open, "replace-lawyer"));
        Assert.Equal("曾为被害人代理", (string?)open["conflict"]?["reason"]);
        await TakeAsync(Centre, "NameLawyer", name, face, Naming(NoticeSteps.SecondCounsel));

        var record = Step("RecordHelp", name)["record"]!.AsObject(); // the step has one
        record["services"]!.AsArray().Add("HELP_SERVICE_PLEA"); // it has them
        Assert.Equal(["record.plea HELP_PLEA_MISSING"], (await _gateway[Second].CallAsync(face, "RecordHelp", Step("RecordHelp", name, record.DeepClone().AsObject()))).Faults);
        record["plea"] = new JsonObject { ["explained"] = true, ["opinionGiven"] = true, ["signTime"] = "2026-03-02T08:54:00+08:00" };
        var helped = await TakeAsync(Second, "RecordHelp", name, face, record);
        Assert.Equal(("helped", true), ((string?)helped["state"], (bool?)helped["record"]?["plea"]?["opinionGiven"]));

        // The detention centre reads who comes, and nothing of the case.
        var held = (await ReadAsync(Detention, name, face)).Required;
        Assert.Equal("虚构丁律师", (string?)held["naming"]?["counsel"]?["name"]);
        Assert.Null(held["request"] ?? held["record"] ?? held["conflict"]);

        var moved = await TakeAsync(Detention, "MovePerson", name, face);
        Assert.Equal("requested", (string?)moved["state"]);
        var read = (await ReadAsync(Centre, name, face)).Required;
        Assert.Equal(("南宁市第二看守所", "DUTY_PRESENCE_NOBODY"), ((string?)read["request"]?["custody"]?["place"], (string?)read["request"]?["presence"]));
        await TakeAsync(Centre, "NameLawyer", name, face, Naming(NoticeSteps.SecondCounsel));
        await TakeAsync(Second, "RecordHelp", name, face);
        var closed = await TakeAsync(Centre, "CloseHelpRequest", name, face);
        Assert.Equal(("closed", "已提供法律帮助"), ((string?)closed["state"], (string?)closed["closing"]?["outcome"]));
    }

    [Fact]
    public async Task Refuse_AtOneStage_IsAskedAgainAtTheNext()
    {
        var name = await OpenAsync(_gateway, Organ, Request());
        var early = await _gateway[Organ].CallAsync(Face.Rest, "RefuseHelp", Step("RefuseHelp", name, Refusal("PROSECUTION")));
        Assert.Equal(["refusal.stage HELP_STAGE_WRONG"], early.Faults);
        var refused = await TakeAsync(Organ, "RefuseHelp", name, Face.Rest);
        Assert.Equal(("refused", "STAGE_INVESTIGATION"), ((string?)refused["state"], (string?)refused["refusal"]?["stage"]));

        var asked = Step("AskHelpAgain", name);
        asked["asking"]!["changes"]!["stage"] = "STAGE_INVESTIGATION"; // the step has both
        Assert.Equal(["asking.changes.stage HELP_STAGE_WRONG"], (await _gateway[Organ].CallAsync(Face.Rest, "AskHelpAgain", asked)).Faults);
        var again = await TakeAsync(Organ, "AskHelpAgain", name, Face.Rest);
        Assert.Equal(("requested", "STAGE_PROSECUTION"), ((string?)again["state"], (string?)again["request"]?["stage"]));
        Assert.Equal("withdrawn", (string?)(await TakeAsync(Organ, "WithdrawHelpRequest", name, Face.Grpc))["state"]);
    }

    [Fact]
    public async Task Search_ByPersonOrCase_ShowsNothingToWhoIsNoParty()
    {
        var request = Request();
        var document = new JsonObject { ["name"] = "John Example", ["document"] = new JsonObject { ["kind"] = "DOCUMENT_KIND_PASSPORT", ["number"] = "P1234567", ["issuer"] = "GBR" }, ["birthDate"] = "1980-01-01" };
        var foreigner = Request(person: document);
        (request["caseNumber"], foreigner["caseNumber"]) = ("南公（青）拘字〔2026〕101号", "南公（青）拘字〔2026〕102号");
        var (first, second) = (await OpenAsync(_gateway, Organ, request), await OpenAsync(_gateway, Organ, foreigner));

        foreach (var (agency, isParty) in new[] { (Organ, true), (Centre, true), (Notices.CityPolice, false), (Notices.CityAidCentre, false), (First, false) })
        {
            foreach (var face in Enum.GetValues<Face>())
            {
                Assert.Equal(isParty ? [first] : [], await FoundAsync(agency, face, new JsonObject { ["person"] = request["person"]!.DeepClone() })); // it has one
                Assert.Equal(isParty ? [second] : [], await FoundAsync(agency, face, new JsonObject { ["person"] = document.DeepClone() }));
                Assert.Equal(isParty ? [first] : [], await FoundAsync(agency, face, new JsonObject { ["caseNumber"] = request["caseNumber"]!.DeepClone() })); // likewise
                Assert.Empty(await FoundAsync(agency, face, new JsonObject { ["person"] = request["person"]!.DeepClone(), ["caseNumber"] = foreigner["caseNumber"]!.DeepClone() })); // likewise
            }
        }

        Assert.Equal("SEARCH_EMPTY", (await _gateway[Organ].CallAsync(Face.Rest, "SearchHelpRequests", [])).Code);
        Assert.Equal("SEARCH_EMPTY", (await _gateway[Organ].CallAsync(Face.Rest, "SearchHelpRequests", new JsonObject { ["person"] = new JsonObject { ["name"] = "虚构某人" } })).Code);
    }

    /// <summary>By the typed face and by the generic one, over REST and gRPC, and by the header, one request id is one command.</summary>
    [Fact]
    public async Task RequestId_ThroughBothServicesFacesAndTheHeader_IsARepeatOfTheFirst()
    {
        var notice = Notice(Request(), Request());
        var first = (await _gateway[Organ].CallAsync(Face.Rest, "RequestHelp", notice)).Required["outcomes"]!.AsArray(); // accepted
        foreach (var (face, method) in new[] { (Face.Grpc, "RequestHelp"), (Face.Rest, "OpenExchange"), (Face.Grpc, "OpenExchange") })
        {
            var again = (await _gateway[Organ].CallAsync(face, method, method == "OpenExchange" ? Generic(notice) : notice)).Required["outcomes"]!.AsArray();
            Assert.Equal(first.Select(outcome => outcome!["receipt"]!.ToJsonString()), again.Select(outcome => outcome!["receipt"]!.ToJsonString())); // each has one
            Assert.Equal(
                first.Select(outcome => outcome!["help"]!["exchange"]!.ToJsonString()), // likewise
                again.Select(outcome => (outcome!["exchange"] ?? outcome["help"]!["exchange"])!.ToJsonString()));
        }

        var bare = notice.DeepClone().AsObject();
        bare.Remove("requestId");
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/helpRequests") { Content = Faces.Body(bare.ToJsonString()) };
        message.Headers.Add("Idempotency-Key", (string?)notice["requestId"]);
        var byHeader = await Faces.SendAsync(_gateway[Organ].Rest, message, Faces.Method("RequestHelp"), Cancellation);
        Assert.Equal(first[0]!["receipt"]!.ToJsonString(), byHeader.Required["outcomes"]![0]!["receipt"]!.ToJsonString()); // accepted

        var name = (string)first[0]!["help"]!["name"]!; // likewise
        var typed = Step("NotifyLawyer", name);
        var taken = (await _gateway[Centre].CallAsync(Face.Grpc, "NotifyLawyer", typed)).Required;
        var generic = NoticeSteps.Take(name.Replace("helpRequests/", "exchanges/", StringComparison.Ordinal), "notify-lawyer", typed["naming"]!.DeepClone().AsObject()); // it has one
        generic["requestId"] = typed["requestId"]!.DeepClone(); // likewise
        Assert.Equal(taken["receipt"]!.ToJsonString(), (await _gateway[Centre].CallAsync(Face.Rest, "TakeStep", generic)).Required["receipt"]!.ToJsonString()); // accepted
    }

    [Fact]
    public async Task Request_ByTypedAndByGenericServiceOnGatewaysOfTheirOwn_SaysTheSame()
    {
        await using var other = await StartAsync();
        var notice = Notice(Request(detentionCentre: Detention));

        var typed = (await _gateway[Organ].CallAsync(Face.Rest, "RequestHelp", notice)).Required["outcomes"]![0]!; // accepted
        var generic = (await other[Organ].CallAsync(Face.Grpc, "OpenExchange", Generic(notice))).Required["outcomes"]![0]!; // likewise

        Assert.Equal((string?)generic["receipt"]?["payloadDigest"], (string?)typed["receipt"]?["payloadDigest"]);
        Assert.Equal(new Normal().Of(generic["exchange"]), new Normal().Of(typed["help"]?["exchange"]));
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task List_PageByPage_GivesEachOnce(Face face)
    {
        var opened = (await _gateway[Organ].CallAsync(face, "RequestHelp", Notice(Request(), Request(), Request()))).Required["outcomes"]!.AsArray(); // accepted
        var (read, token) = (new List<string>(), "");
        do
        {
            var page = (await _gateway[Centre].CallAsync(face, "ListHelpRequests", new JsonObject { ["state"] = "requested", ["pageSize"] = 2, ["pageToken"] = token })).Required;
            read.AddRange(NamesOf(page));
            token = (string?)page["nextPageToken"] ?? "";
        }
        while (token.Length > 0 && read.Count < 4);

        Assert.Equal(opened.Select(outcome => (string)outcome!["help"]!["name"]!).Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal)); // each has one
        Assert.Equal("PAGE_TOKEN_INVALID", (await _gateway[Centre].CallAsync(face, "ListHelpRequests", new JsonObject { ["pageToken"] = "nothing" })).Code);
    }

    [Fact]
    public async Task Watch_ByTheOrgan_TellsEachChangeUntilTheEnd()
    {
        var name = await OpenAsync(_gateway, Organ, Request());
        using var stream = new HelpRequestService.HelpRequestServiceClient(_gateway[Organ].Invoker).WatchHelpRequest(new() { Name = name }, cancellationToken: Cancellation);
        foreach (var (agency, method, state) in new[] { ("", "", "requested"), (Centre, "NotifyLawyer", "notified"), (First, "RecordHelp", "helped"), (Centre, "CloseHelpRequest", "closed") })
        {
            if (method.Length > 0)
            {
                await TakeAsync(agency, method, name, Face.Grpc);
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(state, stream.ResponseStream.Current.State);
        }

        Assert.False(await stream.ResponseStream.MoveNext(Cancellation));
    }

    private Task<GatewayFixture> StartAsync() => GatewayFixture.StartAsync(new GatewayStart { Time = _time });

    private Task<JsonNode> TakeAsync(string agency, string method, string name, Face face, JsonObject? payload = null) =>
        HelpRequests.TakeAsync(_gateway, agency, method, name, payload, face);

    private Task<FaceAnswer> ReadAsync(string agency, string name, Face face) => _gateway[agency].CallAsync(face, "GetHelpRequest", new JsonObject { ["name"] = name });

    private async Task<IEnumerable<string>> FoundAsync(string agency, Face face, JsonObject search) => NamesOf((await _gateway[agency].CallAsync(face, "SearchHelpRequests", search)).Required);

    private static IEnumerable<string> NamesOf(JsonObject page) => (page["helpRequests"]?.AsArray() ?? []).Select(help => (string)help!["name"]!); // each has one

    private static (string? State, string? Clock) StateAnd(JsonNode help, string clock) =>
        ((string?)help["state"], (string?)help["exchange"]!["clocks"]!.AsArray().Single(one => (string?)one!["clock"] == clock)!["state"]); // the type has it
}
