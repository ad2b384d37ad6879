using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using Npgsql;

namespace LegalAid.Gateway.Operations;

/// <summary>A store, and the system time that its leases and tokens go by: on PostgreSQL the database's, so that it is one for all nodes.</summary>
internal sealed record OpenedStore(ILedgerStore Store, TimeProvider Time) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (Time is DatabaseClock clock)
        {
            await clock.DisposeAsync();
        }
    }
}

/// <summary>Opens the store of the kind that the settings name.</summary>
internal static class LedgerStores
{
    /// <summary>Holds the database password, in the key folder.</summary>
    public const string PasswordFile = "postgres.password";

    private static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(30);

    public static Task<OpenedStore> OpenAsync(
        GatewayHostOptions options, GatewaySettings settings, ILogger logger, CancellationToken cancellationToken) => settings.Store switch
        {
            { Kind: StoreKind.Sqlite } store => OpenSqliteAsync(options, store, logger, cancellationToken),
            { Kind: StoreKind.Postgres, Postgres: { } postgres } => OpenPostgresAsync(options, settings, postgres, logger, cancellationToken),
            var other => throw new InvalidOperationException($"store {other.Kind}"),
        };

    /// <summary>Opens it for its auditor: nothing is written, and a gateway that runs is not in the way.</summary>
    public static ILedgerArchive OpenArchive(GatewayHostOptions options, GatewaySettings settings) => settings.Store switch
    {
        { Kind: StoreKind.Sqlite } store => SqliteArchive.Open(PathOf(options, store)),
        { Kind: StoreKind.Postgres, Postgres: { } postgres } => PostgresArchive.Open(OptionsOf(options, settings, postgres)),
        var other => throw new InvalidOperationException($"store {other.Kind}"),
    };

    /// <summary>Opens the store as it stands now, to be backed up beside a running gateway or at rest.</summary>
    /// <param name="scratch">A file that may be made meanwhile, as large as the ledger.</param>
    public static async Task<IStoreCopy> CopyAsync(GatewayHostOptions options, GatewaySettings settings, string scratch, CancellationToken cancellationToken) =>
        settings.Store switch
        {
            { Kind: StoreKind.Sqlite } store => await Task.Run(() => SqliteCopy.Open(PathOf(options, store), scratch), cancellationToken),
            { Kind: StoreKind.Postgres, Postgres: { } postgres } => await PostgresCopy.OpenAsync(OptionsOf(options, settings, postgres), cancellationToken),
            var other => throw new InvalidOperationException($"store {other.Kind}"),
        };

    /// <summary>Where a backup is put back.</summary>
    public static IStorePlace PlaceOf(GatewayHostOptions options, GatewaySettings settings) => settings.Store switch
    {
        { Kind: StoreKind.Sqlite } store => new SqlitePlace(PathOf(options, store)),
        { Kind: StoreKind.Postgres, Postgres: { } postgres } => new PostgresPlace(OptionsOf(options, settings, postgres), options.Time),
        var other => throw new InvalidOperationException($"store {other.Kind}"),
    };

    private static string PathOf(GatewayHostOptions options, StoreSettings settings) => Path.Combine(options.WorkingFolder, settings.Path);

    private static PostgresStoreOptions OptionsOf(GatewayHostOptions options, GatewaySettings settings, PostgresSettings postgres) => new()
    {
        ConnectionString = ConnectionString(options, settings, postgres), Schema = postgres.Schema, RequireSynchronousStandby = postgres.SynchronousStandbys,
    };

    private static async Task<OpenedStore> OpenSqliteAsync(
        GatewayHostOptions options, StoreSettings settings, ILogger logger, CancellationToken cancellationToken)
    {
        var path = PathOf(options, settings);
        Durably.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!); // a full path has a folder
        var store = await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = path }, options.Time, logger, cancellationToken);
        return new OpenedStore(store, options.Time);
    }

    private static async Task<OpenedStore> OpenPostgresAsync(
        GatewayHostOptions options, GatewaySettings settings, PostgresSettings postgres, ILogger logger, CancellationToken cancellationToken)
    {
        var storeOptions = OptionsOf(options, settings, postgres);
        var own = options.Time == TimeProvider.System ? await DatabaseClock.OpenAsync(storeOptions.ConnectionString, ClockInterval, logger, cancellationToken) : null;
        try
        {
            var time = own ?? options.Time;
            var store = await PostgresLedgerStore.OpenAsync(storeOptions, time, logger, cancellationToken);
            return new OpenedStore(store, time);
        }
        catch
        {
            await (own?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Without a password file, Npgsql looks where PGPASSWORD and PGPASSFILE say.</summary>
    private static string ConnectionString(GatewayHostOptions options, GatewaySettings settings, PostgresSettings postgres)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = postgres.Host, Port = postgres.Port, Database = postgres.Database, Username = postgres.User,
            SslMode = postgres.Tls switch
            {
                PostgresTls.VerifyFull => SslMode.VerifyFull,
                PostgresTls.VerifyCa => SslMode.VerifyCA,
                PostgresTls.Require => SslMode.Require,
                PostgresTls.Disable => SslMode.Disable,
                var other => throw new InvalidOperationException($"TLS {other}"),
            },
        };
        if (postgres.RootCertificate is { } root)
        {
            text.RootCertificate = Path.Combine(options.WorkingFolder, root);
        }

        var password = Path.Combine(options.WorkingFolder, settings.KeyFolder, PasswordFile);
        if (File.Exists(password))
        {
            text.Password = File.ReadAllText(password).Trim();
        }

        return text.ConnectionString;
    }
}
