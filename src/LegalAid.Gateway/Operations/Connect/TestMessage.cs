using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Operations.Enrolment;

namespace LegalAid.Gateway.Operations.Connect;

/// <summary>
/// A message of the agency to itself: committed, receipted, delivered over its own channel and recorded as every message is. The request's id is on disk
/// before it is sent, so that a run that is ended and begun again asks about the same message.
/// </summary>
internal sealed class TestMessage(ConnectFolder folder, HttpClient calls, TimeProvider time)
{
    private const string Name = "exchange", RequestId = "requestId", Arrived = "arrived";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    public async Task<ConnectStep> RunAsync(ConnectWishes wishes, Func<CancellationToken, Task<ReadinessDocument>> readiness, CancellationToken cancellationToken)
    {
        var test = folder.FindTest();
        if (!wishes.Again && test?[Arrived]?.GetValue<bool>() == true)
        {
            return new(Connecting.Test, StepState.Stands, "已收到过；--again 再发一次", $"{test[Name]} arrived before; --again sends another");
        }

        if (test is null || test[Arrived]?.GetValue<bool>() == true)
        {
            test = new JsonObject { [RequestId] = RandomNumberGenerator.GetHexString(32, lowercase: true) };
            folder.KeepTest(test);
        }

        var asked = await calls.AskAsync(
            "v1/mailbox:requestTestEvent", new JsonObject { [RequestId] = test[RequestId]?.DeepClone(), ["reference"] = "legalaid-gateway connect" }, cancellationToken);
        var exchange = asked[Name]?.GetValue<string>() ?? throw new ConnectRefusedException("答复中没有业务名称", "The answer names no exchange");
        var fetches = (await readiness(cancellationToken)).Delivery.Channel == "mailbox";
        for (var from = time.GetTimestamp(); time.GetElapsedTime(from) < wishes.Patience; await Task.Delay(Interval, time, cancellationToken))
        {
            if (await IsRecordedAsync(exchange, cancellationToken))
            {
                test[Name] = exchange;
                test[Arrived] = true;
                folder.KeepTest(test);
                return new(Connecting.Test, StepState.Done, "已提交、签收、送达并存证", $"{exchange}: committed, receipted, delivered, recorded");
            }

            if (fetches)
            {
                await TakeAsync(exchange, cancellationToken);
            }
        }

        throw new ConnectRefusedException(
            "测试消息已提交，尚未送达：请检查接收端后重新运行", $"{exchange} is committed and has not arrived: look at your receiver and run this again", "TEST_NOT_DELIVERED");
    }

    /// <summary>Whether the gateway holds as evidence that the message arrived.</summary>
    private async Task<bool> IsRecordedAsync(string exchange, CancellationToken cancellationToken) =>
        (await calls.AskAsync($"v1/{exchange}/history", body: null, cancellationToken))["events"] is JsonArray events
        && events.Any(entry => entry?["event"]?.GetValue<string>() == "delivered");

    /// <summary>Acknowledges the test and nothing else: what was leased beside it goes back in five seconds, to whoever fetches it then.</summary>
    private async Task TakeAsync(string exchange, CancellationToken cancellationToken)
    {
        var pulled = await calls.AskAsync("v1/mailbox:pull", new JsonObject { ["maxDeliveries"] = 100, ["leaseDuration"] = "5s" }, cancellationToken);
        foreach (var delivery in pulled["deliveries"] as JsonArray ?? [])
        {
            if (delivery?["envelope"]?["exchange"]?.GetValue<string>() == exchange)
            {
                await calls.AskAsync($"v1/{delivery["name"]}:acknowledge", new JsonObject { ["leaseToken"] = delivery["leaseToken"]?.DeepClone() }, cancellationToken);
            }
        }
    }
}
