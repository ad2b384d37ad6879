using System.Text.Json.Nodes;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>A body that answers through its own mailbox, by the doors that every agency has: the verification waits for it and goes on by itself.</summary>
public sealed class VerificationByMailboxTests : IAsyncLifetime
{
    private const string Source = "nanning-civil-affairs", Stranger = "nanning-social-security";

    private static readonly ConfigurationFile CivilAffairs = new($"agencies/{Source}.yaml", """
        id: nanning-civil-affairs
        kind: civil-affairs
        title: { zh: 模拟民政, en: Simulated civil affairs }
        region: "450100"
        channel: { kind: mailbox }
        connectors:
          - { id: by-hand, kind: mailbox, answer-within: 5wd, facts: [register, fixed-livelihood, spending-cause] }
        """);

    private BodiesScene _bodies = null!; // set before each test by InitializeAsync

    private GatewayFixture Gateway => _bodies.Gateway;

    public async ValueTask InitializeAsync() => _bodies = await BodiesScene.StartAsync(new GatewayStart { Overlay = [CivilAffairs] });

    public ValueTask DisposeAsync() => _bodies.DisposeAsync();

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Verify_BodyAnswersInItsMailbox_WaitsAndIsDecidedByTheAnswer(Face face)
    {
        var application = Applicants.Application();
        var verification = await VerifyAsync(application);
        Assert.Equal("checking", (string?)verification["state"]);
        Assert.Equal("ASK_STATE_LATER", (string?)verification["progress"]!["asks"]![0]!["state"]); // civil affairs was asked

        var (question, payload) = await QuestionAsync();
        Assert.Equal((string?)verification["progress"]!["asks"]![0]!["id"], (string?)payload["id"]); // as above
        Assert.Equal(["name", "residentNumber"], payload["person"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal)); // a question is about a person
        Assert.Contains(payload["facts"]!.AsArray(), fact => (string?)fact!["fact"] == "register" && (string?)fact["form"] == "choice" && fact["choices"]!.AsArray().Count > 1); // of its form
        Assert.Equal(("eligibility-check", "5wd", new string('a', 64)), ((string?)payload["purpose"], (string?)payload["answerWithin"], (string?)payload["authorisationSha256"]));

        var answered = await StepAsync(Source, face, question, "answer", Answer(("register", "subsistence")));

        Assert.Equal("answered", (string?)answered.Required["exchange"]!["state"]); // a step leads to an exchange
        await EndsAsync(verification, "granted");
        var ask = (await GetAsync(verification))["progress"]!["asks"]![0]!; // as above
        Assert.Equal(("ASK_STATE_CONFIRMED", (string?)answered.Required["receipt"]!["payloadDigest"]), ((string?)ask["state"], (string?)ask["answerSha256"])); // a step has a receipt
        await QuestionEndsAsync(question, "taken");
        Assert.Equal("STATE_WRONG", (await StepAsync(Source, face, question, "answer", Answer(("register", "none")))).Code);
    }

    /// <summary>Every fault of an answer is told at once, and nothing of it counts.</summary>
    [Fact]
    public async Task Answer_OfWhatWasNotAskedOrHasNoSuchForm_IsRefusedWithEveryFault()
    {
        var verification = await VerifyAsync(Applicants.Application());
        var (question, _) = await QuestionAsync();

        var refused = await StepAsync(Source, Face.Rest, question, "answer", new JsonObject
        {
            ["values"] = new JsonArray(
                Value("no-such-fact", "true"), Value("register", "no-such-choice"), Value("own-income", "100.00"), Value("register", "none"), Value("register", "none"),
                Value("register", "none", asOf: "2031-01-01", until: "2030-01-01")),
        });

        Assert.Equal(
            [
                "payload.values[0].fact ELIGIBILITY_FACT_UNKNOWN", "payload.values[1].value ELIGIBILITY_FACT_VALUE", "payload.values[2].fact ELIGIBILITY_FACT_NOT_ASKED",
                "payload.values[3].fact ELIGIBILITY_FACT_TWICE", "payload.values[4].fact ELIGIBILITY_FACT_TWICE", "payload.values[5].asOfDate ELIGIBILITY_DATE_AHEAD",
                "payload.values[5].fact ELIGIBILITY_FACT_TWICE", "payload.values[5].validUntilDate ELIGIBILITY_VALIDITY_OVER",
            ],
            refused.Faults.Order(StringComparer.Ordinal));
        Assert.NotEmpty((await StepAsync(Source, Face.Rest, question, "answer", new JsonObject { ["values"] = new JsonArray() })).Faults);
        Assert.Equal("checking", (string?)(await GetAsync(verification))["state"]);
    }

    /// <summary>That it cannot say is no answer; that it knows nobody is none either. Others are asked, and nobody decides by it.</summary>
    [Theory]
    [InlineData("decline", "reason", "ASK_STATE_UNAVAILABLE", "declined")]
    [InlineData("no-match", "remarks", "ASK_STATE_NO_MATCH", null)]
    public async Task Answer_NotThere_IsRecordedAsThatAndTheRoundGoesOn(string step, string field, string state, string? fault)
    {
        var verification = await VerifyAsync(Applicants.Application());
        var (question, _) = await QuestionAsync();

        await StepAsync(Source, Face.Grpc, question, step, new JsonObject { [field] = "档案正在整理" });

        await EndsAsync(verification, "evidence-needed");
        var asks = (await GetAsync(verification))["progress"]!["asks"]!.AsArray(); // bodies were asked
        Assert.Equal((state, fault), ((string?)asks[0]!["state"], (string?)asks[0]!["fault"])); // as asserted before
        Assert.True(asks.Count > 1, "others are asked");
    }

    /// <summary>Nobody works in vain: what is decided without the answer takes its question back.</summary>
    [Fact]
    public async Task Withdraw_OfTheVerification_TakesTheQuestionBack()
    {
        var verification = await VerifyAsync(Applicants.Application());
        var (question, _) = await QuestionAsync();

        await Gateway[Applicants.Centre].CallAsync(Face.Rest, "WithdrawVerification", new JsonObject
        {
            ["name"] = (string?)verification["name"], ["withdrawal"] = new JsonObject { ["reasons"] = "已撤回" }, ["requestId"] = NoticeSteps.NewRequestId(),
        });

        await QuestionEndsAsync(question, "withdrawn");
        await Eventually.HoldsAsync(async () => (await DeliveriesAsync(Source)).Any(envelope => (string?)envelope["event"] == "withdraw"), "the body is told");
        Assert.Equal("STATE_WRONG", (await StepAsync(Source, Face.Rest, question, "answer", Answer(("register", "none")))).Code);
    }

    /// <summary>Late is told to the body, its supervisor and the centre; the answer counts all the same.</summary>
    [Fact]
    public async Task Answer_AfterTheBreach_StillCounts()
    {
        var verification = await VerifyAsync(Applicants.Application());
        var (question, _) = await QuestionAsync();

        Gateway.Gateway.Services.GetRequiredService<CivilClock>().Advance(TimeSpan.FromDays(12));
        foreach (var told in new[] { Source, Applicants.Centre })
        {
            await Eventually.HoldsAsync(
                async () => (await DeliveriesAsync(told)).Any(envelope => (string?)envelope["event"] == "clock.breach" && (string?)envelope["exchange"] == question), $"{told} is told of the breach");
        }

        await StepAsync(Source, Face.Rest, question, "answer", Answer(("register", "subsistence")));
        await EndsAsync(verification, "granted");
    }

    /// <summary>Who is no party finds nothing, and a centre asks nobody but through a verification.</summary>
    [Fact]
    public async Task Question_OfOthers_DoesNotExistAndNobodyOpensOne()
    {
        await VerifyAsync(Applicants.Application());
        var (question, payload) = await QuestionAsync();

        foreach (var other in new[] { Stranger, "nanning-xingning-aid-centre" })
        {
            Assert.Equal("NOT_FOUND", (await Gateway[other].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = question })).Code);
            Assert.Equal("NOT_FOUND", (await StepAsync(other, Face.Grpc, question, "answer", Answer(("register", "none")))).Code);
        }

        Assert.Equal("STEP_NOT_YOURS", (await StepAsync(Applicants.Centre, Face.Rest, question, "answer", Answer(("register", "none")))).Code);
        Assert.Equal("STEP_NOT_YOURS", (await StepAsync(Source, Face.Rest, question, "take", new JsonObject { ["takeTime"] = "2026-03-02T01:00:00Z" })).Code);
        foreach (var anybody in new[] { Applicants.Centre, Source })
        {
            var opened = await Gateway[anybody].CallAsync(Face.Rest, "OpenExchange", new JsonObject
            {
                ["type"] = "exchangeTypes/fact-question", ["openings"] = new JsonArray(new JsonObject { ["payload"] = payload.DeepClone() }), ["requestId"] = NoticeSteps.NewRequestId(),
            });
            Assert.Equal("EXCHANGE_NOT_YOURS_TO_OPEN", opened.Code);
        }
    }

    /// <summary>The process ends after the question was put and before that is recorded: it is put again, and is one question.</summary>
    [Fact]
    public async Task Put_Again_IsTheSameQuestion()
    {
        var verification = await VerifyAsync(Applicants.Application());
        var (question, payload) = await QuestionAsync();
        var mailbox = Gateway.Gateway.Services.GetRequiredService<IQuestionMailbox>();
        var configuration = Gateway.Gateway.Services.GetRequiredService<ISnapshotSource>().Current;
        var connector = configuration.Agencies.Get(AgencyId.Parse(Source)).Connectors.Single();
        Assert.True(ResidentNumber.TryParse((string?)payload["person"]!["residentNumber"], configuration.ResidentNumbers, today: null, out var number, out _)); // as above
        Assert.True(PersonName.TryParse("另一姓名", out var name, out _));

        var again = new FactQuestion(
            (string?)payload["id"] ?? "", NumberedDocument.Of(number), name, [connector.Answers[0].Fact], "eligibility-check", "", RegionCode.Parse("450103"), new DateOnly(2026, 3, 2), null)
        {
            Centre = AgencyId.Parse(Applicants.Centre),
        };
        Assert.Equal(QuestionPut.Put, await mailbox.PutAsync(AgencyId.Parse(Source), connector.Id, (ConnectorCall.Mailbox)connector.Call, again, TestContext.Current.CancellationToken));

        Assert.Equal([question], (await QuestionsAsync(Source)).Select(one => (string?)one["name"]));
        Assert.Equal("checking", (string?)(await GetAsync(verification))["state"]);
    }

    /// <summary>The process ends after the answer was committed and before anything followed from it: the next start carries it in.</summary>
    [Fact]
    public async Task Restart_BetweenTheAnswerAndTheVerification_LosesNothing()
    {
        var verification = await VerifyAsync(Applicants.Application());
        var (question, _) = await QuestionAsync();
        await Gateway.StopAsync();
        await Gateway.StartAgainAsync();
        Gateway.Gateway.Services.GetRequiredService<ExchangeLedger>().Advanced = null; // nobody here hears of it, as where the process died
        Assert.True((await StepAsync(Source, Face.Rest, question, "answer", Answer(("register", "subsistence")))).Accepted);

        await Gateway.StopAsync();
        await Gateway.StartAgainAsync();

        await EndsAsync(verification, "granted");
        await QuestionEndsAsync(question, "taken");
    }

    [Fact]
    public async Task Question_FromOpeningToTaking_WritesNobodyDown()
    {
        using var written = new WrittenText(Gateway);
        var application = Applicants.Application();
        var verification = await VerifyAsync(application);
        var (question, _) = await QuestionAsync();
        written.AddError(string.Join('\n', (await StepAsync(Source, Face.Rest, question, "answer", Answer(("register", "不详")))).Faults));
        await StepAsync(Source, Face.Rest, question, "answer", Answer(("register", "subsistence")));
        await EndsAsync(verification, "granted");

        Assert.Empty(written.Find([Applicants.NumberOf(application), (string?)application["person"]!["name"] ?? ""])); // an applicant has a name
    }

    private async Task<JsonObject> VerifyAsync(JsonObject application) =>
        (await Gateway[Applicants.Centre].CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application))).Required["verification"]!.AsObject(); // an outcome has one

    private async Task<JsonObject> GetAsync(JsonObject verification) =>
        (await Gateway[Applicants.Centre].CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = (string?)verification["name"] })).Required;

    private Task EndsAsync(JsonObject verification, string state) =>
        Eventually.HoldsAsync(async () => (string?)(await GetAsync(verification))["state"] == state, $"the verification is {state}");

    private Task QuestionEndsAsync(string question, string state) => Eventually.HoldsAsync(
        async () => (string?)(await Gateway[Source].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = question })).Required["state"] == state, $"the question is {state}");

    /// <summary>The question in the body's mailbox: the exchange's name, and what it says.</summary>
    private async Task<(string Exchange, JsonObject Payload)> QuestionAsync()
    {
        JsonObject? found = null;
        await Eventually.HoldsAsync(
            async () => (found = (await DeliveriesAsync(Source)).FirstOrDefault(envelope => (string?)envelope["event"] == "ask")) is not null, "the question is in the mailbox");
        return ((string?)found!["exchange"] ?? "", found["payload"]!.AsObject()); // as it holds; a question says something
    }

    /// <summary>What waits in the mailbox; nothing is acknowledged, so that it stays there.</summary>
    private async Task<IEnumerable<JsonObject>> DeliveriesAsync(string agency)
    {
        var pulled = (await Gateway[agency].CallAsync(Face.Rest, "PullDeliveries", new JsonObject { ["maxDeliveries"] = 100 })).Required["deliveries"]?.AsArray() ?? [];
        foreach (var envelope in pulled.Select(delivery => delivery!["envelope"]!.AsObject())) // deliveries have envelopes
        {
            _seen.Add((agency, (JsonObject)envelope.DeepClone()));
        }

        return _seen.Where(seen => seen.Agency == agency).Select(seen => seen.Envelope);
    }

    private readonly List<(string Agency, JsonObject Envelope)> _seen = [];

    private async Task<IEnumerable<JsonObject>> QuestionsAsync(string agency) =>
        ((await Gateway[agency].CallAsync(Face.Rest, "ListExchanges", new JsonObject())).Required["exchanges"]?.AsArray() ?? [])
            .Select(exchange => exchange!.AsObject()) // entries are objects
            .Where(exchange => (string?)exchange["type"] == "exchangeTypes/fact-question");

    private Task<FaceAnswer> StepAsync(string agency, Face face, string exchange, string step, JsonObject payload) => Gateway[agency].CallAsync(
        face, "TakeStep", new JsonObject { ["name"] = exchange, ["step"] = step, ["payload"] = payload, ["requestId"] = NoticeSteps.NewRequestId() });

    private static JsonObject Answer(params ReadOnlySpan<(string Fact, string Value)> values)
    {
        var items = new JsonArray();
        foreach (var (fact, value) in values)
        {
            items.Add(Value(fact, value));
        }

        return new JsonObject { ["values"] = items };
    }

    private static JsonObject Value(string fact, string value, string? asOf = null, string? until = null)
    {
        var item = new JsonObject { ["fact"] = fact, ["value"] = value };
        if (asOf is not null)
        {
            item["asOfDate"] = asOf;
        }

        if (until is not null)
        {
            item["validUntilDate"] = until;
        }

        return item;
    }
}
