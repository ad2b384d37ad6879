using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>A person in custody applies: the place forwards it, the centre verifies, and the place learns of it without being told by anybody.</summary>
public sealed class CustodyApplicationTests
{
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Verification_ThatNamesTheApplication_TakesItUpAndDecidesIt(Face face)
    {
        await using var gateway = await StartAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var forwarded = NameOf((await ForwardAsync(gateway, face, Payload(person))).Required);
        Assert.Equal(["forward"], (await DeliveryTests.PullAsync(gateway, Applicants.Centre)).Select(DeliveryTests.EventOf));

        var application = Applicants.Application(person);
        application.Remove("authorisation"); // nobody is asked: it waits for evidence
        application["custodyApplication"] = forwarded;
        var verification = (await gateway[Applicants.Centre].CallAsync(face, "VerifyEligibility", Applicants.Verify(application))).Required["verification"]!; // accepted
        await Eventually.HoldsAsync(async () => await StateAsync(gateway, forwarded) == "taken-up", "the place sees that it was taken up");

        await gateway[Applicants.Centre].CallAsync(face, "GrantAid", new JsonObject
        {
            ["name"] = (string?)verification["name"], ["grant"] = new JsonObject { ["reasons"] = "符合条件" }, ["requestId"] = NoticeSteps.NewRequestId(),
        });
        await Eventually.HoldsAsync(async () => await StateAsync(gateway, forwarded) == "decided", "the place sees that it was decided");
        Assert.Equal(["take-up"], (await DeliveryTests.PullAsync(gateway, Notices.DetentionCentre)).Select(DeliveryTests.EventOf));
        var seen = (await gateway[Notices.DetentionCentre].CallAsync(face, "GetExchange", new JsonObject { ["name"] = forwarded })).Required;
        Assert.Equal("grant", (string?)seen["view"]?["referring"]?["referring"]?[0]?["step"]);
    }

    /// <summary>Nobody of the centre has to do anything: what the bodies answered decides it, and the gateway's own finding is told as a person's would be.</summary>
    [Fact]
    public async Task Verification_ThatTheGatewayDecides_IsToldToThePlace()
    {
        await using var bodies = await BodiesScene.StartAsync();
        var application = Applicants.Application();
        bodies.Know(Applicants.NumberOf(application), ("register", "subsistence"));
        var forwarded = NameOf((await ForwardAsync(bodies.Gateway, Face.Rest, Payload(application["person"]!.AsObject()))).Required); // a worker
        application["custodyApplication"] = forwarded;

        (await bodies.Gateway[Applicants.Centre].CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application))).Required.ToString();

        await Eventually.HoldsAsync(async () => await StateAsync(bodies.Gateway, forwarded) == "decided", "the place sees that it was decided");
        var seen = (await bodies.Gateway[Notices.DetentionCentre].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = forwarded })).Required;
        Assert.Equal("find-eligible", (string?)seen["view"]?["referring"]?["referring"]?[0]?["step"]);
    }

    /// <summary>The gateway dies after the verification was committed and before the application was taken up: the next start finds it.</summary>
    [Fact]
    public async Task Verification_BeforeACrash_IsCarriedOutAfterTheRestart()
    {
        await using var gateway = await StartAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var forwarded = NameOf((await ForwardAsync(gateway, Face.Grpc, Payload(person))).Required);
        var application = Applicants.Application(person);
        application.Remove("authorisation");
        application["custodyApplication"] = forwarded;
        gateway.Gateway.Services.GetRequiredService<ExchangeLedger>().Advanced = null; // nobody is told: as after a crash
        (await gateway[Applicants.Centre].CallAsync(Face.Grpc, "VerifyEligibility", Applicants.Verify(application, "0s"))).Required.ToString();
        Assert.Equal("forwarded", await StateAsync(gateway, forwarded));

        await gateway.StopAsync();
        await gateway.StartAgainAsync();

        await Eventually.HoldsAsync(async () => await StateAsync(gateway, forwarded) == "taken-up", "the application is taken up");
    }

    /// <summary>The person is not to suffer for the place: what comes late comes with its reason, and is taken.</summary>
    [Fact]
    public async Task Forward_LaterThanADay_IsTakenWithAReasonAlone()
    {
        await using var gateway = await StartAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var late = Payload(person, "2026-03-01T07:00:00+08:00");
        Assert.Equal(["openings[0].payload.lateReason CUSTODY_FORWARDED_LATE"], (await ForwardAsync(gateway, Face.Rest, late)).Faults);
        Assert.Equal(["openings[0].payload.applyTime CUSTODY_APPLIED_LATER"], (await ForwardAsync(gateway, Face.Rest, Payload(person, "2026-03-09T07:00:00+08:00"))).Faults);

        late["lateReason"] = "押解途中";
        Assert.True((await ForwardAsync(gateway, Face.Rest, late)).Accepted);
        Assert.Equal("ALREADY_OPEN", (await ForwardAsync(gateway, Face.Rest, Payload(person))).Code);
    }

    [Fact]
    public async Task Forward_WithoutTheFormOrByACourt_IsRefused()
    {
        await using var gateway = await StartAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var bare = await gateway[Notices.DetentionCentre].CallAsync(Face.Grpc, "OpenExchange", Opening(Payload(person), []));
        Assert.Equal("ATTACHMENT_MISSING", bare.Code);
        Assert.Equal(403, (await gateway["nanning-qingxiu-court"].CallAsync(Face.Rest, "OpenExchange", Opening(Payload(person), [Form()]))).Status);
    }

    /// <summary>Another centre learns nothing of it, and cannot make its verification another's answer.</summary>
    [Fact]
    public async Task Verification_OfAnotherCentre_CannotNameIt()
    {
        await using var gateway = await StartAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var forwarded = NameOf((await ForwardAsync(gateway, Face.Grpc, Payload(person))).Required);
        var application = Applicants.Application(person);
        application.Remove("authorisation");
        foreach (var named in new[] { forwarded, $"exchanges/{Guid.Empty}" })
        {
            application["custodyApplication"] = named;
            var refused = await gateway["nanning-xingning-aid-centre"].CallAsync(Face.Rest, "VerifyEligibility", Applicants.Verify(application));
            Assert.Equal(["application.custodyApplication REFERENCE_UNKNOWN"], refused.Faults);
        }

        Assert.Equal("forwarded", await StateAsync(gateway, forwarded));
    }

    private static Task<GatewayFixture> StartAsync() => GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(DemoSettings.CivilStart) });

    private static Task<FaceAnswer> ForwardAsync(GatewayFixture gateway, Face face, JsonObject payload) =>
        gateway[Notices.DetentionCentre].CallAsync(face, "OpenExchange", Opening(payload, [Form()]));

    private static JsonObject Opening(JsonObject payload, JsonArray attachments) => new()
    {
        ["type"] = "exchangeTypes/custody-application",
        ["requestId"] = NoticeSteps.NewRequestId(),
        ["openings"] = new JsonArray(new JsonObject { ["payload"] = payload.DeepClone(), ["attachments"] = attachments }),
    };

    private static JsonObject Payload(JsonObject person, string applied = "2026-03-02T08:00:00+08:00") => new()
    {
        ["person"] = person.DeepClone(),
        ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_DETAINED" },
        ["applyTime"] = applied,
        ["matter"] = "请求支付劳动报酬",
        ["contact"] = new JsonObject { ["name"] = "虚构管教", ["phone"] = "0771-0000009" },
        ["aidCentre"] = $"agencies/{Applicants.Centre}",
    };

    private static JsonObject Form() => new()
    {
        ["kind"] = "application-form", ["fileName"] = "申请表.pdf", ["mediaType"] = "application/pdf", ["content"] = Convert.ToBase64String("%PDF-1.7 测试"u8.ToArray()),
    };

    private static string NameOf(JsonObject opened) => (string?)opened["outcomes"]?[0]?["exchange"]?["name"] ?? throw new InvalidOperationException(opened.ToJsonString());

    private static async Task<string?> StateAsync(GatewayFixture gateway, string exchange) =>
        (string?)(await gateway[Notices.DetentionCentre].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange })).Required["state"];
}
