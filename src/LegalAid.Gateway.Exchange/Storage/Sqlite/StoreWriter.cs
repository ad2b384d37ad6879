using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// The one thread that writes. It takes what waits, up to a bound, into one transaction, commits, and only then completes their tasks. While the
/// disk syncs one group, the next gathers.
/// <para>
/// A savepoint for each write would copy every page the write touches, a fifth of the writer's time, for a return that hardly ever comes. So a group
/// goes first without: most refusals have written nothing. Where a write fails, or is refused after it wrote, the group is rolled back whole and
/// applied anew with savepoints.
/// </para>
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private readonly WriterSession _session;
    private readonly Checkpointer _checkpointer;
    private readonly SignalRelay _signals;
    private readonly Availability _writing;
    private readonly ILogger _logger;
    private readonly int _groupMax;
    private readonly Channel<Write> _queue;
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0); // a core that spins is one that no caller has
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _savepoint;
    private readonly Statement _release;
    private readonly Statement _rollbackTo;
    private volatile StoreFaultedException? _fault;

    public StoreWriter(
        SqliteStoreOptions options, Connection connection, Checkpointer checkpointer, SignalRelay signals, ILogger logger)
    {
        _session = new WriterSession(connection);
        _checkpointer = checkpointer;
        _signals = signals;
        _writing = new Availability("written", logger);
        _logger = logger;
        _groupMax = options.GroupMax;
        _queue = Channel.CreateBounded<Write>(
            new BoundedChannelOptions(options.QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
        _rollback = connection.Prepare("ROLLBACK");
        _savepoint = connection.Prepare("SAVEPOINT unit");
        _release = connection.Prepare("RELEASE unit");
        _rollbackTo = connection.Prepare("ROLLBACK TO unit");
        new Thread(Run) { Name = "ledger writer", IsBackground = true }.Start();
    }

    /// <summary>Why no more writes are taken, or null.</summary>
    public StoreFaultedException? Fault => _fault;

    /// <summary>Why writes fail at present, or null.</summary>
    public string? Trouble => _fault?.Message ?? _writing.Trouble;

    /// <summary>Queues a write, waiting for a place, and waits until it is durable.</summary>
    public async ValueTask<T> WriteAsync<T>(
        Func<WriterSession, WriteEffects, T> apply, Func<T, bool> keeps, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_fault is { } fault)
        {
            throw new StoreFaultedException(fault.InnerException ?? fault);
        }

        var write = new Write<T>(apply, keeps);
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("the ledger store is closed", e);
        }

        _wake.Set();
        if (!cancellationToken.CanBeCanceled)
        {
            return await write.Task.ConfigureAwait(false);
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

    /// <summary>Takes no more, writes what waits, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _wake.Set();
        await _stopped.Task.ConfigureAwait(false);
        _wake.Dispose();
    }

    private void Run()
    {
        var group = new List<Write>(_groupMax);
        while (Gather(group))
        {
            WriteGroup(group);
            group.Clear();
            _checkpointer.AfterCommit(_session.Connection);
        }

        _stopped.TrySetResult();
    }

    /// <summary>Waits for writes and takes those that wait. False once there are none and will be none.</summary>
    private bool Gather(List<Write> group)
    {
        while (true)
        {
            _wake.Reset(); // before looking, so that a write queued after the look sets it again
            while (group.Count < _groupMax && _queue.Reader.TryRead(out var write))
            {
                if (write.TryBegin())
                {
                    group.Add(write);
                }
            }

            if (group.Count > 0)
            {
                return true;
            }

            if (_queue.Reader.Completion.IsCompleted)
            {
                return false;
            }

            _wake.Wait();
        }
    }

    private void WriteGroup(List<Write> group)
    {
        if (!TryGroup(group))
        {
            // The transaction went with the write that failed, as on a full disk. The others were not at fault: each has a try alone.
            foreach (var write in group.Where(static write => !write.IsDone))
            {
                _ = TryGroup([write]);
            }
        }
    }

    /// <summary>Applies and commits. False where the transaction was lost before the end, with a write that has failed.</summary>
    private bool TryGroup(List<Write> group)
    {
        if (_fault is { } fault)
        {
            return FailAll(group, fault);
        }

        var applied = new List<Write>(group.Count);
        try
        {
            if (!ApplyWithoutReturn(group, applied) && !ApplyInSavepoints(group, applied))
            {
                return false;
            }

            _commit.With().Execute();
        }
        catch (Exception e)
        {
            // The loop's edge. Whatever the failure, nothing of the group is claimed to be durable.
            RollBack(e);
            return FailAll(group, Judge(e, group.Count));
        }

        _writing.Succeeded();
        foreach (var write in applied)
        {
            write.Complete();
            _signals.Add(write.Effects.ToSignal());
        }

        return true;
    }

    /// <summary>Applies all in one transaction, left open. False, with nothing written and none open, where one of them has to be taken back.</summary>
    private bool ApplyWithoutReturn(List<Write> group, List<Write> applied)
    {
        _begin.With().Execute();
        foreach (var write in group)
        {
            if (!TryApply(write))
            {
                applied.Clear();
                if (_session.Connection.InTransaction)
                {
                    _rollback.With().Execute();
                }

                return false;
            }

            applied.Add(write);
        }

        return true;

        bool TryApply(Write write)
        {
            var before = _session.Connection.RowsChanged;
            try
            {
                if (write.Apply(_session))
                {
                    return true;
                }

                write.Effects.Clear();
                return _session.Connection.RowsChanged == before;
            }
            catch (Exception)
            {
                return false; // it is met again in its savepoint, where it is its caller's alone
            }
        }
    }

    /// <summary>Applies each in a savepoint of its own, in one transaction that is left open. False where a failure took the transaction with it.</summary>
    private bool ApplyInSavepoints(List<Write> group, List<Write> applied)
    {
        _begin.With().Execute();
        foreach (var write in group)
        {
            if (!Apply(write, applied))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Applies one write in a savepoint. False where its failure took the transaction with it.</summary>
    private bool Apply(Write write, List<Write> applied)
    {
        _savepoint.With().Execute();
        try
        {
            if (!write.Apply(_session))
            {
                _rollbackTo.With().Execute();
                write.Effects.Clear();
            }

            _release.With().Execute();
            applied.Add(write);
            return true;
        }
        catch (Exception e)
        {
            // The unit's edge: its failure is its caller's, not its neighbours'.
            NoteDamage(e);
            write.Fail(Judge(e, writes: 1));
            if (!_session.Connection.InTransaction)
            {
                return false;
            }

            _rollbackTo.With().Execute();
            _release.With().Execute();
            return true;
        }
    }

    private static bool FailAll(List<Write> group, Exception cause)
    {
        foreach (var write in group)
        {
            write.Fail(cause); // without effect on one that has failed already
        }

        return true;
    }

    /// <summary>What is said to the callers of writes that failed. What passes is said by <see cref="Availability"/>, once.</summary>
    private Exception Judge(Exception failure, int writes)
    {
        var told = Failures.ForCaller(failure);
        if (told is StoreUnavailableException)
        {
            _writing.Failed(failure);
        }
        else
        {
            Log.WritesFailed(_logger, failure, writes);
        }

        return told;
    }

    private void RollBack(Exception cause)
    {
        NoteDamage(cause);
        try
        {
            if (_session.Connection.InTransaction)
            {
                _rollback.With().Execute();
            }
        }
        catch (SqliteException e)
        {
            SetFault(e);
        }
    }

    /// <summary>A full disk or a lost sync leaves the database as the last commit left it; damage does not, and is not written over.</summary>
    private void NoteDamage(Exception cause)
    {
        if (Failures.IsDamage(cause))
        {
            SetFault(cause);
        }
    }

    private void SetFault(Exception cause)
    {
        _fault ??= new StoreFaultedException(cause);
        Log.Faulted(_logger, cause);
    }
}
