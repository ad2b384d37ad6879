using System.Diagnostics;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>Pushes over the real ledger and store to a real server.</summary>
public sealed class PushWorkerTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Where the clock moves while the store works: slow enough that only what should times out.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Fact]
    public async Task Push_AfterCommit_SendsASignedCloudEventAndStartsTheClockByTheAnswer()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        var exchange = await world.AskAsync(traceParent: Trace);
        Assert.Null((await world.Store.FindExchangeAsync(exchange, Cancellation))?.NextClockAt); // nothing is proven yet

        using var worker = await StartAsync(world);
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered);

        var push = receiver.Received.Single();
        var row = await world.DeliveryAsync(exchange, SmallExchange.CentreId);
        Assert.True(push.IsSignedWith(Receiver.SecretText));
        Assert.Equal(row.Id.ToString(), push.Id);
        Assert.Equal($"{world.Time.GetUtcNow().ToUnixTimeSeconds()}", push.Headers["webhook-timestamp"]);
        Assert.StartsWith("application/cloudevents+json", push.Headers["content-type"], StringComparison.Ordinal);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", push.Headers["traceparent"], StringComparison.Ordinal);
        var sent = push.Event;
        Assert.Equal("1.0", (string?)sent["specversion"]);
        Assert.Equal(push.Id, (string?)sent["id"]);
        Assert.Equal("https://gateway.test/exchanges", (string?)sent["source"]);
        Assert.Equal("legalaid.small-question.ask", (string?)sent["type"]);
        Assert.Equal(exchange.ResourceName, (string?)sent["subject"]);
        Assert.Equal("2026-03-02T01:00:00Z", (string?)sent["time"]);
        Assert.Equal("0000000001", (string?)sent["sequence"]);
        Assert.Equal(Trace, (string?)sent["traceparent"]);
        Assert.Equal("是否受理？", (string?)sent["data"]?["payload"]?["text"]);
        Assert.Equal("204", row.LastOutcome);
        Assert.NotNull((await world.Store.FindExchangeAsync(exchange, Cancellation))?.NextClockAt);
        Assert.Single(await world.Store.ListLeavesAsync(exchange, null, 100, Cancellation), leaf => leaf.Kind == "delivered");
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_OverlappingKeys_IsSignedWithEach()
    {
        const string Newer = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
        await using var receiver = await Receiver.StartAsync();
        var channel = receiver.Channel with { Secrets = ["newer", Receiver.SecretName] };
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: channel));
        using var worker = await StartAsync(world, new TestSecrets(("newer", Newer), (Receiver.SecretName, Receiver.SecretText)));

        await world.UntilStatusAsync(await world.AskAsync(), SmallExchange.CentreId, DeliveryStatus.Delivered);

        var push = receiver.Received.Single();
        Assert.True(push.IsSignedWith(Newer) && push.IsSignedWith(Receiver.SecretText));
        Assert.False(push.IsSignedWith("whsec_" + Convert.ToBase64String(new byte[24])));
        Assert.Equal(2, push.Headers["webhook-signature"].Split(' ').Length);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_Failures_KeepsTheIdAndTheOrderOfTheExchange()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        var failures = 3;
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = Interlocked.Decrement(ref failures) >= 0 ? 503 : 200;
            return Task.CompletedTask;
        };
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();
        await world.NoteAsync(exchange, "一");
        await world.NoteAsync(exchange, "二");

        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second, sequence: 3);

        string[] events = [.. receiver.Received.Select(push => (string)push.Event["sequence"]!)]; // every event has one
        Assert.Equal(["0000000001", "0000000001", "0000000001", "0000000001", "0000000002", "0000000003"], events);
        Assert.Single(receiver.Received.Take(4).Select(push => push.Id).Distinct());
        Assert.Single(receiver.Received.Take(4).Select(push => Convert.ToHexString(push.Body)).Distinct());
        Assert.Equal(4, (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).Attempts);
        await worker.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("7200", 3600)]
    [InlineData("Mon, 02 Mar 2026 01:05:00 GMT", 300)]
    public async Task Push_RetryAfter_IsNotTriedBefore(string asked, int seconds)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = asked;
            return Task.CompletedTask;
        };
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();

        await world.UntilAsync(() => world.Logs.Events.Contains(2210)); // recorded, and the worker knows it

        Assert.Equal("429", (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).LastOutcome);
        Assert.Equal(LedgerWorld.Start.AddSeconds(seconds), (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).DueAt);
        receiver.AnswerStatus(200);
        world.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Single(receiver.Received);
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_Gone_SuspendsTheAgencyAndNothingDiesOfIt()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel, otherCentre: other.Channel));
        world.ErrorsExpected = true;
        receiver.AnswerStatus(410);
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();
        await world.UntilAsync(() => world.Logs.Events.Contains(2209));

        await world.NoteAsync(exchange);
        var waiting = await world.AskAsync();
        await world.UntilStatusAsync(await world.AskAsync(SmallExchange.OtherCentreId), SmallExchange.OtherCentreId, DeliveryStatus.Delivered, Second);

        var known = Assert.Single(await world.Store.ListRecipientsAsync(Cancellation));
        Assert.Equal((SmallExchange.CentreId, true, "410"), (known.Agency, known.Suspended, known.Cause));
        var row = await world.DeliveryAsync(exchange, SmallExchange.CentreId);
        Assert.Equal((DeliveryStatus.Pending, "410"), (row.Status, row.LastOutcome));
        Assert.DoesNotContain(await world.Store.ListLeavesAsync(exchange, null, 100, Cancellation), leaf => leaf.Kind == "not-delivered");
        Assert.Single(receiver.Received);

        receiver.AnswerStatus(200);
        Assert.True(await world.Store.SuspendRecipientAsync(
            SmallExchange.CentreId, suspended: false, "operator", world.Time.GetUtcNow(), SuspensionLeaf(world), Cancellation));
        await world.UntilStatusAsync(waiting, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second, sequence: 2);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_Redirect_IsNotFollowed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        receiver.Answer = (_, context) =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();

        await world.UntilAsync(async () => (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).LastOutcome == "302");

        Assert.Equal(["/legalaid/inbox"], receiver.Received.Select(push => push.Path).Distinct());
        Assert.Equal(DeliveryStatus.Pending, (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).Status);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_AttemptsUsedUp_IsADeadLetterWithItsCause()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        world.ErrorsExpected = true;
        world.Delivery = world.Delivery with { AttemptsMax = 3 };
        receiver.AnswerStatus(500);
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();

        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Dead, Second);

        var row = await world.DeliveryAsync(exchange, SmallExchange.CentreId);
        Assert.Equal((3, "exhausted-500"), (row.Attempts, row.LastOutcome));
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_NoAnswer_TimesOutAndIsTriedAgain()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        receiver.Answer = static (_, context) => Hang(context.RequestAborted);
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();
        await world.UntilAsync(() => !receiver.Received.IsEmpty);

        await world.UntilAsync(async () => (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).LastOutcome == "timeout", Tick);
        receiver.AnswerStatus(200);
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);

        Assert.Single(receiver.Received.Select(push => push.Id).Distinct());
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_ProcessDiesBetweenSendAndRecord_IsSentAgainUnderTheSameId()
    {
        var dead = false;
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(
            SmallExchange.Snapshot(centre: receiver.Channel),
            store => InterceptedStore.Around(store, (name, arguments) => dead && IsRecord(name, arguments) ? throw new IOException("planted") : null));
        world.ErrorsExpected = true;
        dead = true;
        using (var dying = await StartAsync(world))
        {
            var lost = await world.AskAsync();
            await world.UntilAsync(() => world.Logs.Errors.Any(error => error.StartsWith("2205", StringComparison.Ordinal)));
            await dying.StopAsync(Cancellation);
            Assert.Equal(DeliveryStatus.Leased, (await world.DeliveryAsync(lost, SmallExchange.CentreId)).Status);
        }

        await world.RestartAsync();
        world.Time.Advance(world.Delivery.LeaseDuration);
        dead = false;
        using var worker = await StartAsync(world);
        var exchange = (await world.Store.ListExchangesAsync(new ExchangeQuery(SmallExchange.CourtId, 1), Cancellation)).Single().Id;
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);

        Assert.Equal(2, receiver.Received.Count);
        Assert.Single(receiver.Received.Select(push => push.Id).Distinct());
        await worker.StopAsync(Cancellation);
    }

    /// <summary>The fixture fails the test where that is an error: it passes by itself.</summary>
    [Fact]
    public async Task Push_StoreTooSlowToRecord_WarnsAndIsSentAgainUnderTheSameId()
    {
        Action? late = null;
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(
            SmallExchange.Snapshot(centre: receiver.Channel),
            store => InterceptedStore.Around(store, (name, arguments) =>
            {
                if (!IsRecord(name, arguments) || Interlocked.Exchange(ref late, null) is not { } passTheBound)
                {
                    return null;
                }

                passTheBound();
                throw new OperationCanceledException((CancellationToken)arguments[^1]!); // every member ends with one
            }));
        late = () => world.Time.Advance(world.Delivery.OutcomeTimeout);
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();
        await world.UntilAsync(() => world.Logs.Events.Contains(2217));

        world.Time.Advance(world.Delivery.LeaseDuration);
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);

        Assert.Equal(2, receiver.Received.Count);
        Assert.Single(receiver.Received.Select(push => push.Id).Distinct());
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_StoppedWhileSending_RecordsTheAnswer()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer = (_, _) => release.Task;
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();
        await world.UntilAsync(() => !receiver.Received.IsEmpty);

        var stopped = worker.StopAsync(Cancellation);
        release.SetResult();
        await stopped;

        Assert.Equal(DeliveryStatus.Delivered, (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).Status);
    }

    [Fact]
    public async Task Push_StoppedAndTheGraceIsOver_GivesTheDeliveryBack()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        receiver.Answer = static (_, context) => Hang(context.RequestAborted);
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();
        await world.UntilAsync(() => !receiver.Received.IsEmpty);

        var stopped = worker.StopAsync(Cancellation);
        await world.UntilAsync(() => stopped.IsCompleted, Tick);

        var row = await world.DeliveryAsync(exchange, SmallExchange.CentreId);
        Assert.Equal((DeliveryStatus.Pending, "stopping"), (row.Status, row.LastOutcome));
    }

    /// <summary>By address and by a name that resolves to it.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Push_ToAnUnlistedAddress_SendsNothing(string host)
    {
        await using var receiver = await Receiver.StartAsync();
        var named = new UriBuilder(receiver.Url) { Host = host }.Uri;
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel with { Url = named, AllowedAddresses = ["10.0.0.0/8"] }));
        world.ErrorsExpected = true;
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();

        await world.UntilAsync(async () => (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).LastOutcome == "address-refused");

        Assert.Empty(receiver.Received);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_SecretMissing_SendsNothingUnsigned()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel with { Secrets = [Receiver.SecretName, "absent"] }));
        world.ErrorsExpected = true;
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();

        await world.UntilAsync(async () => (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).LastOutcome == "secret-missing");

        Assert.Empty(receiver.Received);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_NobodyListens_IsTriedAgainUntilSomebodyDoes()
    {
        Uri url;
        await using (var gone = await Receiver.StartAsync())
        {
            url = gone.Url;
        }

        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel with { Url = url }));
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();
        await world.UntilAsync(async () => (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).LastOutcome == "network");

        world.Configuration.Current = SmallExchange.Snapshot(centre: receiver.Channel);
        world.Hub.Reconfigured();
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);

        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_ChannelChangesAtRunTime_FollowsIt()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync();
        using var worker = await StartAsync(world);
        var exchange = await world.AskAsync();

        world.Configuration.Current = SmallExchange.Snapshot(centre: receiver.Channel);
        world.Hub.Reconfigured();
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered);
        world.Configuration.Current = SmallExchange.Snapshot();
        world.Hub.Reconfigured();
        var later = await world.AskAsync();

        Assert.Equal(later, (await world.Mailbox().PullAsync(SmallExchange.CentreId, 1, TimeSpan.Zero, Cancellation)).Single().Row.Exchange);
        Assert.Single(receiver.Received);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_LongAnswer_CountsByItsStatus()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        receiver.Answer = static async (_, context) =>
        {
            var block = new byte[64 << 10];
            for (var i = 0; i < 64 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        };
        using var worker = await StartAsync(world);

        await world.UntilStatusAsync(await world.AskAsync(), SmallExchange.CentreId, DeliveryStatus.Delivered);

        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_Listened_TracesEachAttemptUnderTheMessagesTrace()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "LegalAid.Gateway.Delivery",
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        using var worker = await StartAsync(world);

        var exchange = await world.AskAsync(traceParent: "00-11112222333344445555666677778888-b7ad6b7169203331-01");
        await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered);

        var attempt = Assert.Single(seen, activity => activity.TraceId.ToHexString() == "11112222333344445555666677778888");
        Assert.Equal(attempt.Id, receiver.Received.Single().Headers["traceparent"]);
        Assert.Equal("b7ad6b7169203331", attempt.ParentSpanId.ToHexString());
        await worker.StopAsync(Cancellation);
    }

    private static async Task<PushWorker> StartAsync(LedgerWorld world, IPushSecrets? secrets = null)
    {
        var worker = world.PushWorker(secrets ?? TestSecrets.One);
        await worker.StartAsync(Cancellation);
        return worker;
    }

    private static LeafRow SuspensionLeaf(LedgerWorld world) =>
        Leaf.Of(new LeafId(world.Ids.NewId()), LeafKinds.Suspended, null, null, SmallExchange.CentreId, world.Time.GetUtcNow(), []);

    /// <summary>Never answers.</summary>
    private static Task Hang(CancellationToken aborted)
    {
        var never = new TaskCompletionSource();
        aborted.Register(() => never.TrySetCanceled(aborted));
        return never.Task;
    }

    private static bool IsRecord(string member, object?[] arguments) =>
        member == nameof(ILedgerStore.SettleDeliveryAsync)
        || (member == nameof(ILedgerStore.CommitAsync) && arguments[0] is CommitUnit { Settlements.IsEmpty: false });
}
