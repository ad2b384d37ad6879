using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Connectors;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>Verifications over the wire: a real gateway, real sockets to the bodies, both faces.</summary>
public sealed class VerificationTests : IAsyncLifetime
{
    private BodiesScene _bodies = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Demo.Agencies.AgencySystem Centre => _bodies.Gateway[Applicants.Centre];

    public async ValueTask InitializeAsync() => _bodies = await BodiesScene.StartAsync();

    public ValueTask DisposeAsync() => _bodies.DisposeAsync();

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Verify_OnTheRegister_AsksCivilAffairsAloneAndGrants(Face face)
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));

        var outcome = (await Centre.CallAsync(face, "VerifyEligibility", Applicants.Verify(application))).Required;

        var verification = outcome["verification"]!.AsObject(); // an outcome has one
        Assert.Equal("granted", (string?)verification["state"]);
        Assert.Equal("OUTCOME_ELIGIBLE", (string?)verification["determination"]?["outcome"]);
        Assert.Equal("ASK_STATE_CONFIRMED", (string?)Assert.Single(verification["progress"]!["asks"]!.AsArray())!["state"]); // as asserted
        Assert.Equal((1, 0, 0), (_bodies.Asked(BodiesScene.CivilAffairs), _bodies.Asked(BodiesScene.SocialSecurity), _bodies.Asked(BodiesScene.NaturalResources)));
        Assert.NotNull(outcome["receipt"]?["jws"]);

        var explained = (await Centre.CallAsync(face, "ExplainVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Required;
        Assert.Contains("法律援助法", (string?)explained["textZh"], StringComparison.Ordinal);
        Assert.Equal("eligible", (string?)JsonNode.Parse((string?)explained["traceJson"] ?? "")?["outcome"]);
    }

    [Fact]
    public async Task Verify_AskedAgainWithTheSameId_IsOneVerification()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var request = Applicants.Verify(application);

        var first = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", request)).Required;
        var second = (await Centre.CallAsync(Face.Grpc, "VerifyEligibility", request)).Required;

        Assert.Equal((string?)first["verification"]!["name"], (string?)second["verification"]!["name"]); // both outcomes have one
        Assert.Equal((string?)first["receipt"]!["jws"], (string?)second["receipt"]!["jws"]); // likewise
        Assert.Equal(1, _bodies.Asked(BodiesScene.CivilAffairs));
    }

    /// <summary>Nothing known but that the person is a worker: nobody says no, everybody answers, a person is asked.</summary>
    [Fact]
    public async Task Verify_EverybodyKnowsNothing_AsksOnceForWhatIsNeeded()
    {
        var application = Applicants.Application();

        var verification = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application))).Required["verification"]!.AsObject(); // as above

        Assert.Equal("evidence-needed", (string?)verification["state"]);
        Assert.NotEmpty(verification["determination"]!["open"]!.AsArray()); // evidence is needed
        Assert.All(verification["progress"]!["asks"]!.AsArray(), ask => Assert.Equal("ASK_STATE_NO_MATCH", (string?)ask!["state"])); // bodies were asked

        var supplied = (await Centre.CallAsync(Face.Rest, "SupplyFacts", new JsonObject
        {
            ["name"] = (string?)verification["name"],
            ["supplement"] = new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray(Applicants.Stated("register", "subsistence", "FACT_GROUND_DOCUMENT")) } },
            ["requestId"] = NoticeSteps.NewRequestId(),
        })).Required["verification"]!; // as above
        Assert.Equal("granted", (string?)supplied["state"]);
    }

    /// <summary>A body that is slower than the caller waits: the call answers in time, the finding comes later, to the mailbox too.</summary>
    [Fact]
    public async Task Verify_BodySlowerThanTheWait_GoesOnByItself()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var release = new TaskCompletionSource();
        _bodies.Before = (_, context) => release.Task.WaitAsync(context.RequestAborted);

        var verification = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application, "0.2s"))).Required["verification"]!.AsObject(); // as above
        Assert.Equal("checking", (string?)verification["state"]);

        release.SetResult();
        await Eventually.HoldsAsync(async () => await StateOfAsync(verification) == "granted", "the late finding");
        var deliveries = (await Centre.CallAsync(Face.Rest, "PullDeliveries", new JsonObject { ["maxDeliveries"] = 100 })).Required["deliveries"]!.AsArray(); // a finding is delivered
        Assert.Contains(deliveries, delivery => (string?)delivery!["envelope"]!["event"] == "find-eligible"); // deliveries have envelopes
    }

    /// <summary>The first questions are committed with the application: who does not wait sees them all the same, before anybody was asked.</summary>
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Verify_WithoutWaiting_HasItsQuestions(Face face)
    {
        var application = Applicants.Application();
        var release = new TaskCompletionSource();
        _bodies.Before = (_, context) => release.Task.WaitAsync(context.RequestAborted);

        var verification = (await Centre.CallAsync(face, "VerifyEligibility", Applicants.Verify(application, "0s"))).Required["verification"]!.AsObject(); // as above

        Assert.Equal("checking", (string?)verification["state"]);
        Assert.Equal("ASK_STATE_ASKED", (string?)Assert.Single(verification["progress"]!["asks"]!.AsArray())!["state"]); // as asserted
        Assert.Equal("2", (string?)verification["exchange"]?["version"]);
        release.SetResult();
    }

    /// <summary>An answer waits a moment for the other that was asked for with it, and no longer: a slow body does not keep it from the record.</summary>
    [Fact]
    public async Task Verify_OneOfTwoBodiesThinks_RecordsTheOtherMeanwhile()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "none"), ("household-income", "1000.00"), ("household-assets", "false"), ("migrant-worker", "false"));
        var release = new TaskCompletionSource();
        _bodies.Before = (agency, context) => agency == BodiesScene.NaturalResources ? release.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask;
        var verification = (await Centre.CallAsync(Face.Grpc, "VerifyEligibility", Applicants.Verify(application, "0s"))).Required["verification"]!.AsObject(); // as above

        await Eventually.HoldsAsync(async () => await StatesAsync() is var states && states.Contains("social-security ASK_STATE_CONFIRMED") && states.Contains("natural-resources ASK_STATE_ASKED"), "the record of the one");
        Assert.Equal("checking", await StateOfAsync(verification));
        release.SetResult();

        await Eventually.HoldsAsync(async () => await StateOfAsync(verification) == "granted", "the finding");

        async Task<List<string>> StatesAsync() =>
        [
            .. ((await Centre.CallAsync(Face.Grpc, "GetVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Required["progress"]?["asks"]?.AsArray() ?? [])
                .Select(ask => $"{(string?)ask?["body"]} {(string?)ask?["state"]}"),
        ];
    }

    [Fact]
    public async Task Watch_WhileItIsChecked_TellsEveryChange()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var release = new TaskCompletionSource();
        _bodies.Before = (_, context) => release.Task.WaitAsync(context.RequestAborted);
        var verification = (await Centre.CallAsync(Face.Grpc, "VerifyEligibility", Applicants.Verify(application, "0s"))).Required["verification"]!; // as above
        var client = new Contracts.Eligibility.V1.EligibilityService.EligibilityServiceClient(Centre.Invoker);

        using var stream = client.WatchVerification(new() { Name = (string?)verification["name"] }, cancellationToken: Cancellation);
        var states = new List<string>();
        while (await stream.ResponseStream.MoveNext(Cancellation))
        {
            states.Add(stream.ResponseStream.Current.State);
            release.TrySetResult();
            if (states[^1] == "granted")
            {
                break;
            }
        }

        Assert.Equal("checking", states[0]);
        Assert.Equal("granted", states[^1]);
    }

    /// <summary>A body that is down is unavailable, and that is no no; another body that knows the same is asked in its place.</summary>
    [Fact]
    public async Task Verify_BodyFails_IsUnavailableAndDecidesNothing()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "none"), ("household-income", "1000.00"), ("household-assets", "false"), ("migrant-worker", "false"));
        _bodies.Before = (agency, context) => agency == BodiesScene.CivilAffairs ? StandInAgency.Json(context, "{}", 500) : Task.CompletedTask;

        var verification = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application, "30s"))).Required["verification"]!.AsObject(); // as above

        Assert.True("granted" == (string?)verification["state"], verification["progress"]!.ToJsonString()); // it was checked
        var asks = verification["progress"]!["asks"]!.AsArray(); // bodies were asked
        Assert.Contains(asks, ask => (string?)ask!["body"] == "civil-affairs" && (string?)ask["state"] == "ASK_STATE_UNAVAILABLE" && (string?)ask["fault"] == "source-failed"); // an ask is an object
        Assert.Equal(3, _bodies.Asked(BodiesScene.CivilAffairs)); // once, and two retries
    }

    /// <summary>A body that was down has recovered: it is asked again without anybody's doing.</summary>
    [Fact]
    public async Task Verify_BodyRecovers_IsAskedAgainByItselfAndGrants()
    {
        var time = new FakeTimeProvider(DemoSettings.CivilStart);
        await using var bodies = await BodiesScene.StartAsync(new GatewayStart { Time = time });
        var (application, down) = (Applicants.Application(), true);
        bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        bodies.Before = (_, context) => Volatile.Read(ref down) ? StandInAgency.Json(context, "{}", 500) : Task.CompletedTask;
        var centre = bodies.Gateway[Applicants.Centre];
        var name = (string?)(await centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application, "0s"))).Required["verification"]!["name"]; // as above
        await Eventually.HoldsAsync(async () => await StateAsync() == "evidence-needed", "nobody answered", () => time.Advance(TimeSpan.FromSeconds(1)));

        Volatile.Write(ref down, false);
        await Eventually.HoldsAsync(async () => await StateAsync() == "granted", "the finding", () => time.Advance(TimeSpan.FromSeconds(20)));

        async Task<string?> StateAsync() => (string?)(await centre.CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = name })).Required["state"];
    }

    /// <summary>A second application soon after: the register has the answer, and nobody is asked.</summary>
    [Fact]
    public async Task Verify_AnswerStillHolds_IsTakenFromTheRegister()
    {
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var application = Applicants.Application(person);
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var first = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application))).Required["verification"]!; // as above

        var second = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application))).Required["verification"]!; // as above

        Assert.Equal("granted", (string?)second["state"]);
        Assert.Equal((string?)first["name"], (string?)Assert.Single(second["progress"]!["answers"]!.AsArray())!["reusedFrom"]); // as asserted
        Assert.Equal("2", (string?)second["exchange"]?["version"]); // application and finding, in one commit
        Assert.Equal(1, _bodies.Asked(BodiesScene.CivilAffairs));
    }

    /// <summary>Ten applications of one person at a time ask a body once, and each gets its answer.</summary>
    [Fact]
    public async Task Verify_SamePersonTenTimesAtOnce_IsAskedOnce()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var release = new TaskCompletionSource();
        _bodies.Before = (_, context) => release.Task.WaitAsync(context.RequestAborted);

        var calls = Enumerable.Range(0, 10).Select(_ => Centre.CallAsync(Face.Grpc, "VerifyEligibility", Applicants.Verify(application, "30s"))).ToList();
        await Eventually.HoldsAsync(async () => (await ListAsync("checking")).Count == 10, "ten under way");
        await Eventually.HoldsAsync(async () => (await ListAsync("checking")).All(one => one!["progress"]?["asks"] is not null), "ten asked"); // entries are objects
        release.SetResult();
        var outcomes = await Task.WhenAll(calls);

        Assert.All(outcomes, outcome => Assert.Equal("granted", (string?)outcome.Required["verification"]!["state"])); // as above
        Assert.Equal(1, _bodies.Asked(BodiesScene.CivilAffairs));
    }

    /// <summary>The gateway ends while a body thinks: whoever starts next asks again and finds.</summary>
    [Fact]
    public async Task Restart_WhileABodyThinks_LosesNothing()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var thinking = new TaskCompletionSource();
        _bodies.Before = (_, context) => thinking.Task.WaitAsync(context.RequestAborted);
        var verification = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application, "0s"))).Required["verification"]!.AsObject(); // as above
        await Eventually.HoldsAsync(() => _bodies.Asked(BodiesScene.CivilAffairs) > 0, "the question");

        await _bodies.Gateway.StopAsync();
        thinking.SetResult();
        await _bodies.Gateway.StartAgainAsync();

        await Eventually.HoldsAsync(async () => await StateOfAsync(verification) == "granted", "the finding after the restart");
        Assert.Equal(2, _bodies.Asked(BodiesScene.CivilAffairs));
    }

    [Fact]
    public async Task Assess_GivenFacts_DecidesAndKeepsNothing()
    {
        var assessed = (await Centre.CallAsync(Face.Rest, "AssessEligibility", new JsonObject
        {
            ["receivedDate"] = "2026-03-02",
            ["place"] = "450103",
            ["facts"] = new JsonArray(Applicants.Stated("matter", "labour-pay"), Applicants.Stated("has-counsel", "false"), Applicants.Stated("register", "subsistence")),
        })).Required;

        Assert.Equal("OUTCOME_ELIGIBLE", (string?)assessed["determination"]?["outcome"]);
        Assert.Empty(await ListAsync(""));
        Assert.Equal(0, _bodies.Asked(BodiesScene.CivilAffairs));

        var wrong = await Centre.CallAsync(Face.Rest, "AssessEligibility", new JsonObject { ["facts"] = new JsonArray(Applicants.Stated("no-such", "x"), Applicants.Stated("register", "no-such")) });
        Assert.Equal(["facts[0].fact ELIGIBILITY_FACT_UNKNOWN", "facts[1].value ELIGIBILITY_FACT_VALUE"], wrong.Faults);
    }

    /// <summary>From the refusal that a person records, over the objection, to aid after all; each in its state alone.</summary>
    [Fact]
    public async Task Refuse_ByAPerson_CanBeObjectedToAndOverturned()
    {
        var application = Applicants.Application();
        var verification = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application))).Required["verification"]!.AsObject(); // as above
        Assert.Equal("STATE_WRONG", (await StepAsync(verification, "RefuseAid", "refusal", new JsonObject { ["reasons"] = "不符合" })).Code);

        var assessed = await SupplyAllAsync(verification);
        Assert.Equal("for-person", (string?)assessed["state"]);
        Assert.Equal("refused", (string?)(await StepAsync(verification, "RefuseAid", "refusal", new JsonObject { ["reasons"] = "收入高于标准" })).Required["verification"]!["state"]); // as above
        var objected = (await StepAsync(verification, "ObjectToRefusal", "objection", new JsonObject { ["reasons"] = "已失业" })).Required["verification"]!; // as above
        Assert.Contains(objected["exchange"]!["clocks"]!.AsArray(), clock => (string?)clock!["clock"] == "review" && (string?)clock["state"] == "STATE_RUNNING"); // an exchange has clocks
        Assert.Equal("granted", (string?)(await StepAsync(verification, "ReviewObjection", "review", new JsonObject { ["result"] = "REVIEW_RESULT_OVERTURNED", ["reasons"] = "属实" })).Required["verification"]!["state"]); // as above
        Assert.Equal("closed", (string?)(await StepAsync(verification, "CloseVerification", "closing", [])).Required["verification"]!["state"]); // as above
    }

    /// <summary>Another centre sees nothing of it, and what the gateway does nobody else can.</summary>
    [Fact]
    public async Task Verification_OfAnotherCentre_DoesNotExist()
    {
        var verification = (await Centre.CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(Applicants.Application()))).Required["verification"]!.AsObject(); // as above
        var other = _bodies.Gateway["nanning-xingning-aid-centre"];

        Assert.Equal("NOT_FOUND", (await other.CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Code);
        Assert.Equal("NOT_FOUND", (await other.CallAsync(Face.Grpc, "ExplainVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Code);
        Assert.NotEqual("", (await _bodies.Gateway[Notices.Court].CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(Applicants.Application()))).Code);
        foreach (var step in new[] { "record", "find-eligible", "reopen" })
        {
            var forged = await Centre.CallAsync(Face.Rest, "TakeStep", new JsonObject
            {
                ["name"] = ((string?)verification["name"])?.Replace("verifications/", "exchanges/", StringComparison.Ordinal),
                ["step"] = step,
                ["payload"] = new JsonObject { ["answers"] = new JsonArray(new JsonObject { ["fact"] = "register", ["value"] = "subsistence" }) },
                ["requestId"] = NoticeSteps.NewRequestId(),
            });
            Assert.Equal("STEP_NOT_YOURS", forged.Code);
        }
    }

    private async Task<JsonObject> SupplyAllAsync(JsonObject verification)
    {
        while (true)
        {
            var now = (await Centre.CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Required;
            var open = now["determination"]?["open"]?.AsArray() ?? [];
            if (open.Count == 0 || (string?)now["state"] != "evidence-needed")
            {
                return now;
            }

            var facts = open.Select(fact => (JsonNode)Applicants.Stated((string?)fact ?? "", WageApplicant.OnPaper((string?)fact ?? ""), "FACT_GROUND_DOCUMENT"));
            var answer = await Centre.CallAsync(Face.Rest, "SupplyFacts", new JsonObject
            {
                ["name"] = (string?)verification["name"],
                ["supplement"] = new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray([.. facts]) } },
                ["requestId"] = NoticeSteps.NewRequestId(),
            });
            Assert.True(answer.Accepted, string.Join(", ", answer.Faults));
        }
    }

    private Task<FaceAnswer> StepAsync(JsonObject verification, string method, string field, JsonObject payload) => Centre.CallAsync(
        Face.Rest, method, new JsonObject { ["name"] = (string?)verification["name"], [field] = payload, ["requestId"] = NoticeSteps.NewRequestId() });

    private async Task<string?> StateOfAsync(JsonObject verification) =>
        (string?)(await Centre.CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Required["state"];

    private async Task<JsonArray> ListAsync(string state) =>
        (await Centre.CallAsync(Face.Rest, "ListVerifications", new JsonObject { ["pageSize"] = 100, ["state"] = state })).Required["verifications"]?.AsArray() ?? [];
}
