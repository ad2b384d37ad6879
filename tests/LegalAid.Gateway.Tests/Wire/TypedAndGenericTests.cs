using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Cooperation;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The typed facade and the generic service are one: the same notice by either is the same exchange, and the same request a repeat.</summary>
public sealed class TypedAndGenericTests(WireFixture wire) : IClassFixture<WireFixture>
{
    public static TheoryData<string> Kinds => [.. Notices.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Notice_ByTypedAndByGenericService_IsTheSameExchange(string kind)
    {
        var serial = SyntheticPeople.NextSerial();
        var typed = await OpenAsync(kind, serial, generic: false);
        var generic = await OpenAsync(kind, serial, generic: true);

        Assert.Equal(typed.Digest, generic.Digest);
        Assert.Equal(typed.Exchange, generic.Exchange); // state, version, parties, clocks, flags, documents, view
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task RequestId_ThroughBothServicesAndFaces_IsARepeatOfTheFirst(string kind)
    {
        var sample = Notices.Of(kind);
        var organ = wire.Gateway[sample.Organ];
        var first = (await organ.CallAsync(Face.Rest, "SubmitDefenceNotice", sample.Request)).Required["outcomes"]![0]!; // accepted
        foreach (var (face, method) in new[] { (Face.Grpc, "SubmitDefenceNotice"), (Face.Rest, "OpenExchange"), (Face.Grpc, "OpenExchange") })
        {
            var again = (await organ.CallAsync(face, method, method == "OpenExchange" ? sample.Generic : sample.Request)).Required["outcomes"]![0]!;
            Assert.Equal(first["receipt"]!.ToJsonString(), again["receipt"]!.ToJsonString());
            Assert.Equal(first["notice"]!["exchange"]!.ToJsonString(), (again["exchange"] ?? again["notice"]!["exchange"])!.ToJsonString());
        }
    }

    [Fact]
    public async Task RequestId_ThroughTheOtherServiceWithOtherContent_IsRefused()
    {
        var sample = Notices.Of("COURT");
        await wire.Gateway.SubmitAsync(sample);
        var generic = sample.Generic;
        generic["openings"]![0]!["payload"]!["cause"] = "抢劫罪"; // it has one opening
        var answer = await wire.Gateway[sample.Organ].CallAsync(Face.Grpc, "OpenExchange", generic);
        Assert.Equal("REQUEST_ID_REUSED", answer.Code);
    }

    [Fact]
    public async Task Step_OnAnExchangeOfTheOtherService_IsTakenAndReadByBoth()
    {
        // Opened by the generic service, answered by the typed one.
        var sample = Notices.Of("COURT");
        var opened = await wire.Gateway[sample.Organ].CallAsync(Face.Rest, "OpenExchange", sample.Generic);
        var exchange = opened.Required["outcomes"]![0]!["exchange"]!["name"]!.GetValue<string>(); // accepted
        var notice = exchange.Replace("exchanges/", "defenceNotices/", StringComparison.Ordinal);
        var assigned = await wire.Gateway.StepAsync(sample.AidCentre, "AssignCounsel", NoticeSteps.Assign(notice));
        Assert.Equal("assigned", assigned["state"]?.GetValue<string>());

        // And on by the generic one; both read the same.
        var accepted = await wire.Gateway[Notices.FirstFirm].CallAsync(
            Face.Grpc, "TakeStep", NoticeSteps.Take(exchange, "accept-assignment", new JsonObject { ["answer"] = "ASSIGNMENT_ANSWER_ACCEPTED" }));
        Assert.Equal("accepted", accepted.Required["exchange"]!["state"]!.GetValue<string>());
        var typed = await wire.Gateway[sample.Organ].CallAsync(Face.Rest, "GetDefenceNotice", new JsonObject { ["name"] = notice });
        var generic = await wire.Gateway[sample.Organ].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange });
        Assert.Equal(typed.Required["exchange"]!.ToJsonString(), generic.Required.ToJsonString());
    }

    /// <summary>A step is of its face's own exchanges: another's is told like none, though it has a step of that name and the caller may take it.</summary>
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task Step_OnAnExchangeOfAnotherFace_IsAbsentAndChangesNothing(Face face)
    {
        var notice = await wire.Gateway.NoticeInAsync("notified");
        var exchange = new JsonObject { ["name"] = notice.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal) };
        var before = (await wire.Gateway[Notices.AidCentre].CallAsync(face, "GetExchange", exchange)).Required.ToJsonString();

        var crossed = await wire.Gateway[Notices.AidCentre].CallAsync(
            face, "DeclineCooperation", Cooperations.Step("DeclineCooperation", notice.Replace("defenceNotices/", "cooperations/", StringComparison.Ordinal)));
        var none = await wire.Gateway[Notices.AidCentre].CallAsync(face, "DeclineCooperation", Cooperations.Step("DeclineCooperation", $"cooperations/{Guid.Empty}"));

        Assert.Equal(("NOT_FOUND", none.Status, string.Join(',', none.Faults)), (crossed.Code, crossed.Status, string.Join(',', crossed.Faults)));
        Assert.Equal(before, (await wire.Gateway[Notices.AidCentre].CallAsync(face, "GetExchange", exchange)).Required.ToJsonString());
    }

    [Fact]
    public async Task StepRequestId_ThroughBothServices_IsARepeat()
    {
        var name = await wire.Gateway.NoticeInAsync("notified");
        var typed = NoticeSteps.Assign(name);
        var first = (await wire.Gateway[Notices.AidCentre].CallAsync(Face.Rest, "AssignCounsel", typed)).Required;
        var generic = NoticeSteps.Take(
            name.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal), "assign-counsel", typed["assignment"]!.DeepClone().AsObject()); // it has one
        generic["requestId"] = typed["requestId"]!.DeepClone(); // it has one
        var again = (await wire.Gateway[Notices.AidCentre].CallAsync(Face.Grpc, "TakeStep", generic)).Required;
        Assert.Equal(first["receipt"]!.ToJsonString(), again["receipt"]!.ToJsonString());
    }

    /// <summary>Opens on a gateway of its own, where time stands still and every id is replaced by its order.</summary>
    private static async Task<(string Digest, string Exchange)> OpenAsync(string kind, int serial, bool generic)
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(Demo.DemoSettings.CivilStart) });
        var sample = Notices.Of(kind, serial);
        var answer = await gateway[sample.Organ].CallAsync(Face.Grpc, generic ? "OpenExchange" : "SubmitDefenceNotice", generic ? sample.Generic : sample.Request);
        var outcome = answer.Required["outcomes"]![0]!; // accepted
        var exchange = outcome["exchange"] ?? outcome["notice"]!["exchange"];
        return (outcome["receipt"]!["payloadDigest"]!.GetValue<string>(), new Normal().Of(exchange));
    }
}
