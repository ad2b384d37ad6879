using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// Copies the log into the database off the commits' path. SQLite's own checkpoint runs inside the COMMIT that crosses its threshold,
/// and the whole group waits for it; here a thread with its own connection copies while the writer goes on.
/// <para>
/// 1. Past <c>CheckpointBytes</c> the writer wakes the thread, which copies what is there without taking any lock a writer needs.
/// 2. What was written meanwhile is little; the writer copies it between two groups, so that the log can begin anew.
/// 3. Past <c>WalBytesMax</c> the writer copies all and waits for readers, for a moment: the bound on the log. Where one reads on, as a backup
/// does, commits come first: the log may grow by as much again before the next try.
/// </para>
/// </summary>
internal sealed class Checkpointer : IAsyncDisposable
{
    private readonly SqliteStoreOptions _options;
    private readonly Connection _connection;
    private readonly ILogger _logger;
    private readonly Availability _copies;
    private readonly ManualResetEventSlim _wake = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _truncation;
    private long _pagesAtStart;
    private long _boundFrom;
    private volatile bool _copying;
    private volatile bool _copied;
    private volatile bool _stopping;

    public Checkpointer(SqliteStoreOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _copies = new Availability("copied from its log", logger);
        _connection = Connection.OpenCheckpointer(options);
        new Thread(Run) { Name = "ledger checkpoint", IsBackground = true, Priority = ThreadPriority.BelowNormal }.Start();
    }

    /// <summary>Has the log's file emptied after the next group, or says in the log that a reader was in the way for too long.</summary>
    public Task TruncateNext()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _truncation, asked, null) ?? asked).Task;
    }

    /// <summary>Called by the writer after each group, on its thread with its connection.</summary>
    public void AfterCommit(Connection writer)
    {
        try
        {
            if (Interlocked.Exchange(ref _truncation, null) is { } asked)
            {
                Truncate(writer, asked);
                return;
            }

            var bytes = (writer.PagesWritten - _pagesAtStart) * writer.FrameBytes;
            if (bytes - _boundFrom >= _options.WalBytesMax)
            {
                Log.LogAtBound(_logger, bytes);
                _boundFrom = bytes; // unless it succeeds
                FinishCopy(writer, wait: true);
            }
            else if (_copied)
            {
                FinishCopy(writer, wait: false);
            }
            else if (bytes >= _options.CheckpointBytes && !_copying)
            {
                _copying = true;
                _wake.Set();
            }
        }
        catch (SqliteException e)
        {
            // The commits stand in the log whether or not it was copied; the next group tries again.
            _copies.Failed(e);
        }
    }

    /// <summary>Ends the thread, after a copy under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _wake.Set();
        await _stopped.Task.ConfigureAwait(false);
        _connection.Dispose();
        _wake.Dispose();
    }

    private void Truncate(Connection writer, TaskCompletionSource asked)
    {
        try
        {
            var pages = writer.PagesWritten;
            if (writer.Truncate())
            {
                _pagesAtStart = pages;
            }
            else
            {
                Log.LogNotEmptied(_logger);
            }
        }
        finally
        {
            asked.TrySetResult();
        }
    }

    private void FinishCopy(Connection writer, bool wait)
    {
        var pages = writer.PagesWritten;
        if (writer.Checkpoint(wait, out _))
        {
            _copies.Succeeded();
            _pagesAtStart = pages;
            _boundFrom = 0;
        }

        _copied = false;
        _copying = false;
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            _wake.Reset();
            if (_stopping)
            {
                break;
            }

            try
            {
                _connection.Checkpoint(wait: false, out _);
            }
            catch (SqliteException e)
            {
                _copies.Failed(e);
            }

            _copied = true;
        }

        _stopped.TrySetResult();
    }
}
