using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.Time.Testing;
using static LegalAid.Gateway.Tests.Cooperation.Cooperations;

namespace LegalAid.Gateway.Tests.Cooperation;

/// <summary>One centre asks another for help, over the wire and on both faces.</summary>
public sealed class CooperationTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> AllKinds => [.. Kinds.Keys];

    private GatewayFixture Gateway => wire.Gateway;

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Life_FromTheRequestToTheReview_IsTakenByBothCentres(Face face)
    {
        var opened = (await Gateway[Origin].CallAsync(face, "RequestCooperation", Request(Letter()))).Required;
        var name = (string)opened["cooperation"]!["name"]!; // an outcome has one
        Assert.NotNull(opened["receipt"]?["jws"]);

        Assert.Equal("in-hand", (string?)(await TakeAsync(Gateway, Asked, face, "AcceptCooperation", name))["state"]);
        var asked = await TakeAsync(Gateway, Asked, face, "AskForSupplement", name);
        Assert.True((bool?)asked["questionOpen"]);
        Assert.Equal("STATE_PAUSED", (string?)Clock(asked, "work")?["state"]);
        var supplied = await TakeAsync(Gateway, Origin, face, "SupplyCooperation", name);
        Assert.Equal("STATE_RUNNING", (string?)Clock(supplied, "work")?["state"]);
        await TakeAsync(Gateway, Origin, face, "AmendCooperation", name);
        await TakeAsync(Gateway, Asked, face, "ReportCooperationProgress", name);
        var answered = await TakeAsync(Gateway, Asked, face, "DeliverCooperationResults", name);
        Assert.Equal("answered", (string?)answered["state"]);
        Assert.Equal("in-hand", (string?)(await TakeAsync(Gateway, Origin, face, "ReturnCooperationResults", name))["state"]);
        await TakeAsync(Gateway, Asked, face, "DeliverCooperationResults", name, Results(("1", "DONE"), ("2", "DONE")));
        await TakeAsync(Gateway, Origin, face, "AcceptCooperationResults", name);
        var reviewed = await TakeAsync(Gateway, Origin, face, "ReviewCooperation", name);
        Assert.Equal("COOPERATION_GRADE_GOOD", (string?)reviewed["review"]?["grade"]);
        Assert.Equal("closed", (string?)(await TakeAsync(Gateway, Origin, face, "CloseCooperation", name))["state"]);

        var read = (await Gateway[Asked].CallAsync(face, "GetCooperation", new JsonObject { ["name"] = name })).Required;
        Assert.Equal("申请人补充说明", (string?)read["request"]?["facts"]);
        Assert.Single(read["progress"]!.AsArray()); // it was reported
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Forward_ToTheRightCentre_TellsTheOriginAndLeavesTheWrongOneWithout(Face face)
    {
        var name = await OpenAsync(Gateway);
        var step = Step("ForwardCooperation", name);

        var forwarded = (await Gateway[Asked].CallAsync(face, "ForwardCooperation", step)).Required;

        Assert.Null(forwarded["cooperation"]?["request"]);
        Assert.Equal("NOT_FOUND", (await Gateway[Asked].CallAsync(face, "GetCooperation", new JsonObject { ["name"] = name })).Code);
        var next = (await Gateway[Next].CallAsync(face, "GetCooperation", new JsonObject { ["name"] = name })).Required;
        Assert.Equal(("requested", "2026-03-20"), ((string?)next["state"], (string?)next["request"]?["dueDate"]));
        Assert.Equal($"agencies/{Next}", (string?)Clock(next, "reply")?["obligated"]);
        Assert.Equal($"agencies/{Next}", (string?)Clock(next, "overall")?["obligated"]);
        foreach (var agency in new[] { Origin, Next })
        {
            Assert.Contains(await EventsAsync(agency, name), said => said == "forward");
        }

        // Asked again by who lost its answer: the same receipt, and still nothing of the request.
        var again = (await Gateway[Asked].CallAsync(face, "ForwardCooperation", step)).Required;
        Assert.Equal((string?)forwarded["receipt"]?["jws"], (string?)again["receipt"]?["jws"]);
        Assert.Null(again["cooperation"]?["request"]);

        foreach (var back in new[] { Asked, Origin, Next })
        {
            var refused = await Gateway[Next].CallAsync(face, "ForwardCooperation", Step("ForwardCooperation", name, new JsonObject { ["to"] = $"agencies/{back}", ["reasons"] = "退回" }));
            Assert.Equal(["forwarding.to COOPERATION_FORWARDED_BACK"], refused.Faults);
        }
    }

    [Fact]
    public async Task Forward_ThreeTimes_GoesNoFurther()
    {
        var name = await OpenAsync(Gateway);
        string[] chain = [Asked, Next, Third, "nanning-aid-centre"];
        foreach (var (from, to) in chain.Zip(chain.Skip(1)))
        {
            await TakeAsync(Gateway, from, Face.Rest, "ForwardCooperation", name, new JsonObject { ["to"] = $"agencies/{to}", ["reasons"] = "转送" });
        }

        var refused = await Gateway[chain[^1]].CallAsync(Face.Rest, "ForwardCooperation", Step("ForwardCooperation", name, new JsonObject { ["to"] = $"agencies/{Asked}", ["reasons"] = "转送" }));

        Assert.Contains("LIST_FULL", string.Join(' ', refused.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Decline_WithReasons_EndsItAndTellsTheOrigin(Face face)
    {
        var name = await OpenAsync(Gateway);

        var declined = await TakeAsync(Gateway, Asked, face, "DeclineCooperation", name);

        Assert.Equal(("declined", "无力办理"), ((string?)declined["state"], (string?)declined["declination"]?["reasons"]));
        Assert.Contains(await EventsAsync(Origin, name), said => said == "decline");
        Assert.Equal("STATE_WRONG", (await Gateway[Origin].CallAsync(face, "WithdrawCooperation", Step("WithdrawCooperation", name))).Code);
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Date_ProposedAndAgreed_BecomesTheDueInstant(Face face)
    {
        var name = await OpenAsync(Gateway);
        await TakeAsync(Gateway, Asked, face, "AcceptCooperation", name);
        Assert.Equal("NOTHING_TO_ANSWER", (await Gateway[Origin].CallAsync(face, "AgreeToCooperationDate", Step("AgreeToCooperationDate", name))).Code);

        var proposed = await TakeAsync(Gateway, Asked, face, "ProposeCooperationDate", name);
        Assert.Equal((true, "2026-03-20T16:00:00Z"), ((bool?)proposed["proposalOpen"], (string?)Clock(proposed, "work")?["dueTime"]));
        await TakeAsync(Gateway, Origin, face, "RefuseCooperationDate", name);
        await TakeAsync(Gateway, Asked, face, "ProposeCooperationDate", name, new JsonObject { ["dueDate"] = "2026-03-27", ["reasons"] = "尽快" });
        var other = await Gateway[Origin].CallAsync(face, "AgreeToCooperationDate", Step("AgreeToCooperationDate", name));
        Assert.Equal("COOPERATION_DATE_NOT_PROPOSED", other.Code);

        var agreed = await TakeAsync(Gateway, Origin, face, "AgreeToCooperationDate", name, new JsonObject { ["agreed"] = new JsonObject { ["dueDate"] = "2026-03-27" } });

        Assert.Equal(("2026-03-27", "2026-03-27T16:00:00Z"), ((string?)agreed["request"]?["dueDate"], (string?)Clock(agreed, "work")?["dueTime"]));
        Assert.Null(agreed["proposalOpen"]);
    }

    [Fact]
    public async Task Results_WithAnItemUnanswered_AreRefusedUntilItIsExplained()
    {
        var name = await OpenAsync(Gateway);
        await TakeAsync(Gateway, Asked, Face.Rest, "AcceptCooperation", name);

        var partly = await Gateway[Asked].CallAsync(Face.Rest, "DeliverCooperationResults", Step("DeliverCooperationResults", name, Results(("1", "DONE"))));
        var unexplained = await Gateway[Asked].CallAsync(Face.Rest, "DeliverCooperationResults", Step(
            "DeliverCooperationResults", name, new JsonObject { ["results"] = new JsonArray(Results(("1", "DONE"))["results"]![0]!.DeepClone(), new JsonObject { ["number"] = "2", ["outcome"] = "ITEM_OUTCOME_NOT_DONE" }, new JsonObject { ["number"] = "3", ["outcome"] = "ITEM_OUTCOME_DONE" }) })); // it has one

        Assert.Equal(["results COOPERATION_ITEMS_OPEN"], partly.Faults.Select(fault => fault.Replace("results.results", "results", StringComparison.Ordinal)));
        Assert.Equal(
            ["results.results[1].reasons COOPERATION_REASONS_MISSING", "results.results[2].number COOPERATION_ITEM_UNKNOWN", "results.results[2].result COOPERATION_RESULT_MISSING"],
            unexplained.Faults.Order(StringComparer.Ordinal));
        Assert.Equal("answered", (string?)(await TakeAsync(Gateway, Asked, Face.Rest, "DeliverCooperationResults", name))["state"]);
    }

    /// <summary>Where no lawyer can be had, another place sends one (跨区域调配): the results say who comes.</summary>
    [Fact]
    public async Task LendLawyer_AcceptedAndAnswered_NamesWhoComes()
    {
        var name = await OpenAsync(Gateway, Letter("LEND_LAWYER"));
        await TakeAsync(Gateway, Asked, Face.Rest, "AcceptCooperation", name);
        var results = Results(("1", "DONE"), ("2", "DONE"));
        results["lawyers"] = new JsonArray(NoticeSteps.FirstCounsel.DeepClone());

        var answered = await TakeAsync(Gateway, Asked, Face.Grpc, "DeliverCooperationResults", name, results);

        Assert.Equal("COOPERATION_KIND_LEND_LAWYER", (string?)answered["kind"]);
        var read = (await Gateway[Origin].CallAsync(Face.Rest, "GetCooperation", new JsonObject { ["name"] = name })).Required;
        Assert.Equal((string?)NoticeSteps.FirstCounsel["licenceNumber"], (string?)read["results"]?["lawyers"]?[0]?["licenceNumber"]);
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Cooperation_ForACentreThatIsNoParty_IsAbsent(Face face)
    {
        var name = await OpenAsync(Gateway);
        var nowhere = $"cooperations/{Guid.Empty}";
        foreach (var method in new[] { "GetCooperation", "AcceptCooperation", "WithdrawCooperation" })
        {
            var hidden = await Gateway[Third].CallAsync(face, method, Request(method, name));
            var absent = await Gateway[Third].CallAsync(face, method, Request(method, nowhere));
            Assert.Equal((absent.Status, absent.Code, string.Join(',', absent.Faults)), (hidden.Status, hidden.Code, string.Join(',', hidden.Faults)));
        }

        static JsonObject Request(string method, string name) => method == "GetCooperation" ? new JsonObject { ["name"] = name } : Step(method, name);
    }

    [Fact]
    public async Task Request_OfWhatIsWrong_NamesEveryFault()
    {
        var letter = Letter(to: Origin);
        letter["dueDate"] = "2026-02-27";
        letter["items"]![1]!["number"] = "1"; // it has two

        var refused = await Gateway[Origin].CallAsync(Face.Rest, "RequestCooperation", Request(letter));
        var court = await Gateway["nanning-qingxiu-court"].CallAsync(Face.Rest, "RequestCooperation", Request(Letter()));

        Assert.Equal(
            ["request.dueDate COOPERATION_DATE_PASSED", "request.items[1].number COOPERATION_ITEM_TWICE", "request.recipient COOPERATION_RECIPIENT_SELF"], refused.Faults.Order(StringComparer.Ordinal));
        Assert.Equal(403, court.Status);
    }

    [Fact]
    public async Task List_AndSearch_FindTheCallersOwn()
    {
        var letter = Letter();
        var name = await OpenAsync(Gateway, letter);
        var search = new JsonObject { ["person"] = letter["person"]!.DeepClone() }; // it has one

        foreach (var (agency, count) in new[] { (Origin, 1), (Asked, 1), (Third, 0) })
        {
            var found = (await Gateway[agency].CallAsync(Face.Rest, "SearchCooperations", search)).Required;
            Assert.Equal(count, found["cooperations"]?.AsArray().Count ?? 0);
        }

        var listed = (await Gateway[Asked].CallAsync(Face.Grpc, "ListCooperations", new JsonObject { ["state"] = "requested", ["pageSize"] = 1 })).Required;
        Assert.Equal(name, (string?)listed["cooperations"]?[0]?["name"]);
        Assert.Equal("SEARCH_EMPTY", (await Gateway[Origin].CallAsync(Face.Rest, "SearchCooperations", [])).Code);
    }

    [Fact]
    public async Task Watch_ByTheCentreThatPassesItOn_EndsThere()
    {
        var name = await OpenAsync(Gateway);
        using var stream = new CooperationService.CooperationServiceClient(Gateway[Asked].Invoker).WatchCooperation(new() { Name = name }, cancellationToken: Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal("requested", stream.ResponseStream.Current.State);

        await TakeAsync(Gateway, Asked, Face.Grpc, "AcceptCooperation", name);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
        Assert.Equal("in-hand", stream.ResponseStream.Current.State);
        await TakeAsync(Gateway, Asked, Face.Grpc, "ForwardCooperation", name);

        Assert.False(await stream.ResponseStream.MoveNext(Cancellation));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Request_ByTypedAndByGenericService_IsTheSameExchangeAndARepeat(string kind)
    {
        var request = Request(Letter(kind));
        var first = (await Gateway[Origin].CallAsync(Face.Rest, "RequestCooperation", request)).Required;
        foreach (var (face, method) in new[] { (Face.Grpc, "RequestCooperation"), (Face.Rest, "OpenExchange"), (Face.Grpc, "OpenExchange") })
        {
            var answer = (await Gateway[Origin].CallAsync(face, method, method == "OpenExchange" ? Generic(request) : request)).Required;
            var again = answer["outcomes"]?[0] ?? answer;
            Assert.Equal(first["receipt"]!.ToJsonString(), again["receipt"]!.ToJsonString()); // both were accepted
            Assert.Equal(first["cooperation"]!["exchange"]!.ToJsonString(), (again["exchange"] ?? again["cooperation"]!["exchange"])!.ToJsonString()); // likewise
        }

        var other = request.DeepClone().AsObject();
        other["request"]!["facts"] = "另一案情"; // it has one
        Assert.Equal("REQUEST_ID_REUSED", (await Gateway[Origin].CallAsync(Face.Rest, "RequestCooperation", other)).Code);
    }

    [Fact]
    public async Task Request_ByTypedAndByGenericServiceOnGatewaysOfTheirOwn_SaysTheSame()
    {
        var letter = Letter();
        var typed = await OpenedAsync(letter, generic: false);
        var generic = await OpenedAsync(letter, generic: true);

        Assert.Equal(typed, generic);
    }

    private static async Task<(string Digest, string Exchange)> OpenedAsync(JsonObject letter, bool generic)
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(Demo.DemoSettings.CivilStart) });
        var request = Request(letter.DeepClone().AsObject());
        var answer = (await gateway[Origin].CallAsync(Face.Grpc, generic ? "OpenExchange" : "RequestCooperation", generic ? Generic(request) : request)).Required;
        var outcome = answer["outcomes"]?[0] ?? answer;
        return ((string)outcome["receipt"]!["payloadDigest"]!, new Normal().Of((outcome["exchange"] ?? outcome["cooperation"]!["exchange"])!)); // accepted
    }

    /// <summary>What the agency's mailbox holds of the exchange, acknowledged.</summary>
    private async Task<List<string>> EventsAsync(string agency, string name)
    {
        var exchange = name.Replace("cooperations/", "exchanges/", StringComparison.Ordinal);
        var events = new List<string>();
        await Eventually.HoldsAsync(
            async () =>
            {
                var pulled = (await Gateway[agency].CallAsync(Face.Rest, "PullDeliveries", new JsonObject { ["maxDeliveries"] = 100 })).Required["deliveries"]?.AsArray() ?? [];
                foreach (var delivery in pulled)
                {
                    var envelope = delivery!["envelope"]!; // deliveries have envelopes
                    if ((string?)envelope["exchange"] == exchange)
                    {
                        events.Add((string?)envelope["event"] ?? "");
                    }

                    await Gateway[agency].CallAsync(Face.Rest, "AcknowledgeDelivery", new JsonObject { ["name"] = (string?)delivery["name"], ["lease"] = (string?)delivery["lease"] });
                }

                return events.Count > 0 && pulled.Count == 0;
            },
            "the mailbox is read");
        return events;
    }
}
