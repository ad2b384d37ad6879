using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Mailbox.V1;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Messages on their way to an agency over the wire: by push and by mailbox alike, in order, more than once if need be, and provable.</summary>
public sealed class DeliveryTests
{
    private static readonly DateTimeOffset Start = DemoSettings.CivilStart;

    [Fact]
    public async Task Envelope_ByPushAndByMailbox_IsTheSameAndItsReceiptVerifies()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        var time = new FakeTimeProvider(Start);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time, Pushes = [new PushTarget(Notices.Court, receiver.Address, "court-push")] });
        gateway.Gateway.PushSecret("court-push");
        var name = await gateway.NoticeInAsync("assigned");
        await Eventually.HoldsAsync(() => receiver.Taken.Count > 0, "the reply is pushed");

        // The reply goes to the court by push and to the firm by mailbox: one message, two channels.
        var pushed = Assert.Single(receiver.Taken);
        var pulled = await gateway[Notices.FirstFirm].CallAsync(Face.Rest, "PullDeliveries", []);
        var mailed = pulled.Required["deliveries"]![0]!["envelope"]!.AsObject(); // the firm has one
        var (push, mail) = (pushed.Envelope.DeepClone().AsObject(), mailed.DeepClone().AsObject());
        Assert.Equal(("organ", "firm"), (push["recipientRole"]?.GetValue<string>(), mail["recipientRole"]?.GetValue<string>()));
        push.Remove("recipientRole");
        mail.Remove("recipientRole");
        Assert.True(JsonNode.DeepEquals(push, mail), $"{push}\n{mail}");

        // And what was pushed is the contract's own JSON form, to the letter.
        Assert.True(JsonNode.DeepEquals(Faces.Json(Envelope.Parser.ParseJson(pushed.Envelope.ToJsonString())), pushed.Envelope));
        Assert.Equal("1.0", pushed.Event["specversion"]?.GetValue<string>());
        Assert.Equal(pushed.Id, pushed.Event["id"]?.GetValue<string>());

        var jwks = await gateway[Notices.Court].GetAsync("/.well-known/jwks", TestContext.Current.CancellationToken);
        var claims = ReceiptCheck.Verify(pushed.Envelope["receiptJws"]!.GetValue<string>(), jwks.Body!); // every envelope has a receipt
        Assert.Equal(pushed.Envelope["payloadDigest"]?.GetValue<string>(), claims?["digest"]?.GetValue<string>());
        Assert.Equal(Casework.Json.CanonicalJson.Digest(Casework.Json.CanonicalJson.Canonicalise(pushed.Envelope["payload"]!)), claims?["digest"]?.GetValue<string>());
        Assert.StartsWith("defenceNotices/", name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_AfterTheReceiverFailed_ComesAgainUnderItsIdAndInOrder()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        var time = new FakeTimeProvider(Start);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time, Pushes = [new PushTarget(Notices.Court, receiver.Address, "court-push")] });
        gateway.Gateway.PushSecret("court-push");
        receiver.Status = StatusCodes.Status503ServiceUnavailable;
        var name = await gateway.NoticeInAsync("assigned");
        await Eventually.HoldsAsync(() => receiver.Pushes.Count > 0, "an attempt that fails");
        time.Advance(TimeSpan.FromSeconds(1));
        await UploadAsync(gateway, name); // a document that comes later changes nothing of what is sent again
        await gateway.StepAsync(Notices.AidCentre, "ReplaceCounsel", NoticeSteps.Replace(name));
        await gateway.StepAsync(Notices.AidCentre, "TerminateDefence", NoticeSteps.Terminate(name));
        await Eventually.HoldsAsync(() => receiver.Pushes.Count >= 3, "attempts that fail", () => time.Advance(TimeSpan.FromSeconds(1)));

        receiver.Status = StatusCodes.Status200OK;
        await Eventually.HoldsAsync(() => receiver.Taken.Count == 3, "all three are taken", () => time.Advance(TimeSpan.FromSeconds(1)));

        Assert.Equal(["assign-counsel", "replace-counsel", "terminate"], receiver.Taken.Select(push => push.Name));
        Assert.Equal(3, receiver.Pushes.Select(push => push.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(receiver.Pushes.TakeWhile(push => push.Answered == 503), push => Assert.Equal("assign-counsel", push.Name)); // nothing overtakes
        Assert.Single(receiver.Pushes.Where(push => push.Name == "assign-counsel").Select(push => push.Event.ToJsonString()).Distinct(StringComparer.Ordinal));
    }

    /// <summary>A withdrawal overtakes (its type says so): who still works on the notice must hear of it at once.</summary>
    [Fact]
    public async Task Withdrawal_BehindAMessageThatIsHeld_OvertakesIt()
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(Start) });
        var name = await gateway.NoticeInAsync("notified");
        var first = await PullAsync(gateway, Notices.AidCentre);
        await gateway.StepAsync(Notices.Court, "AmendDefenceNotice", NoticeSteps.Amend(name));
        Assert.Empty(await PullAsync(gateway, Notices.AidCentre)); // the amendment waits for the notice
        await gateway.StepAsync(Notices.Court, "WithdrawDefenceNotice", NoticeSteps.Withdraw(name));

        Assert.Equal(["submit"], first.Select(EventOf));
        Assert.Equal(["withdraw"], (await PullAsync(gateway, Notices.AidCentre)).Select(EventOf));
        await AcknowledgeAsync(gateway, Notices.AidCentre, first[0]);
        Assert.Equal(["amend"], (await PullAsync(gateway, Notices.AidCentre)).Select(EventOf));
    }

    [Fact]
    public async Task Delivery_NotAcknowledged_ComesAgainAfterItsLeaseUnderTheSameName()
    {
        var time = new FakeTimeProvider(Start);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time });
        await gateway.NoticeInAsync("notified");
        var first = Assert.Single(await PullAsync(gateway, Notices.AidCentre));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(await PullAsync(gateway, Notices.AidCentre));
        time.Advance(TimeSpan.FromSeconds(2));
        var second = Assert.Single(await PullAsync(gateway, Notices.AidCentre));

        Assert.Equal(first["name"]!.GetValue<string>(), second["name"]!.GetValue<string>());
        Assert.Equal(2, second["attempt"]!.GetValue<int>());
        Assert.True(JsonNode.DeepEquals(first["envelope"], second["envelope"]));
        var late = await gateway[Notices.AidCentre].CallAsync(Face.Grpc, "AcknowledgeDelivery", Lease(first));
        Assert.Equal("LEASE_LOST", late.Code);
        await AcknowledgeAsync(gateway, Notices.AidCentre, second);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await PullAsync(gateway, Notices.AidCentre));
    }

    [Fact]
    public async Task Stream_OfDeliveries_GetsWhatComesWhileItIsOpen()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var stream = gateway[Notices.AidCentre].Mailbox.ReceiveDeliveries(new ReceiveDeliveriesRequest(), cancellationToken: patience.Token);
        for (var i = 0; i < 5; i++)
        {
            var name = await gateway.NoticeInAsync("notified");
            Assert.True(await stream.ResponseStream.MoveNext(patience.Token));
            var delivery = stream.ResponseStream.Current;
            Assert.Equal(name.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal), delivery.Envelope.Exchange);
            await AcknowledgeAsync(gateway, Notices.AidCentre, new JsonObject { ["name"] = delivery.Name, ["leaseToken"] = delivery.LeaseToken });
        }
    }

    /// <summary>The detention centre arranges meetings and reads no notice: it is told of no document either.</summary>
    [Fact]
    public async Task Envelope_ToARoleThatReadsNoNotice_NamesNoDocuments()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var name = await gateway.NoticeInAsync("accepted");
        var exchange = name.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);
        var asked = await gateway[Notices.FirstFirm].CallAsync(Face.Rest, "TakeStep", NoticeSteps.Take(exchange, "request-visit", NoticeSteps.Visit));
        Assert.True(asked.Accepted, asked.Code);

        var delivery = Assert.Single(await PullAsync(gateway, Notices.DetentionCentre));
        Assert.Equal("request-visit", EventOf(delivery));
        Assert.Null(delivery["envelope"]!["attachments"]); // every delivery has an envelope
        Assert.NotNull(Assert.Single(await PullAsync(gateway, Notices.FirstFirm))["envelope"]!["attachments"]);
    }

    internal static async Task<List<JsonObject>> PullAsync(GatewayFixture gateway, string agency)
    {
        var pulled = await gateway[agency].CallAsync(Face.Grpc, "PullDeliveries", []);
        return [.. (pulled.Required["deliveries"]?.AsArray() ?? []).Select(delivery => delivery!.AsObject())]; // a list of objects
    }

    private static async Task UploadAsync(GatewayFixture gateway, string notice)
    {
        var answer = await gateway[Notices.Court].CallAsync(Face.Rest, "CreateAttachment", new JsonObject
        {
            ["parent"] = notice.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal),
            ["requestId"] = NoticeSteps.NewRequestId(),
            ["attachment"] = Notices.Document("judgment"),
        });
        Assert.True(answer.Accepted, answer.Code);
    }

    internal static string EventOf(JsonObject delivery) => delivery["envelope"]!["event"]!.GetValue<string>(); // every envelope has an event

    internal static async Task AcknowledgeAsync(GatewayFixture gateway, string agency, JsonObject delivery) =>
        Assert.True((await gateway[agency].CallAsync(Face.Grpc, "AcknowledgeDelivery", Lease(delivery))).Accepted);

    private static JsonObject Lease(JsonObject delivery) =>
        new() { ["name"] = delivery["name"]!.DeepClone(), ["leaseToken"] = delivery["leaseToken"]!.DeepClone() }; // every delivery has both
}
