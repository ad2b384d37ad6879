using System.Collections.Immutable;
using System.Data;
using LegalAid.Gateway.Exchange.Backup;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// A PostgreSQL ledger as it stood when it was opened: one REPEATABLE READ transaction that only reads, on a connection of
/// its own, every table of the schema by binary COPY. It takes no lock that a commit waits for; until it ends the server keeps what was deleted since.
/// </summary>
public sealed class PostgresCopy : IStoreCopy
{
    public const string StoreKind = "postgres";

    internal const string VersionTable = "schema_version";

    private readonly NpgsqlMultiHostDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly string _schema;

    private PostgresCopy(NpgsqlMultiHostDataSource source, NpgsqlConnection connection, string schema) =>
        (_source, _connection, _schema) = (source, connection, schema);

    public string Kind => StoreKind;

    public int SchemaVersion { get; private init; }

    public LogHead? Head { get; private init; }

    public ImmutableArray<StorePart> Parts { get; private init; }

    /// <exception cref="StoreRefusedException">There is no ledger of this gateway, or the server cannot be reached.</exception>
    public static async Task<PostgresCopy> OpenAsync(PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        var source = LongSession.NewSource(options);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await LongSession.OpenAsync(source, cancellationToken).ConfigureAwait(false);
            _ = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false); // ends with the connection
            await LongSession.RunAsync(connection, "SET TRANSACTION READ ONLY", cancellationToken).ConfigureAwait(false);
            if (await LongSession.ScalarAsync(connection, "SELECT to_regclass('schema_version')::text", cancellationToken).ConfigureAwait(false) is null)
            {
                throw new StoreRefusedException(StoreRefusal.ForeignDatabase, $"there is no ledger in schema {options.Schema}");
            }

            return new PostgresCopy(source, connection, options.Schema)
            {
                SchemaVersion = (int)(await LongSession.ScalarAsync(connection, $"SELECT max(version) FROM {VersionTable}", cancellationToken).ConfigureAwait(false) ?? 0),
                Head = await ReadHeadAsync(connection, cancellationToken).ConfigureAwait(false),
                Parts = await ListTablesAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false),
            };
        }
        catch
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask).ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask<Stream> OpenAsync(StorePart part, CancellationToken cancellationToken) =>
        await _connection.BeginRawBinaryCopyAsync($"COPY {_schema}.{LongSession.Rows(part)} TO STDOUT (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Every table but the one that counts the schema's steps: the place makes that itself, step by step.</summary>
    private static async Task<ImmutableArray<StorePart>> ListTablesAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND c.relname <> $2
            GROUP BY c.relname ORDER BY c.relname
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = VersionTable });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var tables = ImmutableArray.CreateBuilder<StorePart>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            tables.Add(new StorePart(rows.GetString(0), [.. rows.GetFieldValue<string[]>(1)]));
        }

        return tables.DrainToImmutable();
    }

    private static async Task<LogHead?> ReadHeadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT origin, epoch, size, root FROM log_head", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await rows.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new LogHead(rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), [.. rows.GetFieldValue<byte[]>(3)])
            : null;
    }
}
