using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Eligibility;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Cooperation.Cooperations;

namespace LegalAid.Gateway.Tests.Cooperation;

/// <summary>A verification's seven days stand still while a check that was asked of another centre for it is out.</summary>
public sealed class CheckElsewhereTests : IAsyncLifetime
{
    private BodiesScene _bodies = null!; // set before each test by InitializeAsync

    private GatewayFixture Gateway => _bodies.Gateway;

    public async ValueTask InitializeAsync() => _bodies = await BodiesScene.StartAsync();

    public ValueTask DisposeAsync() => _bodies.DisposeAsync();

    [Theory]
    [InlineData("VERIFY_FACTS", "DeclineCooperation", Asked)]
    [InlineData("TAKE_EVIDENCE", "WithdrawCooperation", Origin)]
    public async Task Decide_WhileACheckIsOut_StandsStillUntilItEnds(string kind, string end, string by)
    {
        var verification = await VerificationAsync();
        var check = await OpenAsync(Gateway, Letter(kind, exchange: Exchange(verification)));
        await ClockIsAsync(verification, "STATE_PAUSED");

        await TakeAsync(Gateway, by, Face.Rest, end, check);

        await ClockIsAsync(verification, "STATE_RUNNING");
        var found = (await Gateway[Origin].CallAsync(Face.Rest, "SearchCooperations", new JsonObject { ["exchange"] = Exchange(verification) })).Required;
        Assert.Equal(check, (string?)Assert.Single(found["cooperations"]!.AsArray())!["name"]); // one was opened
    }

    [Fact]
    public async Task Decide_WhileTwoChecksAreOut_StandsStillUntilBothAreBack()
    {
        var verification = await VerificationAsync();
        var first = await OpenAsync(Gateway, Letter(exchange: Exchange(verification)));
        var second = await OpenAsync(Gateway, Letter(to: Next, exchange: Exchange(verification)));
        await ReferringAsync(verification, 2);
        await TakeAsync(Gateway, Asked, Face.Rest, "ForwardCooperation", first, new JsonObject { ["to"] = $"agencies/{Third}", ["reasons"] = "转送" });
        await TakeAsync(Gateway, Third, Face.Rest, "AcceptCooperation", first);

        await TakeAsync(Gateway, Third, Face.Rest, "DeliverCooperationResults", first);
        await StepSeenAsync(verification, first, "deliver-results");
        await ClockIsAsync(verification, "STATE_PAUSED");

        // Returned, the first is out again; the second's end does not start the clock either.
        await TakeAsync(Gateway, Origin, Face.Rest, "ReturnCooperationResults", first);
        await StepSeenAsync(verification, first, "return-results");
        await TakeAsync(Gateway, Next, Face.Rest, "DeclineCooperation", second);
        await StepSeenAsync(verification, second, "decline");
        await ClockIsAsync(verification, "STATE_PAUSED");

        await TakeAsync(Gateway, Third, Face.Rest, "DeliverCooperationResults", first);
        await ClockIsAsync(verification, "STATE_RUNNING");
    }

    [Fact]
    public async Task Decide_WithATransferOut_RunsOn()
    {
        var verification = await VerificationAsync();
        await OpenAsync(Gateway, Letter("TRANSFER", exchange: Exchange(verification)));
        var check = await OpenAsync(Gateway, Letter(exchange: Exchange(verification)));

        await ClockIsAsync(verification, "STATE_PAUSED");

        Assert.Equal([check.Replace("cooperations/", "exchanges/", StringComparison.Ordinal)], (await ReadAsync(verification))["exchange"]!["view"]!["referring"]!["referring"]!.AsArray().Select(one => (string?)one!["exchange"])); // it was carried out
    }

    /// <summary>The gateway dies after the one commit and before the other: the pause is found at the next start, and counts from when the check went out.</summary>
    [Fact]
    public async Task Decide_AfterACrashBetweenTheCommits_IsFoundByTheSweep()
    {
        var verification = await VerificationAsync();
        Gateway.Gateway.Services.GetRequiredService<ExchangeLedger>().Advanced = null; // nobody is told: as after a crash
        var check = await OpenAsync(Gateway, Letter(exchange: Exchange(verification)));
        Assert.Equal("STATE_RUNNING", (string?)Clock(await ReadAsync(verification), "decide")?["state"]);

        await Gateway.StopAsync();
        await Gateway.StartAgainAsync();

        await ClockIsAsync(verification, "STATE_PAUSED");
        var opened = (await Gateway[Origin].CallAsync(Face.Rest, "GetCooperation", new JsonObject { ["name"] = check })).Required["exchange"]!["openTime"]!; // it has one
        Assert.Equal(Instant(opened), Instant((await ReadAsync(verification))["exchange"]!["view"]!["referring"]!["occurTime"]!)); // it was carried out
    }

    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Reference_ToWhatTheCallerMayNotSee_IsLikeOneToNothing(Face face)
    {
        var own = Exchange(await VerificationAsync());
        var another = await OpenAsync(Gateway); // of the caller's, and of a type that cannot be referred to
        string[] answers =
        [
            .. await Task.WhenAll(new[] { own, "exchanges/0197a3b1-0000-7000-8000-000000000000", "exchanges/nothing", another.Replace("cooperations/", "exchanges/", StringComparison.Ordinal) }
                .Select(async name => string.Join(',', (await Gateway[Third].CallAsync(face, "RequestCooperation", Request(Letter(exchange: name)))).Faults))),
        ];

        Assert.All(answers, answer => Assert.Equal("request.exchange REFERENCE_UNKNOWN", answer));
        var typed = await Gateway[Origin].CallAsync(face, "RequestCooperation", Request(Letter(exchange: another.Replace("cooperations/", "exchanges/", StringComparison.Ordinal))));
        Assert.Equal(["request.exchange REFERENCE_UNKNOWN"], typed.Faults);
    }

    /// <summary>A verification that a person is to decide, whose seven days run.</summary>
    private async Task<string> VerificationAsync()
    {
        var outcome = (await Gateway[Origin].CallAsync(Face.Grpc, "VerifyEligibility", Applicants.Verify(Applicants.Application()))).Required;
        var name = (string)outcome["verification"]!["name"]!; // an outcome has one
        while (await ReadAsync(name) is var now && (string?)now["state"] == "evidence-needed")
        {
            var facts = (now["determination"]?["open"]?.AsArray() ?? []).Select(fact => (JsonNode)Applicants.Stated((string?)fact ?? "", WageApplicant.OnPaper((string?)fact ?? ""), "FACT_GROUND_DOCUMENT"));
            var supplied = await Gateway[Origin].CallAsync(Face.Grpc, "SupplyFacts", new JsonObject
            {
                ["name"] = name, ["requestId"] = NoticeSteps.NewRequestId(),
                ["supplement"] = new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray([.. facts]) } },
            });
            Assert.True(supplied.Accepted, string.Join(", ", supplied.Faults));
        }

        await ClockIsAsync(name, "STATE_RUNNING");
        return name;
    }

    private static DateTimeOffset Instant(JsonNode text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture); // it is text

    private static string Exchange(string verification) => verification.Replace("verifications/", "exchanges/", StringComparison.Ordinal);

    private async Task<JsonObject> ReadAsync(string verification) =>
        (await Gateway[Origin].CallAsync(Face.Rest, "GetVerification", new JsonObject { ["name"] = verification })).Required;

    private Task ClockIsAsync(string verification, string state) => Eventually.HoldsAsync(
        async () => (string?)Clock(await ReadAsync(verification), "decide")?["state"] == state, $"the clock is {state}");

    private Task ReferringAsync(string verification, int count) => Eventually.HoldsAsync(
        async () => (await ReadAsync(verification))["exchange"]?["view"]?["referring"]?["referring"]?.AsArray().Count == count, $"{count} refer");

    private Task StepSeenAsync(string verification, string check, string step) => Eventually.HoldsAsync(
        async () => ((await ReadAsync(verification))["exchange"]?["view"]?["referring"]?["referring"]?.AsArray() ?? [])
            .Any(one => (string?)one?["exchange"] == check.Replace("cooperations/", "exchanges/", StringComparison.Ordinal) && (string?)one?["step"] == step),
        $"{step} was carried out");
}
