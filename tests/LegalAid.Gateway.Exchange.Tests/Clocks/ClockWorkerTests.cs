using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Clocks;

/// <summary>Clocks over the real ledger and store. Asked on Monday 2 March: three days end on Thursday at 24:00.</summary>
public sealed class ClockWorkerTests
{
    private static readonly DateTimeOffset DueAt = new(2026, 3, 6, 0, 0, 0, TimeSpan.FromHours(8));

    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Fact]
    public async Task Run_TimePasses_WarnsADayBeforeAndReportsTheBreach()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var worker = world.ClockWorker();
        await worker.StartAsync(Cancellation);
        var exchange = await world.AskAsync();

        world.Time.Advance(DueAt - TimeSpan.FromDays(1) - world.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.Empty(await world.MessagesAsync(exchange, ClockEvents.Warning));
        await world.UntilAsync(async () => (await world.MessagesAsync(exchange, ClockEvents.Warning)).Length == 1, TimeSpan.FromSeconds(1));
        await world.UntilAsync(async () => (await world.MessagesAsync(exchange, ClockEvents.Breach)).Length == 1, TimeSpan.FromHours(1));

        Assert.Equal(DueAt - TimeSpan.FromDays(1), (await world.MessagesAsync(exchange, ClockEvents.Warning)).Single().OccurredAtCivil);
        Assert.Equal(DueAt, (await world.MessagesAsync(exchange, ClockEvents.Breach)).Single().OccurredAtCivil);
        var told = (await world.Store.ListDeliveriesAsync(exchange, Cancellation)).Where(row => row.Event == ClockEvents.Breach);
        Assert.Equal([SmallExchange.BureauId, SmallExchange.CentreId], told.Select(row => row.Recipient).Order());
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Start_AfterALongDowntime_ReportsWhatWasMissedWithItsTrueInstant()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        world.Time.Advance(TimeSpan.FromDays(40));
        await world.RestartAsync();

        using var worker = world.ClockWorker();
        await worker.StartAsync(Cancellation);
        await world.UntilAsync(async () => (await world.MessagesAsync(exchange, ClockEvents.Breach)).Length == 1);

        var breach = (await world.MessagesAsync(exchange, ClockEvents.Breach)).Single();
        Assert.Equal(DueAt, breach.OccurredAtCivil);
        Assert.Equal(world.Time.GetUtcNow(), breach.CommittedAt);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Run_Answered_NeitherWarnsNorBreaches()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var worker = world.ClockWorker();
        await worker.StartAsync(Cancellation);
        var answered = await world.AskAsync();
        var open = await world.AskAsync();
        await world.AnswerAsync(answered);

        world.Civil.Advance(TimeSpan.FromDays(10));
        await world.UntilAsync(async () => (await world.MessagesAsync(open, ClockEvents.Breach)).Length == 1);

        Assert.Empty(await world.MessagesAsync(answered, ClockEvents.Warning));
        Assert.Empty(await world.MessagesAsync(answered, ClockEvents.Breach));
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Run_CivilTimeMoved_LooksAtOnceWhileSystemTimeStandsStill()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var worker = world.ClockWorker();
        await worker.StartAsync(Cancellation);
        var exchange = await world.AskAsync();

        world.Civil.Advance(DueAt - world.Civil.Now);
        await world.UntilAsync(async () => (await world.MessagesAsync(exchange, ClockEvents.Breach)).Length == 1);

        Assert.Equal(LedgerWorld.Start, (await world.MessagesAsync(exchange, ClockEvents.Breach)).Single().CommittedAt);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Run_OneExchangeFails_HoldsUpNoOtherAndIsTriedAgain()
    {
        var broken = ImmutableHashSet<ExchangeId>.Empty;
        await using var world = await LedgerWorld.CreateAsync(decorate: store => InterceptedStore.Around(store, (name, arguments) =>
            name == nameof(ILedgerStore.FindExchangeAsync) && broken.Contains((ExchangeId)arguments[0]!) ? throw new IOException("planted") : null)); // an id
        world.ErrorsExpected = true;
        var first = await world.AskAsync();
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await world.AskAsync();
        broken = [first];
        world.Civil.Advance(TimeSpan.FromDays(10));

        using var worker = world.ClockWorker();
        await worker.StartAsync(Cancellation);
        await world.UntilAsync(async () => (await world.MessagesAsync(second, ClockEvents.Breach)).Length == 1);
        Assert.Empty(await world.MessagesAsync(first, ClockEvents.Breach));
        await world.UntilAsync(() => world.Logs.Errors.Any(error => error.Contains(first.ToString(), StringComparison.Ordinal)));

        broken = [];
        await world.UntilAsync(async () => (await world.MessagesAsync(first, ClockEvents.Breach)).Length == 1, TimeSpan.FromSeconds(1));
        Assert.Equal(DueAt, (await world.MessagesAsync(first, ClockEvents.Breach)).Single().OccurredAtCivil);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Run_FailingExchange_StillWakesAtTheNextInstantOfAnother()
    {
        var broken = ImmutableHashSet<ExchangeId>.Empty;
        await using var world = await LedgerWorld.CreateAsync(decorate: store => InterceptedStore.Around(store, (name, arguments) =>
            name == nameof(ILedgerStore.FindExchangeAsync) && broken.Contains((ExchangeId)arguments[0]!) ? throw new IOException("planted") : null)); // an id
        world.ErrorsExpected = true;
        broken = [await world.AskAsync()];
        world.Civil.Advance(TimeSpan.FromDays(10));
        using var worker = world.ClockWorker();
        await worker.StartAsync(Cancellation);
        var later = await world.AskAsync();

        await world.UntilAsync(async () => (await world.MessagesAsync(later, ClockEvents.Warning)).Length == 1, TimeSpan.FromMinutes(30));

        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Recompute_CalendarArrives_CountsEveryProvisionalClockAgain()
    {
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(SmallExchange.Calendars(2025)));
        var exchanges = new List<ExchangeId>();
        for (var i = 0; i < 5; i++)
        {
            exchanges.Add(await world.AskAsync());
        }

        var before = await world.Store.FindExchangeAsync(exchanges[0], Cancellation);
        Assert.True(before?.Provisional);
        world.Configuration.Current = SmallExchange.Snapshot(SmallExchange.Calendars(2025, 2026));
        using var worker = new ClockWorker(
            world.Store, world.Ledger, world.Civil, world.Hub, world.Time, new ClockOptions { BatchMax = 2 }, world.Logs.For<ClockWorker>());

        await worker.RecomputeProvisionalAsync(Cancellation);
        await worker.RecomputeProvisionalAsync(Cancellation);

        foreach (var exchange in exchanges)
        {
            Assert.False((await world.Store.FindExchangeAsync(exchange, Cancellation))?.Provisional);
            Assert.Single(await world.MessagesAsync(exchange, ClockEvents.Recomputed));
        }
    }

    [Fact]
    public void Validate_ClockOptions_NamesEachFault()
    {
        Assert.Empty(new ClockOptions().Validate());
        var wrong = new ClockOptions
        {
            BatchMax = 0, Concurrency = 0, RetryBase = TimeSpan.Zero, RetryMax = TimeSpan.FromHours(2), SafetyInterval = TimeSpan.Zero,
        };
        Assert.Equal(5, wrong.Validate().Count);
    }
}
