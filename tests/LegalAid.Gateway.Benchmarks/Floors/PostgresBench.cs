using System.Data.Common;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>The PostgreSQL store: a server of its own on this machine's disk, with PostgreSQL's defaults, and a database for each store.</summary>
internal sealed class PostgresBench : StoreBench
{
    private PostgresServer? _server;
    private int _databases;

    public override string Name => "postgres";

    public override async ValueTask<string> DescribeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(await ServerAsync(), cancellationToken);
        await using var command = new NpgsqlCommand("""
            SELECT concat('PostgreSQL ', current_setting('server_version'), ', fsync=', current_setting('fsync'), ', synchronous_commit=',
                current_setting('synchronous_commit'), ', shared_buffers=', current_setting('shared_buffers'), ', data in ', current_setting('data_directory'))
            """, connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string ?? "?";
    }

    /// <summary>The checkpoint lets every run begin alike: the first touch of each page after one is logged whole.</summary>
    public override async ValueTask<StorePlace> CreateAsync(CancellationToken cancellationToken)
    {
        var server = await ServerAsync();
        var name = string.Create(CultureInfo.InvariantCulture, $"bench_{++_databases}");
        await using var connection = await OpenAsync(server, cancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        await using var checkpoint = new NpgsqlCommand("CHECKPOINT", connection);
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
        return new PostgresStorePlace(server, name);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    internal static async Task<NpgsqlConnection> OpenAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private async ValueTask<PostgresServer> ServerAsync() => _server ??= await PostgresServer.StartOnDiskAsync();
}

internal sealed class PostgresStorePlace(PostgresServer server, string name) : StorePlace
{
    private const string ColumnsSql = """
        SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum
        """;

    private readonly PostgresStoreOptions _options = new()
    {
        ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString,
    };

    public override StoreSettings Settings => new()
    {
        Kind = StoreKind.Postgres,
        Postgres = new PostgresSettings { Host = "127.0.0.1", Port = server.Port, Database = name, User = PostgresServer.User, Tls = PostgresTls.Disable },
    };

    /// <summary>For programs that speak PostgreSQL and not .NET.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"postgres://{PostgresServer.User}@127.0.0.1:{server.Port}/{name}");

    public override async ValueTask<ILedgerStore> OpenAsync(CancellationToken cancellationToken) =>
        await PostgresLedgerStore.OpenAsync(_options, TimeProvider.System, NullLogger.Instance, cancellationToken);

    public override ILedgerArchive OpenArchive() => PostgresArchive.Open(_options);

    public override DbConnection Connect() => Open();

    public override long Bytes()
    {
        using var connection = Open();
        using var command = new NpgsqlCommand("SELECT pg_database_size(current_database())", connection);
        return command.ExecuteScalar() is long bytes ? bytes : throw new InvalidDataException("a database without a size");
    }

    public override CapturedStore Capture()
    {
        using var connection = Open();
        return RowCapture.Read(connection, ColumnsSql, static value => value);
    }

    protected override IRowWriter OpenWriter(CapturedStore captured) => new PostgresRows(Open(), captured);

    public override async ValueTask DisposeAsync()
    {
        await using var connection = await PostgresBench.OpenAsync(server, CancellationToken.None);
        await using var drop = new NpgsqlCommand($"DROP DATABASE {name} WITH (FORCE)", connection);
        await drop.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_options.ConnectionString) { Pooling = false, SearchPath = _options.Schema }.ConnectionString);
        connection.Open();
        return connection;
    }
}
