using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>How much is sent and leased at a time, over the real ledger and store to a real server.</summary>
public sealed class PushLaneTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Where the clock moves while the store works: slow enough that only what should times out.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Push_AgencyTakesNothing_IsProbedByOneAndNotByAllThatWait(int status)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        var exchanges = await AskAsync(world, 20);

        receiver.AnswerStatus(status);
        using var worker = await StartAsync(world);
        await world.UntilAsync(async () => world.Logs.Events.Contains(2210) && (await RowsAsync(world, exchanges)).All(row => row.Status == DeliveryStatus.Pending));
        Assert.InRange(receiver.Received.Count, 1, world.Delivery.AgencyConcurrency); // the first burst, and no more

        for (var probe = 1; probe <= 3; probe++)
        {
            Assert.Equal($"{status}", Assert.Single(await world.Store.ListRecipientsAsync(Cancellation)).Cause);
            var (seen, told) = (receiver.Received.Count, world.Logs.Events.Count(id => id == 2210));
            await world.UntilAsync(() => receiver.Received.Count > seen, Tick);
            await world.UntilAsync(() => world.Logs.Events.Count(id => id == 2210) > told);
            Assert.Equal(seen + 1, receiver.Received.Count);
        }

        receiver.AnswerStatus(200);
        foreach (var exchange in exchanges)
        {
            await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);
        }

        await worker.StopAsync(Cancellation);
    }

    /// <summary>Quick answers let the lane lease ahead; what it leased in vain counts for nothing.</summary>
    [Fact]
    public async Task Push_AgencyTurnsAwayAfterQuickAnswers_WhatWasLeasedAheadIsGivenBackUnsent()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        var exchanges = await AskAsync(world, 40);

        var taken = 0;
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref taken) <= 8 ? 200 : 503;
            return Task.CompletedTask;
        };
        using var worker = await StartAsync(world);
        await world.UntilAsync(async () => (await RowsAsync(world, exchanges)).All(row => row.Status is DeliveryStatus.Pending or DeliveryStatus.Delivered)
            && (await world.Store.ListRecipientsAsync(Cancellation)).Any());

        var rows = await RowsAsync(world, exchanges);
        Assert.Equal(8, rows.Count(row => row.Status == DeliveryStatus.Delivered));
        Assert.InRange(receiver.Received.Count, 9, 8 + world.Delivery.AgencyConcurrency); // the burst, and no more
        var sent = receiver.Received.Select(push => push.Id).ToHashSet(StringComparer.Ordinal);
        Assert.All(rows, row => Assert.Equal((sent.Contains(row.Id.ToString()) ? 1 : 0, sent.Contains(row.Id.ToString())), (row.Attempts, row.RelayedAt is not null)));

        receiver.AnswerStatus(200);
        foreach (var exchange in exchanges)
        {
            await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered, Second);
        }

        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_SlowAgency_DelaysNoOther()
    {
        await using var slow = await Receiver.StartAsync();
        await using var quick = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: slow.Channel, otherCentre: quick.Channel));
        world.Delivery = world.Delivery with { AgencyConcurrency = 4, SharedConcurrency = 3 };
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (inside, most) = (0, 0);
        slow.Answer = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await release.Task;
            Interlocked.Decrement(ref inside);
        };
        using var worker = await StartAsync(world);
        var held = new List<ExchangeId>();
        for (var i = 0; i < 10; i++)
        {
            held.Add(await world.AskAsync(SmallExchange.CentreId));
        }

        // The slow one holds every shared slot; the clock stands still, so nothing of it can time out.
        await world.UntilAsync(() => slow.Received.Count == 4);
        for (var i = 0; i < 10; i++)
        {
            await world.UntilStatusAsync(await world.AskAsync(SmallExchange.OtherCentreId), SmallExchange.OtherCentreId, DeliveryStatus.Delivered);
        }

        Assert.Equal(4, slow.Received.Count);
        release.SetResult();
        foreach (var exchange in held)
        {
            await world.UntilStatusAsync(exchange, SmallExchange.CentreId, DeliveryStatus.Delivered);
        }

        Assert.Equal(4, most);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Push_StoppedWhileMoreIsLeased_RecordsWhatIsSentAndGivesTheRestBack()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: receiver.Channel));
        var exchanges = await AskAsync(world, 40);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = 0;
        receiver.Answer = (_, _) => Interlocked.Increment(ref taken) <= 8 ? Task.CompletedTask : release.Task;
        using var worker = await StartAsync(world);
        await world.UntilAsync(() => receiver.Received.Count == 8 + world.Delivery.AgencyConcurrency);
        await world.UntilAsync(async () => (await RowsAsync(world, exchanges)).All(row => row.Status is DeliveryStatus.Leased or DeliveryStatus.Delivered));

        var stopped = worker.StopAsync(Cancellation);
        release.SetResult();
        await stopped;

        Assert.Equal(8 + world.Delivery.AgencyConcurrency, receiver.Received.Count);
        foreach (var row in await RowsAsync(world, exchanges))
        {
            var expected = receiver.Received.Any(push => push.Id == row.Id.ToString()) ? (DeliveryStatus.Delivered, 1) : (DeliveryStatus.Pending, 0);
            Assert.Equal(expected, (row.Status, row.Attempts));
        }
    }

    private static async Task<PushWorker> StartAsync(LedgerWorld world)
    {
        var worker = world.PushWorker(TestSecrets.One);
        await worker.StartAsync(Cancellation);
        return worker;
    }

    private static async Task<List<ExchangeId>> AskAsync(LedgerWorld world, int count)
    {
        var exchanges = new List<ExchangeId>();
        for (var index = 0; index < count; index++)
        {
            exchanges.Add(await world.AskAsync());
        }

        return exchanges;
    }

    private static async Task<DeliveryRow[]> RowsAsync(LedgerWorld world, List<ExchangeId> exchanges) =>
        await Task.WhenAll(exchanges.Select(exchange => world.DeliveryAsync(exchange, SmallExchange.CentreId)));
}
