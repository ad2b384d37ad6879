using System.Collections.Immutable;
using System.Diagnostics;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Rare writes, each in a transaction of its own on a connection of the pool. A write that begun is finished though its caller leaves. One whose
/// connection is lost under way is tried again only where repeating is harmless; else its caller is told that the outcome is unknown.
/// </summary>
internal sealed class SoloWrites(Database database, PostgresStoreOptions options, Availability writing)
{
    private const int ConflictsMax = 10;

    private readonly Lock _lock = new();
    private readonly HashSet<Task> _running = [];
    private bool _closed;

    /// <param name="repeatable">Whether doing it twice comes to the same as once.</param>
    /// <param name="work">Writes. True to commit, false to roll back; the result is the caller's either way.</param>
    public async ValueTask<T> RunAsync<T>(bool repeatable, Func<SoloTransaction, Task<(T Result, bool Keeps)>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<T> running;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgresLedgerStore));
            running = RetryAsync(repeatable, work);
            _running.Add(running);
        }

        _ = running.ContinueWith(Ended, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One statement that says by the rows it returns or changes whether it was done.</summary>
    public ValueTask<bool> RunAsync(bool repeatable, string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellationToken) =>
        RunAsync(
            repeatable,
            async transaction => (await transaction.ExecuteAsync(sql, bind).ConfigureAwait(false) > 0, true),
            cancellationToken);

    /// <summary>Takes no more and waits for what has begun.</summary>
    public async Task CloseAsync()
    {
        Task[] running;
        lock (_lock)
        {
            _closed = true;
            running = [.. _running];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // each is its caller's
    }

    private void Ended(Task ended)
    {
        _ = ended.Exception; // its caller's, who may have gone
        lock (_lock)
        {
            _running.Remove(ended);
        }
    }

    private async Task<T> RetryAsync<T>(bool repeatable, Func<SoloTransaction, Task<(T Result, bool Keeps)>> work)
    {
        await Task.Yield(); // not under the lock
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            SoloTransaction? transaction = null;
            try
            {
                transaction = new SoloTransaction(await database.BorrowAsync(CancellationToken.None).ConfigureAwait(false), options);
                var result = await transaction.RunAsync(work).ConfigureAwait(false);
                writing.Succeeded();
                return result;
            }
            catch (Exception e) when (MayRepeat(e, repeatable || transaction is not { CommitSent: true }, attempt, Stopwatch.GetElapsedTime(began)))
            {
                database.Forget();
                await Patience.WaitAsync(attempt, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (Failures.IsOfServer(e))
            {
                writing.Failed(e);
                throw Failures.ForCaller(e);
            }
        }
    }

    private bool MayRepeat(Exception failure, bool harmless, int attempt, TimeSpan elapsed) => Failures.KindOf(failure) switch
    {
        FailureKind.Conflict or FailureKind.Collision => attempt < ConflictsMax,
        FailureKind.Unavailable => harmless && elapsed < options.RetryFor,
        FailureKind.Statement or FailureKind.Exhausted => false,
        var other => throw new InvalidOperationException($"kind {other}"),
    };
}

/// <summary>One transaction, on a connection that it gives back at its end.</summary>
internal sealed class SoloTransaction(NpgsqlConnection connection, PostgresStoreOptions options)
{
    /// <summary>Whether COMMIT was sent: from then on a lost connection leaves the outcome open.</summary>
    public bool CommitSent { get; private set; }

    public async Task<T> RunAsync<T>(Func<SoloTransaction, Task<(T Result, bool Keeps)>> work)
    {
        var silent = false;
        try
        {
            var transaction = await connection.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
            var (result, keeps) = await work(this).ConfigureAwait(false);
            CommitSent = keeps;
            var end = keeps ? transaction.CommitAsync(CancellationToken.None) : transaction.RollbackAsync(CancellationToken.None);
            await Silence.EndAsync(end, connection, options.CommitTimeout).ConfigureAwait(false);
            return result;
        }
        catch (SilentServerException)
        {
            silent = true;
            throw;
        }
        finally
        {
            if (!silent)
            {
                await connection.DisposeAsync().ConfigureAwait(false); // rolls back what was not committed
            }
        }
    }

    /// <summary>Returns how many rows were changed.</summary>
    public async Task<int> ExecuteAsync(string sql, Action<NpgsqlParameterCollection> bind)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters);
        return await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async Task<ImmutableArray<T>> ListAsync<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        var found = ImmutableArray.CreateBuilder<T>();
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            found.Add(read(reader));
        }

        return found.DrainToImmutable();
    }

    /// <summary>Calls a function for what it does.</summary>
    public Task CallAsync(string sql, long argument) => ListAsync(sql, to => to.With(argument), static _ => true);

    public Task AppendLeafAsync(LeafRow row) => ExecuteAsync(
        GroupWriteSql.InsertLeaf,
        to => to.With(row.Id.Value).With(row.Kind).With(row.Exchange?.Value).With(row.Subject).With(row.Agency).With(row.CommittedAt)
            .With(row.Entry).With(row.Hash));
}
