using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// The schema, as a list of additive steps. A step is never edited once released; a later build adds one, and the build before it runs on the
/// result: columns are added with a default, tables and indexes are added, nothing is renamed or dropped.
/// </summary>
internal static class Schema
{
    /// <summary>Step n brings version n − 1 to version n.</summary>
    private static readonly string[] Steps = [SchemaSql.Version1, SchemaSql.Version2];

    public static int Latest => Steps.Length;

    /// <summary>
    /// Brings the schema to the latest version, each step in its own transaction. Nodes that start together take turns by an advisory lock; one
    /// that dies in a step leaves nothing of it, and the next goes on there. A schema of a later build is left as it is. Returns the version
    /// found, 0 for a new one.
    /// </summary>
    public static async Task<int> UpgradeAsync(
        NpgsqlConnection connection, PostgresStoreOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = options.Schema; // a plain name, by Validate
        await RunAsync(connection, $"SELECT pg_advisory_lock({Locks.OfSchema(name)})", cancellationToken).ConfigureAwait(false);
        try
        {
            await RequireOursAsync(connection, name, cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, BeginSql(name), cancellationToken).ConfigureAwait(false);
            var found = (int)(await ScalarAsync(
                connection, $"SELECT coalesce(max(version), 0) FROM {name}.schema_version", cancellationToken).ConfigureAwait(false) ?? 0);
            for (var version = found + 1; version <= Latest; version++)
            {
                await RunAsync(connection, $"BEGIN; {StepSql(version, now)} COMMIT", cancellationToken).ConfigureAwait(false);
            }

            return found;
        }
        finally
        {
            await RunAsync(connection, $"SELECT pg_advisory_unlock({Locks.OfSchema(name)})", CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the schema as it was at a version, in the transaction that is open on the connection: what is restored was written by that build.</summary>
    public static async Task CreateAsync(
        NpgsqlConnection connection, PostgresStoreOptions options, int version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RunAsync(connection, BeginSql(options.Schema), cancellationToken).ConfigureAwait(false);
        for (var step = 1; step <= version; step++)
        {
            await RunAsync(connection, StepSql(step, now), cancellationToken).ConfigureAwait(false);
        }
    }

    private static string BeginSql(string name) =>
        $"CREATE SCHEMA IF NOT EXISTS {name}; CREATE TABLE IF NOT EXISTS {name}.schema_version (version integer PRIMARY KEY, applied_at bigint NOT NULL)";

    private static string StepSql(int version, DateTimeOffset now) =>
        $"{Steps[version - 1]} INSERT INTO schema_version (version, applied_at) VALUES ({version}, {now.UtcTicks});";

    /// <summary>Throws where the schema holds tables that this store did not make.</summary>
    private static async Task RequireOursAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var foreign = await ScalarAsync(
            connection,
            $"""
            SELECT min(tablename) FROM pg_tables WHERE schemaname = '{name}'
            AND NOT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = '{name}' AND tablename = 'schema_version')
            """,
            cancellationToken).ConfigureAwait(false);
        if (foreign is string table)
        {
            throw new StoreRefusedException(
                StoreRefusal.ForeignDatabase, $"schema {name} holds table {table}, which is not a ledger's: give the gateway a schema of its own");
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
