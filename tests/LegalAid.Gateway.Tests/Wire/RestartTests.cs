using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A gateway that stops and starts on the same folder: nothing is lost, nothing happens twice, and time has gone on.</summary>
public sealed class RestartTests
{
    private static readonly DateTimeOffset Start = DemoSettings.CivilStart;

    [Fact]
    public async Task Gateway_StoppedAndStarted_KeepsEverything()
    {
        await using var receiver = await RecordingReceiver.StartAsync();
        receiver.Status = StatusCodes.Status503ServiceUnavailable;
        var time = new FakeTimeProvider(Start);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time, Pushes = [new PushTarget(Notices.Court, receiver.Address, "court-push")] });
        gateway.Gateway.PushSecret("court-push");
        var sample = Notices.Of("COURT");
        var first = (await gateway[sample.Organ].CallAsync(Face.Rest, "SubmitDefenceNotice", sample.Request)).Required;
        var name = first["outcomes"]![0]!["notice"]!["name"]!.GetValue<string>(); // accepted
        await gateway.StepAsync(Notices.AidCentre, "AssignCounsel", NoticeSteps.Assign(name));
        await Eventually.HoldsAsync(() => receiver.Pushes.Count > 0, "the first attempt fails");
        var before = await ReadAsync(gateway, name);

        await gateway.StopAsync();
        receiver.Status = StatusCodes.Status200OK;
        await gateway.StartAgainAsync();

        Assert.Equal(before, await ReadAsync(gateway, name));
        var again = (await gateway[sample.Organ].CallAsync(Face.Grpc, "SubmitDefenceNotice", sample.Request)).Required;
        Assert.Equal(first.ToJsonString(), again.ToJsonString()); // the same receipt, signature and all
        time.Advance(TimeSpan.FromSeconds(30)); // past the backoff, once: a bound of time that ends under a running write would be an error
        await Eventually.HoldsAsync(() => receiver.Taken.Count == 1, "the reply is pushed after the restart");
        Assert.Single(receiver.Pushes.Select(push => push.Id).Distinct(StringComparer.Ordinal));
        Assert.Equal("submit", DeliveryTests.EventOf(Assert.Single(await DeliveryTests.PullAsync(gateway, Notices.AidCentre))));
    }

    [Fact]
    public async Task Breach_WhileTheGatewayWasOff_IsReportedWithItsTrueInstant()
    {
        var time = new FakeTimeProvider(Start);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time });
        var notice = await gateway.SubmitAsync(Notices.Of("COURT"));
        var due = Clock(notice, "assign")["dueTime"]!.GetValue<string>(); // it runs
        Assert.Equal("2026-03-05T16:00:00Z", due); // three days, to the end of 5 March at Nanning

        await gateway.StopAsync();
        time.Advance(TimeSpan.FromDays(9));
        await gateway.StartAgainAsync();

        await Eventually.HoldsAsync(() => gateway.Store.Count("message") >= 2, "the breach is recorded");
        foreach (var told in new[] { Notices.Bureau, Notices.AidCentre })
        {
            var breach = await EventAsync(gateway, told, "clock.breach");
            Assert.Equal(due, breach["envelope"]!["occurTime"]!.GetValue<string>()); // every envelope has a time
        }

        var read = (await gateway[Notices.Court].CallAsync(Face.Rest, "GetDefenceNotice", new JsonObject { ["name"] = notice["name"]!.DeepClone() })).Required;
        Assert.Equal("STATE_BREACHED", Clock(read, "assign")["state"]!.GetValue<string>());
        Assert.DoesNotContain(notice["notice"]!["person"]!["name"]!.GetValue<string>(), (await EventTextAsync(gateway)), StringComparison.Ordinal);
    }

    /// <summary>The calendar of 2027 is not published on 31 December 2026: the notice is taken, its clock is provisional, and no later than it could be.</summary>
    [Fact]
    public async Task Notice_InAYearWithoutACalendar_IsTakenWithAProvisionalClock()
    {
        var start = new DateTimeOffset(2026, 12, 31, 9, 0, 0, Start.Offset);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(start), CivilStart = start });
        var sample = Notices.Of("POLICE");
        sample.Notice["foundTime"] = "2026-12-31T08:00:00+08:00";
        var notice = await gateway.SubmitAsync(sample);

        var clock = Clock(notice, "assign");
        Assert.True(clock["provisional"]?.GetValue<bool>());
        Assert.Equal("STATE_RUNNING", clock["state"]!.GetValue<string>()); // it runs
        Assert.Equal("2027-01-03T16:00:00Z", clock["dueTime"]!.GetValue<string>()); // the third day, not rolled
        Assert.Null(Clock(await gateway.SubmitAsync(Notices.Of("POLICE")), "notify")["provisional"]); // its days are all in 2026
    }

    [Fact]
    public async Task CivilTime_MovedAheadBeforeARestart_GoesOnFromThere()
    {
        var time = new FakeTimeProvider(Start);
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = time });
        await gateway.Gateway.AdvanceAsync(TimeSpan.FromDays(3));
        await gateway.StopAsync();
        time.Advance(TimeSpan.FromHours(1));
        await gateway.StartAgainAsync();
        var who = await gateway[Notices.Court].CallAsync(Face.Grpc, "WhoAmI", []);
        Assert.Equal("2026-03-05T02:00:00Z", who.Required["civilTime"]?.GetValue<string>());
    }

    private static JsonObject Clock(JsonObject notice, string name) =>
        notice["exchange"]!["clocks"]!.AsArray().Single(clock => clock!["clock"]!.GetValue<string>() == name)!.AsObject(); // every type has clocks

    private static async Task<string> ReadAsync(GatewayFixture gateway, string notice)
    {
        var read = await gateway[Notices.Court].CallAsync(Face.Rest, "GetDefenceNotice", new JsonObject { ["name"] = notice });
        var history = await gateway[Notices.Court].CallAsync(
            Face.Grpc, "ListHistory", new JsonObject { ["parent"] = notice.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal) });
        return read.Required.ToJsonString() + history.Required.ToJsonString();
    }

    /// <summary>The agency's next delivery of that event; what comes before it is acknowledged.</summary>
    private static async Task<JsonObject> EventAsync(GatewayFixture gateway, string agency, string name)
    {
        JsonObject? found = null;
        for (var round = 0; found is null && round < 10; round++)
        {
            foreach (var delivery in await DeliveryTests.PullAsync(gateway, agency))
            {
                found = DeliveryTests.EventOf(delivery) == name ? delivery : found;
                var lease = new JsonObject { ["name"] = delivery["name"]!.DeepClone(), ["leaseToken"] = delivery["leaseToken"]!.DeepClone() }; // it has both
                Assert.True((await gateway[agency].CallAsync(Face.Rest, "AcknowledgeDelivery", lease)).Accepted);
            }
        }

        return found ?? throw new InvalidOperationException($"{agency} got no {name}");
    }

    /// <summary>What the bureau has left in its mailbox, as text.</summary>
    private static async Task<string> EventTextAsync(GatewayFixture gateway) =>
        string.Concat((await DeliveryTests.PullAsync(gateway, Notices.Bureau)).Select(delivery => delivery.ToJsonString()));
}
