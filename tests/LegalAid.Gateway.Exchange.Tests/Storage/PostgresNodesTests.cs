using System.Collections.Concurrent;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Testing.Postgres;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>Several nodes on one database: they race, wake one another, lead in turn, and outlive the server's crashes.</summary>
public sealed class PostgresNodesTests(SharedPostgres server) : IAsyncLifetime
{
    private const int Rounds = 40;

    private readonly StoreRows _rows = new();
    private readonly RecordingLogger _logger = new();
    private PostgresStoreOptions _options = null!; // set before each test by InitializeAsync
    private PostgresLedgerStore _here = null!;
    private PostgresLedgerStore _there = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _options = await server.NewOptionsAsync();
        _here = await OpenAsync(_options);
        _there = await OpenAsync(_options);
    }

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await SharedPostgres.DropAsync(_options);
    }

    [Fact]
    public async Task Race_ForHoldsOfOtherOrder_OneWinsEachAndNobodyWaitsInACircle()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (a, b) = (StoreRows.Hold($"a{round}"), StoreRows.Hold($"b{round}"));
            var outcomes = await Task.WhenAll(
                CommitAsync(_here, _rows.Opening() with { Holds = [a, b] }), CommitAsync(_there, _rows.Opening() with { Holds = [b, a] }));
            Assert.Single(outcomes, outcome => outcome is CommitOutcome.Committed);
            Assert.Single(outcomes, outcome => outcome is CommitOutcome.HoldTaken);
        }

        Assert.Empty(_logger.Errors);
    }

    [Fact]
    public async Task Race_AtOneVersionOfTwoExchanges_OneWinsEach()
    {
        var (first, second) = (_rows.Opening(), _rows.Opening());
        await CommitAsync(_here, first, second);
        var (a, b) = (first.Row, second.Row);
        for (var round = 0; round < Rounds; round++)
        {
            var outcomes = await Task.WhenAll(
                CommitAsync(_here, StoreRows.Step(a), StoreRows.Step(b)), CommitAsync(_there, StoreRows.Step(b), StoreRows.Step(a)));
            Assert.Single(outcomes, outcome => outcome is CommitOutcome.Committed);
            Assert.Single(outcomes, outcome => outcome is CommitOutcome.VersionConflict);
            (a, b) = (a with { Version = a.Version + 1 }, b with { Version = b.Version + 1 });
        }
    }

    [Fact]
    public async Task Race_WithOneIdempotencyKey_OneCommitsTheOtherGetsIt()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var outcomes = await Task.WhenAll(new[] { _here, _there }.Select(node =>
            {
                var opening = _rows.Opening();
                var unit = StoreRows.Unit(opening) with { Idempotency = _rows.Idempotency(opening.Row.Id, $"key-{round}") };
                return node.CommitAsync(unit, Cancellation).AsTask();
            }));
            Assert.Single(outcomes, outcome => outcome is CommitOutcome.Committed);
            Assert.Single(outcomes, outcome => outcome is CommitOutcome.Repeated);
        }
    }

    [Fact]
    public async Task Race_OfSettlementAndNewDelivery_TheNextIsAlwaysReady()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var opening = _rows.Opening();
            await CommitAsync(_here, opening);
            var leased = Assert.Single(await LeaseAsync(_here));
            var message = _rows.Message(opening.Row.Id, 2);
            var step = StoreRows.Step(opening.Row) with { Messages = [message], Deliveries = [_rows.Delivery(message.Id, StoreRows.Centre)] };
            var adding = CommitAsync(_here, step);
            var settling = _there.SettleDeliveryAsync(Delivered(leased), Cancellation).AsTask();
            Assert.IsType<CommitOutcome.Committed>(await adding);
            Assert.True(await settling);
            var next = Assert.Single(await LeaseAsync(_there));
            Assert.Equal(2, next.Sequence);
            Assert.True(await _here.SettleDeliveryAsync(Delivered(next), Cancellation));
        }
    }

    [Fact]
    public async Task Race_OfLeases_NoDeliveryTwiceAndNoneLeft()
    {
        await CommitAsync(_here, [.. Enumerable.Range(0, 300).Select(_ => _rows.Opening())]);
        var leases = await Task.WhenAll(Enumerable.Range(0, 60).Select(index => Task.Run(() => LeaseAsync(index % 2 == 0 ? _here : _there, 5))));
        var ids = leases.SelectMany(lease => lease.Select(delivery => delivery.Id)).ToArray();
        Assert.Equal(300, ids.Length);
        Assert.Equal(300, ids.Distinct().Count());
    }

    [Fact]
    public async Task Signal_CommitHere_IsHeardThere()
    {
        var heard = new ConcurrentQueue<StoreSignal>();
        using var any = new SemaphoreSlim(0);
        _there.Signal = signal =>
        {
            heard.Enqueue(signal);
            any.Release();
        };
        await CommitAsync(_here, _rows.Opening(_rows.Exchange() with { NextClockAt = StoreRows.Start }));
        await _here.ActivateConfigurationAsync(new ConfigurationActivation("one", [1], From: null, _rows.Leaf(null, "config")), Cancellation);
        await Eventually.HoldsAsync(() => heard.Any(signal => signal.Recipients.Contains(StoreRows.Centre)) && heard.Any(signal => signal.ClocksChanged)
            && heard.Any(signal => signal.ConfigurationChanged));
    }

    [Fact]
    public async Task Lead_HeldHere_OthersOnlyWhenItIsLaidDown()
    {
        var here = await _here.TryLeadAsync("log", Cancellation);
        Assert.NotNull(here);
        Assert.Null(await _there.TryLeadAsync("log", Cancellation));
        await using (await _there.TryLeadAsync("another duty", Cancellation))
        {
            await here.DisposeAsync();
        }

        await using var there = await _there.TryLeadAsync("log", Cancellation);
        Assert.NotNull(there);
    }

    [Fact]
    public async Task Lead_SessionEnded_IsLostAndAnotherLeads()
    {
        await using var here = (await _here.TryLeadAsync("log", Cancellation))!; // nobody else asks
        await SharedPostgres.ExecuteAsync(
            _options,
            $"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = {Locks.OfDuty(_options.Schema, "log")}");
        await Eventually.HoldsAsync(() => here.Lost.IsCancellationRequested);
        await using var there = await _there.TryLeadAsync("log", Cancellation);
        Assert.NotNull(there);
        Assert.False(there.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Load_WhileConnectionsAreEnded_EachUnitOnce()
    {
        await using var own = await PostgresServer.StartAsync(); // of its own: every session of it is ended
        var options = new PostgresStoreOptions { ConnectionString = own.ConnectionString, RetryFor = TimeSpan.FromSeconds(30) };
        await using var here = await OpenAsync(options);
        await using var there = await OpenAsync(options);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var load = new StoreLoad(_rows);
        var running = load.RunAsync([here, there], ending.Token);
        for (var cut = 0; cut < 20; cut++)
        {
            var reached = load.Acknowledged + 20;
            await Eventually.HoldsAsync(() => load.Acknowledged >= reached);
            await SharedPostgres.ExecuteAsync(
                options, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'legalaid-gateway'");
        }

        await ending.CancelAsync();
        await running;
        await load.CheckAsync(here);
    }

    [Fact]
    public async Task Race_ToRememberKeysInOtherOrder_OneIsFirstAtEach()
    {
        for (var round = 0; round < Rounds; round++)
        {
            byte[][] keys = [.. Enumerable.Range(0, 8).Select(key => new[] { (byte)round, (byte)key })];
            var asked = await Task.WhenAll(
                keys.Select(key => RememberAsync(_here, key)).Concat(keys.Reverse().Select(key => RememberAsync(_there, key))));
            Assert.All(asked.GroupBy(one => Convert.ToHexString(one.Key)), equal => Assert.Single(equal, one => one.IsNew == true));
        }

        Assert.Empty(_logger.Errors);
    }

    /// <summary>A lost COMMIT leaves open whether a key was remembered: who asked is told so, never that another was first, and nobody is first twice.</summary>
    [Fact]
    public async Task Remember_WhileConnectionsAreEnded_NobodyIsRefusedByHisOwnTry()
    {
        await using var own = await PostgresServer.StartAsync();
        var options = new PostgresStoreOptions { ConnectionString = own.ConnectionString, RetryFor = TimeSpan.FromSeconds(30) };
        await using var node = await OpenAsync(options);
        var (count, outcomes) = (0, new ConcurrentBag<(byte[] Key, bool? IsNew)>());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!ending.IsCancellationRequested)
            {
                outcomes.Add(await RememberAsync(node, BitConverter.GetBytes(Interlocked.Increment(ref count))));
            }
        }).ToArray();
        for (var cut = 0; cut < 20; cut++)
        {
            var reached = outcomes.Count + 40;
            await Eventually.HoldsAsync(() => outcomes.Count >= reached);
            await SharedPostgres.ExecuteAsync(
                options, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'legalaid-gateway'");
        }

        await ending.CancelAsync();
        await Task.WhenAll(running);

        Assert.DoesNotContain(outcomes, outcome => outcome.IsNew == false);
        Assert.True(outcomes.Count(outcome => outcome.IsNew == true) > 400);
        foreach (var (key, _) in outcomes.Where(outcome => outcome.IsNew == true).Take(400))
        {
            Assert.NotEqual(true, (await RememberAsync(node, key)).IsNew);
        }
    }

    [Fact]
    public async Task Load_WhileTheServerCrashes_NothingAcknowledgedIsLost()
    {
        await using var own = await PostgresServer.StartAsync();
        var options = new PostgresStoreOptions { ConnectionString = own.ConnectionString, RetryFor = TimeSpan.FromSeconds(60) };
        await using var here = await OpenAsync(options);
        await using var there = await OpenAsync(options);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var load = new StoreLoad(_rows);
        var running = load.RunAsync([here, there], ending.Token);
        for (var crash = 1; crash <= 3; crash++)
        {
            var reached = load.Acknowledged + 200;
            await Eventually.HoldsAsync(() => load.Acknowledged >= reached);
            await own.StopAsync("immediate");
            await own.StartAgainAsync();
        }

        var last = load.Acknowledged + 200;
        await Eventually.HoldsAsync(() => load.Acknowledged >= last);
        await ending.CancelAsync();
        await running;
        await load.CheckAsync(here);
    }

    private static DeliverySettlement Delivered(DeliveryRow leased) =>
        new(leased.Id, leased.LeaseToken!.Value, DeliveryStatus.Delivered, StoreRows.Start, null, "200", null); // leased: it has a token

    /// <summary>Whether it was new; null where that could not be said.</summary>
    private static async Task<(byte[] Key, bool? IsNew)> RememberAsync(PostgresLedgerStore node, byte[] key)
    {
        try
        {
            return (key, await node.TryRememberAsync([.. key], StoreRows.Start, StoreRows.Start.AddMinutes(5), Cancellation));
        }
        catch (StoreUnavailableException)
        {
            return (key, null);
        }
    }

    private static async Task<CommitOutcome> CommitAsync(PostgresLedgerStore node, params ExchangeWrite[] writes) =>
        await node.CommitAsync(StoreRows.Unit(writes), Cancellation);

    private async Task<IReadOnlyList<DeliveryRow>> LeaseAsync(PostgresLedgerStore node, int countMax = 10) =>
        await node.LeaseDeliveriesAsync(
            new LeaseRequest([StoreRows.Centre], StoreRows.Start, StoreRows.Start.AddMinutes(1), _rows.NewId(), countMax), Cancellation);

    private ValueTask<PostgresLedgerStore> OpenAsync(PostgresStoreOptions options) =>
        PostgresLedgerStore.OpenAsync(options, TimeProvider.System, _logger, Cancellation);
}
