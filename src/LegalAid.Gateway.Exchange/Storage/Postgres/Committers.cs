using System.Data;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Takes what waits, up to a bound, into one transaction, and completes its tasks only when COMMIT has returned. A few do so at a time, each on a
/// connection of its own: while one waits for the server's disk, the next gathers.
/// </summary>
internal sealed class Committers : IAsyncDisposable
{
    /// <summary>Tries after which a write that the server gives up in favour of others is given back to its caller.</summary>
    private const int ConflictsMax = 10;

    private readonly Database _database;
    private readonly PostgresStoreOptions _options;
    private readonly SignalRelay _signals;
    private readonly Availability _writing;
    private readonly ILogger _logger;
    private readonly Channel<Pending> _queue;
    private readonly Task[] _running;

    public Committers(Database database, PostgresStoreOptions options, SignalRelay signals, Availability writing, ILogger logger)
    {
        (_database, _options, _signals, _writing, _logger) = (database, options, signals, writing, logger);
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.QueueMax) { FullMode = BoundedChannelFullMode.Wait });
        _running = [.. Enumerable.Range(0, options.CommitterCount).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>Queues a write, waiting for a place, and waits until it is durable. Cancellation stops the wait, not a write that has begun.</summary>
    public async ValueTask<T> WriteAsync<T>(Pending<T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("the ledger store is closed", e);
        }

        try
        {
            return await write.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            write.Abandon();
            throw;
        }
    }

    /// <summary>Takes no more and writes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAll(_running).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await using var line = new Line(_database);
        var group = new List<Pending>(_options.GroupMax);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (group.Count < _options.GroupMax && _queue.Reader.TryRead(out var write))
            {
                if (write.TryBegin())
                {
                    group.Add(write);
                }
            }

            if (group.Count > 0)
            {
                await CommitAsync(line, group).ConfigureAwait(false);
                group.Clear();
            }
        }
    }

    /// <summary>Commits a group, or each part of it that can be. Every write of it has its result or its failure when this returns.</summary>
    private async Task CommitAsync(Line line, List<Pending> group)
    {
        var (began, inDoubt, conflicts) = (Stopwatch.GetTimestamp(), false, 0);
        for (var attempt = 0; ; attempt++)
        {
            GroupTransaction? transaction = null;
            try
            {
                transaction = new GroupTransaction(await line.OpenAsync().ConfigureAwait(false), _options, group, inDoubt);
                var signal = await transaction.RunAsync().ConfigureAwait(false);
                group.ForEach(static write => write.Complete());
                _writing.Succeeded();
                _signals.Add(signal);
                return;
            }
            catch (Exception thrown)
            {
                // The loop's edge. Whatever the failure, nothing is claimed to be durable that is not known to be.
                var e = line.Judge(thrown);
                var kind = Failures.KindOf(e);
                inDoubt |= transaction is { CommitSent: true } && kind == FailureKind.Unavailable;
                await line.ResetAsync(lost: kind == FailureKind.Unavailable, silent: e is SilentServerException).ConfigureAwait(false);
                if (inDoubt)
                {
                    GiveBackRemembers(group, e);
                }

                switch (kind)
                {
                    case FailureKind.Conflict when ++conflicts < ConflictsMax:
                    case FailureKind.Collision when group.Count == 1 && ++conflicts < 2: // somebody else was first: look again
                        break;
                    case FailureKind.Unavailable when Stopwatch.GetElapsedTime(began) < _options.RetryFor:
                        _writing.Failed(e);
                        await Patience.WaitAsync(attempt, CancellationToken.None).ConfigureAwait(false);
                        break;
                    case FailureKind.Statement or FailureKind.Collision when group.Count > 1:
                        await CommitHalvesAsync(line, group).ConfigureAwait(false);
                        return;
                    default:
                        FailAll(group, e);
                        return;
                }
            }
        }
    }

    /// <summary>A key that may have been remembered just now is not asked for again: its caller, who was first, would be told that he was not.</summary>
    private static void GiveBackRemembers(List<Pending> group, Exception failure)
    {
        foreach (var remember in group.OfType<PendingRemember>())
        {
            remember.Fail(Failures.ForCaller(failure));
        }

        group.RemoveAll(static write => write is PendingRemember);
    }

    private void FailAll(List<Pending> group, Exception failure)
    {
        var told = Failures.ForCaller(failure);
        if (told is StoreUnavailableException)
        {
            _writing.Failed(failure);
        }
        else
        {
            Log.CommitFailed(_logger, failure, group.Count);
        }

        group.ForEach(write => write.Fail(told));
    }

    /// <summary>Something in the group breaks a rule of the tables. Its neighbours are not at fault: halving finds it in few steps.</summary>
    private async Task CommitHalvesAsync(Line line, List<Pending> group)
    {
        var half = group.Count / 2;
        await CommitAsync(line, group.GetRange(0, half)).ConfigureAwait(false);
        await CommitAsync(line, group.GetRange(half, group.Count - half)).ConfigureAwait(false);
    }

    /// <summary>A committer's connection, opened when needed.</summary>
    private sealed class Line(Database database) : IAsyncDisposable
    {
        private NpgsqlConnection? _connection;

        public async ValueTask<NpgsqlConnection> OpenAsync()
        {
            if (IsLost)
            {
                await DisposeAsync().ConfigureAwait(false); // it was found out while nobody used it
            }

            return _connection ??= await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        }

        /// <summary>What is thrown for want of a connection is the server's failure, whatever its type.</summary>
        public Exception Judge(Exception thrown) =>
            thrown is InvalidOperationException && IsLost ? new NpgsqlException("the connection was lost", thrown) : thrown;

        private bool IsLost => _connection is { State: not ConnectionState.Open };

        /// <summary>Ends what was begun. A connection that is lost, or may be, is closed; one that is silent closes when it answers.</summary>
        public async ValueTask ResetAsync(bool lost, bool silent)
        {
            if (silent)
            {
                _connection = null;
            }

            if (_connection is not { } connection)
            {
                return;
            }

            try
            {
                if (!lost)
                {
                    await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
                    await rollback.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
                    return;
                }
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
            {
                // It is lost after all.
            }

            await DisposeAsync().ConfigureAwait(false);
        }

        public async ValueTask DisposeAsync()
        {
            if (_connection is { } connection)
            {
                _connection = null;
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
