using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Backup;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Where a PostgreSQL ledger is put back: schema, rows and mark in one transaction, so that a process or a server that dies under way leaves nothing.
/// The schema is made at the version of the backup; the first gateway that opens it brings it up to date.
/// </summary>
public sealed class PostgresPlace(PostgresStoreOptions options, TimeProvider time) : IStorePlace
{
    private readonly NpgsqlMultiHostDataSource _source = LongSession.NewSource(options);

    public string Kind => PostgresCopy.StoreKind;

    public int SchemaVersionMax => Schema.Latest;

    public async ValueTask<PlaceFinding> LookAsync(RestoredMark mark, CancellationToken cancellationToken)
    {
        await using var connection = await LongSession.OpenAsync(_source, cancellationToken).ConfigureAwait(false);
        return await LookAsync(connection, mark, cancellationToken).ConfigureAwait(false);
    }

    public async Task PutAsync(
        int schemaVersion, ImmutableArray<StorePart> parts, Func<StorePart, Stream> open, RestoredMark mark, CancellationToken cancellationToken)
    {
        await using var connection = await LongSession.OpenAsync(_source, cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // A gateway that starts meanwhile waits here, and finds the whole store.
        await LongSession.RunAsync(connection, $"SELECT pg_advisory_xact_lock({Locks.OfSchema(options.Schema)})", cancellationToken).ConfigureAwait(false);
        if (await LookAsync(connection, mark, cancellationToken).ConfigureAwait(false) != PlaceFinding.Empty)
        {
            throw new StoreRefusedException(StoreRefusal.ForeignDatabase, $"there are tables in schema {options.Schema} by now");
        }

        await Schema.CreateAsync(connection, options, schemaVersion, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        foreach (var part in parts)
        {
            var from = open(part);
            await using (from.ConfigureAwait(false))
            {
                await FillAsync(connection, part, from, cancellationToken).ConfigureAwait(false);
            }
        }

        await LongSession.RunAsync(connection, SchemaSql.ContinueSegments, cancellationToken).ConfigureAwait(false);
        await using var put = new NpgsqlCommand(RegisterWriter.PutSettingSql, connection);
        put.Parameters.Add(new NpgsqlParameter<string> { TypedValue = RestoredMark.Setting });
        put.Parameters.Add(new NpgsqlParameter<string> { TypedValue = mark.ToString() });
        await put.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false); // never cancelled at the server: see Database
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task FillAsync(NpgsqlConnection connection, StorePart part, Stream from, CancellationToken cancellationToken)
    {
        var to = await connection.BeginRawBinaryCopyAsync($"COPY {options.Schema}.{LongSession.Rows(part)} FROM STDIN (FORMAT BINARY)", cancellationToken)
            .ConfigureAwait(false);
        await using (to.ConfigureAwait(false))
        {
            try
            {
                await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await to.CancelAsync().ConfigureAwait(false); // else what came through would count as all
                throw;
            }
        }
    }

    private async Task<PlaceFinding> LookAsync(NpgsqlConnection connection, RestoredMark mark, CancellationToken cancellationToken)
    {
        var tables = await LongSession.ScalarAsync(
            connection, $"SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{options.Schema}'", cancellationToken)
            .ConfigureAwait(false);
        if (tables is 0L)
        {
            return PlaceFinding.Empty;
        }

        var ours = await LongSession.ScalarAsync(connection, $"SELECT to_regclass('{options.Schema}.setting')::text", cancellationToken).ConfigureAwait(false);
        var stands = ours is null
            ? null
            : await LongSession.ScalarAsync(
                connection, $"SELECT value FROM {options.Schema}.setting WHERE name = '{RestoredMark.Setting}'", cancellationToken).ConfigureAwait(false);
        return stands is string text && text == mark.ToString() ? PlaceFinding.SameBackup : PlaceFinding.Taken;
    }
}
