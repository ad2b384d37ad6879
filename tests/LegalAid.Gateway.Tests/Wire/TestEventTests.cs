using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A test event asked for over the wire, and the report that a message was opened.</summary>
public sealed class TestEventTests
{
    [Theory]
    [InlineData(Face.Rest)]
    [InlineData(Face.Grpc)]
    public async Task RequestTestEvent_ByAMailbox_IsCommittedReceiptedDeliveredAndRecorded(Face face)
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(DemoSettings.CivilStart) });
        var court = gateway[Notices.Court];

        var asked = (await court.CallAsync(face, "RequestTestEvent", Request("联调-1", "request-1-0000"))).Required;
        var again = (await court.CallAsync(face, "RequestTestEvent", Request("联调-1", "request-1-0000"))).Required;

        Assert.True(JsonNode.DeepEquals(asked, again));
        Assert.NotEqual("", asked["receipt"]!["jws"]!.GetValue<string>()); // every answer has a receipt
        var delivery = Assert.Single(await DeliveryTests.PullAsync(gateway, Notices.Court));
        var envelope = delivery["envelope"]!.AsObject(); // every delivery has one
        Assert.Equal(
            ("exchangeTypes/connection-test", "send", "联调-1", asked["exchange"]!.GetValue<string>()), // every answer names it
            (envelope["exchangeType"]?.GetValue<string>(), envelope["event"]?.GetValue<string>(), envelope["payload"]?["reference"]?.GetValue<string>(), envelope["exchange"]?.GetValue<string>()));

        var name = delivery["name"]!.GetValue<string>(); // every delivery has one
        Assert.Equal("NOT_DELIVERED_YET", (await court.CallAsync(face, "ReportOpened", new JsonObject { ["name"] = name })).Code);
        _ = (await court.CallAsync(face, "AcknowledgeDelivery", new JsonObject { ["name"] = name, ["leaseToken"] = delivery["leaseToken"]!.GetValue<string>() })).Required; // leased
        _ = (await court.CallAsync(face, "ReportOpened", new JsonObject { ["name"] = name })).Required;
        _ = (await court.CallAsync(face, "ReportOpened", new JsonObject { ["name"] = name })).Required;
        Assert.Equal("NOT_FOUND", (await gateway[Notices.AidCentre].CallAsync(face, "ReportOpened", new JsonObject { ["name"] = name })).Code);

        var history = (await court.CallAsync(face, "ListHistory", new JsonObject { ["parent"] = asked["exchange"]!.GetValue<string>() })).Required; // as above
        Assert.Equal(["send", "delivered", "opened"], history["events"]!.AsArray().Select(entry => entry!["event"]!.GetValue<string>())); // it has a history
    }

    [Fact]
    public async Task RequestTestEvent_ByAPush_ArrivesThereSigned()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Pushes = [new PushTarget(Notices.Court, receiver.Address, "court-push")] });
        gateway.Gateway.PushSecret("court-push");
        var asked = (await gateway[Notices.Court].CallAsync(Face.Rest, "RequestTestEvent", Request("", "request-2-0000"))).Required;

        await Eventually.HoldsAsync(() => receiver.Taken.Count == 1, "the test event is pushed");
        Assert.Equal(asked["exchange"]?.GetValue<string>(), receiver.Taken.Single().Envelope["exchange"]?.GetValue<string>());
    }

    [Fact]
    public async Task RequestTestEvent_MoreThanTheHourAllows_IsRefusedButARepeatIsAnswered()
    {
        var time = new FakeTimeProvider(DemoSettings.CivilStart);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time });
        var court = gateway[Notices.Court];
        for (var count = 1; count <= 10; count++)
        {
            _ = (await court.CallAsync(Face.Rest, "RequestTestEvent", Request("", $"request-{count}-0000"))).Required;
        }

        Assert.Equal("TEST_EVENTS_EXHAUSTED", (await court.CallAsync(Face.Rest, "RequestTestEvent", Request("", "request-11-0000"))).Code);
        Assert.Equal("TEST_EVENTS_EXHAUSTED", (await court.CallAsync(Face.Grpc, "RequestTestEvent", Request("", "request-11-0000"))).Code);
        _ = (await court.CallAsync(Face.Rest, "RequestTestEvent", Request("", "request-10-0000"))).Required;
        _ = (await gateway[Notices.AidCentre].CallAsync(Face.Rest, "RequestTestEvent", Request("", "request-1-0000"))).Required; // another agency's hour
        time.Advance(TimeSpan.FromHours(1));
        _ = (await court.CallAsync(Face.Rest, "RequestTestEvent", Request("", "request-12-0000"))).Required;
        Assert.Equal(12, gateway.Store.Count("exchange"));
    }

    private static JsonObject Request(string reference, string requestId)
    {
        var request = new JsonObject { ["requestId"] = requestId };
        if (reference.Length > 0)
        {
            request["reference"] = reference;
        }

        return request;
    }
}
