using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>A centre disputes what a body answered, over the wire: what the body corrects re-opens what rests on it, and nothing else does.</summary>
public sealed class CorrectionTests : IAsyncLifetime
{
    private const string Source = BodiesScene.CivilAffairs;

    private readonly List<(string Agency, JsonObject Envelope)> _seen = [];
    private BodiesScene _bodies = null!; // set before each test by InitializeAsync

    private GatewayFixture Gateway => _bodies.Gateway;

    public async ValueTask InitializeAsync() => _bodies = await BodiesScene.StartAsync();

    public ValueTask DisposeAsync() => _bodies.DisposeAsync();

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Correct_OfAnAnswerThatDecided_ReopensAndAsksAgain(Face face)
    {
        var (verification, request) = await GrantedAsync();
        var exchange = await OpenAsync(face, request);
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync(Source)).Any(envelope => (string?)envelope["event"] == "request" && envelope["messageAttachments"] is not null), "the body has the request and its evidence");

        _bodies.Know(NumberOf(request), ("register", "none"));
        await StepAsync(Source, face, exchange, "accept", new JsonObject { ["remarks"] = "已受理" });
        await StepAsync(Source, face, exchange, "correct", new JsonObject { ["value"] = "none", ["asOfDate"] = "2026-03-01" });

        await StateIsAsync(exchange, "applied");
        await Eventually.HoldsAsync(async () => (string?)(await VerificationAsync(verification))["state"] == "evidence-needed", "the verification is checked again");
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync(Applicants.Centre)).Any(envelope => (string?)envelope["event"] == "correct"), "the centre is told");
        var progress = (await VerificationAsync(verification))["progress"]!; // bodies were asked and answered
        Assert.Equal(2, progress["asks"]!.AsArray().Count(ask => ask!["facts"]!.AsArray().Any(fact => (string?)fact == "register"))); // an ask is for facts
        Assert.Equal([true, false], progress["answers"]!.AsArray().Where(answer => (string?)answer!["fact"] == "register").Select(answer => answer!["validUntilDate"] is not null)); // the first holds no longer
    }

    [Fact]
    public async Task Decline_AfterMoreWasAskedFor_ChangesNothing()
    {
        var (verification, request) = await GrantedAsync();
        var exchange = await OpenAsync(Face.Rest, request);

        await StepAsync(Source, Face.Rest, exchange, "ask-more", new JsonObject { ["needed"] = "请提供低保证复印件" });
        Assert.Contains((await GetAsync(Applicants.Centre, exchange)).Required["clocks"]!.AsArray(), clock => (string?)clock!["state"] == "STATE_PAUSED"); // an exchange has clocks
        await StepAsync(Applicants.Centre, Face.Grpc, exchange, "supply", new JsonObject { ["statement"] = "见附件" });
        await StepAsync(Source, Face.Rest, exchange, "decline", new JsonObject { ["reasons"] = "核对无误" });

        Assert.Equal("declined", (string?)(await GetAsync(Applicants.Centre, exchange)).Required["state"]);
        foreach (var told in new[] { "ask-more", "decline" })
        {
            await Eventually.HoldsAsync(async () => (await DeliveriesAsync(Applicants.Centre)).Any(envelope => (string?)envelope["event"] == told), $"the centre is told: {told}");
        }

        Assert.Equal(("granted", 1), ((string?)(await VerificationAsync(verification))["state"], _bodies.Asked(Source)));
    }

    /// <summary>The body is late: the centre is told, and may take the request back.</summary>
    [Fact]
    public async Task Breach_OfTheTenDays_IsToldToTheCentre()
    {
        var (_, request) = await GrantedAsync();
        var exchange = await OpenAsync(Face.Rest, request);

        Gateway.Gateway.Services.GetRequiredService<CivilClock>().Advance(TimeSpan.FromDays(25));
        foreach (var told in new[] { Source, Applicants.Centre })
        {
            await Eventually.HoldsAsync(
                async () => (await DeliveriesAsync(told)).Any(envelope => (string?)envelope["event"] == "clock.breach" && (string?)envelope["exchange"] == exchange), $"{told} is told of the breach");
        }

        await StepAsync(Applicants.Centre, Face.Rest, exchange, "withdraw", new JsonObject { ["reasons"] = "申请人不再主张" });
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync(Source)).Any(envelope => (string?)envelope["event"] == "withdraw"), "the body is told");
    }

    /// <summary>Whoever is no party finds nothing; a body opens none, and a centre corrects none.</summary>
    [Fact]
    public async Task Correction_OfOthers_DoesNotExistAndEachHasItsOwnSteps()
    {
        var (_, request) = await GrantedAsync();
        var exchange = await OpenAsync(Face.Rest, request);
        var correction = new JsonObject { ["value"] = "none" };

        foreach (var other in new[] { BodiesScene.SocialSecurity, "nanning-xingning-aid-centre" })
        {
            Assert.Equal("NOT_FOUND", (await GetAsync(other, exchange)).Code);
            Assert.Equal("NOT_FOUND", (await TryAsync(other, Face.Grpc, exchange, "correct", correction)).Code);
        }

        Assert.Equal("STEP_NOT_YOURS", (await TryAsync(Applicants.Centre, Face.Rest, exchange, "correct", correction)).Code);
        Assert.Equal("STEP_NOT_YOURS", (await TryAsync(Source, Face.Rest, exchange, "apply", new JsonObject { ["applyTime"] = "2026-03-02T01:00:00Z" })).Code);
        Assert.Equal("EXCHANGE_NOT_YOURS_TO_OPEN", (await TryOpenAsync(Source, Face.Rest, request)).Code);
        request["fact"] = "own-income";
        Assert.Equal(
            ["openings[0].payload.answered.value ELIGIBILITY_FACT_VALUE", "openings[0].payload.fact ELIGIBILITY_FACT_OF_ANOTHER", "openings[0].payload.value ELIGIBILITY_FACT_VALUE"],
            (await TryOpenAsync(Applicants.Centre, Face.Grpc, request)).Faults.Order(StringComparer.Ordinal));
    }

    /// <summary>The process ends after the correction was committed and before anything followed: the next start carries it out.</summary>
    [Fact]
    public async Task Restart_BetweenTheCorrectionAndItsEffect_LosesNothing()
    {
        var (verification, request) = await GrantedAsync();
        var exchange = await OpenAsync(Face.Rest, request);
        _bodies.Know(NumberOf(request), ("register", "none"));
        Gateway.Gateway.Services.GetRequiredService<ExchangeLedger>().Advanced = null; // nobody here hears of it, as where the process died
        await StepAsync(Source, Face.Rest, exchange, "correct", new JsonObject { ["value"] = "none" });

        await Gateway.StopAsync();
        await Gateway.StartAgainAsync();

        await StateIsAsync(exchange, "applied");
        await Eventually.HoldsAsync(async () => (string?)(await VerificationAsync(verification))["state"] == "evidence-needed", "the verification is checked again");
    }

    [Fact]
    public async Task Correction_FromRequestToEffect_WritesNobodyDown()
    {
        using var written = new WrittenText(Gateway);
        var (_, request) = await GrantedAsync();
        var exchange = await OpenAsync(Face.Rest, request);
        written.AddError(string.Join('\n', (await TryAsync(Source, Face.Rest, exchange, "correct", new JsonObject { ["value"] = "不详" })).Faults));
        await StepAsync(Source, Face.Rest, exchange, "correct", new JsonObject { ["value"] = "none" });
        await StateIsAsync(exchange, "applied");

        Assert.Empty(written.Find([NumberOf(request), (string?)request["person"]!["name"] ?? ""])); // a request is about a person
    }

    /// <summary>A verification that civil affairs' answer decided, and a request that disputes it.</summary>
    private async Task<(JsonObject Verification, JsonObject Request)> GrantedAsync()
    {
        var application = Applicants.Application();
        _bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var verification = (await Gateway[Applicants.Centre].CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application, "30s"))).Required["verification"]!.AsObject(); // an outcome has one
        Assert.Equal("granted", (string?)verification["state"]);
        var answer = verification["progress"]!["answers"]![0]!; // it was granted by an answer
        return (verification, new JsonObject
        {
            ["source"] = $"agencies/{Source}",
            ["person"] = application["person"]!.DeepClone(), // an applicant
            ["fact"] = "register",
            ["answered"] = new JsonObject { ["value"] = (string?)answer["value"], ["answerDate"] = (string?)answer["answerDate"], ["ask"] = (string?)answer["ask"] },
            ["value"] = "none",
            ["reasons"] = "申请人称已退出低保",
        });
    }

    private async Task<string> OpenAsync(Face face, JsonObject request) =>
        (string?)(await TryOpenAsync(Applicants.Centre, face, request)).Required["outcomes"]![0]!["exchange"]!["name"] ?? ""; // an opening has an outcome

    private Task<FaceAnswer> TryOpenAsync(string agency, Face face, JsonObject request) => Gateway[agency].CallAsync(face, "OpenExchange", new JsonObject
    {
        ["type"] = "exchangeTypes/correction-request",
        ["openings"] = new JsonArray(new JsonObject { ["payload"] = request.DeepClone(), ["attachments"] = new JsonArray(Evidence()) }),
        ["requestId"] = NoticeSteps.NewRequestId(),
    });

    private static JsonObject Evidence() => new()
    {
        ["kind"] = "evidence", ["fileName"] = "退保通知.pdf", ["mediaType"] = "application/pdf", ["content"] = Convert.ToBase64String("%PDF-1.7 虚构"u8),
    };

    private static string NumberOf(JsonObject request) => (string?)request["person"]!["residentNumber"] ?? ""; // as above

    private async Task StepAsync(string agency, Face face, string exchange, string step, JsonObject payload)
    {
        var answer = await TryAsync(agency, face, exchange, step, payload);
        Assert.True(answer.Accepted, $"{step}: {answer.Code} {string.Join(", ", answer.Faults)}");
    }

    private Task<FaceAnswer> TryAsync(string agency, Face face, string exchange, string step, JsonObject payload) => Gateway[agency].CallAsync(
        face, "TakeStep", new JsonObject { ["name"] = exchange, ["step"] = step, ["payload"] = payload.DeepClone(), ["requestId"] = NoticeSteps.NewRequestId() });

    private Task<FaceAnswer> GetAsync(string agency, string exchange) => Gateway[agency].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange });

    private Task StateIsAsync(string exchange, string state) =>
        Eventually.HoldsAsync(async () => (string?)(await GetAsync(Applicants.Centre, exchange)).Required["state"] == state, $"the request is {state}");

    private async Task<JsonObject> VerificationAsync(JsonObject verification) =>
        (await Gateway[Applicants.Centre].CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Required;

    /// <summary>What came to the mailbox so far.</summary>
    private async Task<IEnumerable<JsonObject>> DeliveriesAsync(string agency)
    {
        var pulled = (await Gateway[agency].CallAsync(Face.Rest, "PullDeliveries", new JsonObject { ["maxDeliveries"] = 100 })).Required["deliveries"]?.AsArray() ?? [];
        foreach (var delivery in pulled.Select(delivery => delivery!.AsObject())) // entries are objects
        {
            _seen.Add((agency, delivery["envelope"]!.DeepClone().AsObject())); // deliveries have envelopes
            await Gateway[agency].CallAsync(Face.Rest, "AcknowledgeDelivery", new JsonObject { ["name"] = (string?)delivery["name"], ["leaseToken"] = (string?)delivery["leaseToken"] });
        }

        return _seen.Where(seen => seen.Agency == agency).Select(seen => seen.Envelope);
    }
}
