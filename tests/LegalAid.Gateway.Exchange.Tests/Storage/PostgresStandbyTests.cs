using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Testing.Postgres;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>A primary with a synchronous standby: what is acknowledged is on both, and a promotion loses none of it.</summary>
public sealed class PostgresStandbyTests : IAsyncLifetime
{

    private readonly StoreRows _rows = new();
    private readonly RecordingLogger _logger = new();
    private PostgresServer _primary = null!; // set before each test by InitializeAsync
    private PostgresServer _standby = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PostgresStoreOptions Options => new()
    {
        ConnectionString = $"Host=127.0.0.1:{_primary.Port},127.0.0.1:{_standby.Port};Username={PostgresServer.User};Database=postgres",
        RequireSynchronousStandby = 1,
        RetryFor = TimeSpan.FromSeconds(60),
    };

    public async ValueTask InitializeAsync()
    {
        _primary = await PostgresServer.StartAsync();
        _standby = await PostgresServer.StartStandbyAsync(_primary, "standby_one");
        await AskPrimaryAsync("ALTER SYSTEM SET synchronous_standby_names = 'standby_one'");
        await AskPrimaryAsync("SELECT pg_reload_conf()");
        await Eventually.HoldsAsync(async () => await AskPrimaryAsync("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") is 1L);
    }

    public async ValueTask DisposeAsync()
    {
        await _primary.DisposeAsync();
        await _standby.DisposeAsync();
    }

    [Fact]
    public async Task Promotion_UnderLoad_EverythingAcknowledgedIsThere()
    {
        await using var here = await OpenAsync(Options);
        await using var there = await OpenAsync(Options);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var load = new StoreLoad(_rows);
        var running = load.RunAsync([here, there], ending.Token);
        await Eventually.HoldsAsync(() => load.Acknowledged >= 500);

        await _primary.StopAsync("immediate");
        await _standby.PromoteAsync();

        var reached = load.Acknowledged;
        await Eventually.HoldsAsync(() => load.Acknowledged >= reached + 500);
        await ending.CancelAsync();
        await running;
        await load.CheckAsync(here);
    }

    [Fact]
    public async Task Commit_WhileTheStandbyIsAway_IsNotAcknowledgedAndNotDoneTwice()
    {
        await using var store = await OpenAsync(Options with { CommitTimeout = TimeSpan.FromSeconds(2), RetryFor = TimeSpan.Zero });
        var opening = _rows.Opening();
        var unit = StoreRows.Unit(opening) with { Idempotency = _rows.Idempotency(opening.Row.Id, "request") };
        await _standby.StopAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.CommitAsync(unit, Cancellation));

        await _standby.StartAgainAsync();
        CommitOutcome? outcome = null;
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                outcome = await store.CommitAsync(unit, Cancellation);
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });
        Assert.True(outcome is CommitOutcome.Repeated or CommitOutcome.Committed);
        Assert.Single(await store.ListMessagesAsync(opening.Row.Id, 0, 10, Cancellation));
    }

    private async Task<object?> AskPrimaryAsync(string sql) =>
        await SharedPostgres.ExecuteAsync(new PostgresStoreOptions { ConnectionString = _primary.ConnectionString }, sql);

    private ValueTask<PostgresLedgerStore> OpenAsync(PostgresStoreOptions options) =>
        PostgresLedgerStore.OpenAsync(options, TimeProvider.System, _logger, Cancellation);
}
