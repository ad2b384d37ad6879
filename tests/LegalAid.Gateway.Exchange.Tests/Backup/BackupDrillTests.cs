using System.Collections.Concurrent;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Exchange.Tests.Backup;

public sealed class SqliteBackupDrillTests : BackupDrill
{
    protected override async Task<ILedgerStore> OpenAsync(string name) =>
        await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = PathOf(name) }, TimeProvider.System, NullLogger.Instance, Cancellation);

    protected override Task<IStoreCopy> CopyAsync(string name) =>
        Task.Run<IStoreCopy>(() => SqliteCopy.Open(PathOf(name), Path.Combine(Folder.FullName, "scratch")), Cancellation);

    protected override Task<IStorePlace> PlaceAsync(string name) => Task.FromResult<IStorePlace>(new SqlitePlace(PathOf(name)));

    private string PathOf(string name) => Path.Combine(Folder.FullName, $"{name}.db");
}

public sealed class PostgresBackupDrillTests(SharedPostgres server) : BackupDrill
{
    private readonly ConcurrentDictionary<string, PostgresStoreOptions> _options = new(StringComparer.Ordinal);

    /// <summary>A sequence does not come with the rows: where it began anew, new terms would lie among the oldest, each on a page of its own.</summary>
    [Fact]
    public async Task Restored_NewSearchTerms_LieBeyondTheRestoredOnes()
    {
        var rows = new StoreRows();
        await CommitTermAsync(Here);
        await using (var copy = await CopyAsync(Here))
        {
            await BackUpAsync(copy);
        }

        await RestoreAsync();
        await CommitTermAsync(There);
        Assert.Equal("0,1", await SharedPostgres.ExecuteAsync(await OptionsAsync(There), "SELECT string_agg(segment::text, ',' ORDER BY segment) FROM search_term"));

        async Task CommitTermAsync(string name)
        {
            await using var store = await OpenAsync(name);
            var opening = rows.Opening() with { Search = [StoreRows.Term("id", name)] };
            Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(StoreRows.Unit(opening), Cancellation));
        }
    }

    protected override async Task<ILedgerStore> OpenAsync(string name) =>
        await PostgresLedgerStore.OpenAsync(await OptionsAsync(name), TimeProvider.System, NullLogger.Instance, Cancellation);

    protected override async Task<IStoreCopy> CopyAsync(string name) => await PostgresCopy.OpenAsync(await OptionsAsync(name), Cancellation);

    protected override async Task<IStorePlace> PlaceAsync(string name) => new PostgresPlace(await OptionsAsync(name), TimeProvider.System);

    protected override async ValueTask CloseAsync()
    {
        foreach (var options in _options.Values)
        {
            await SharedPostgres.DropAsync(options);
        }
    }

    private async Task<PostgresStoreOptions> OptionsAsync(string name) => _options.GetOrAdd(name, await server.NewOptionsAsync());
}
