using System.Collections.Immutable;
using System.Diagnostics;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Runs reads, each one statement and so one snapshot, on the primary: a read that begins after a commit's task completed sees the commit. A read
/// that loses its connection is tried again.
/// </summary>
internal sealed class StoreReader(Database database, PostgresStoreOptions options, Availability reading)
{
    private volatile bool _closed;

    /// <summary>The first row, or null.</summary>
    public async Task<T?> FindAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        var found = await ListAsync(sql, bind, read, cancellationToken).ConfigureAwait(false);
        return found.IsEmpty ? null : found[0];
    }

    public async Task<ImmutableArray<T>> ListAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgresLedgerStore));
            try
            {
                var found = await ReadAsync(sql, bind, read, cancellationToken).ConfigureAwait(false);
                reading.Succeeded();
                return found;
            }
            catch (Exception e) when (Failures.IsOfServer(e) && !cancellationToken.IsCancellationRequested && !_closed)
            {
                reading.Failed(e);
                if (Failures.KindOf(e) == FailureKind.Exhausted || Stopwatch.GetElapsedTime(began) >= options.RetryFor)
                {
                    throw Failures.ForCaller(e);
                }

                database.Forget();
                await Patience.WaitAsync(attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Close() => _closed = true;

    private async Task<ImmutableArray<T>> ReadAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await database.BorrowAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(read(reader));
        }

        return found.DrainToImmutable();
    }
}
