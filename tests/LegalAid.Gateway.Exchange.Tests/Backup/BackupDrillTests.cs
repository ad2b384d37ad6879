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
