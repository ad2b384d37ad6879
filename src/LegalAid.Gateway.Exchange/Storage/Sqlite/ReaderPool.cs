using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Read-only connections, opened when first needed, each lent to one caller at a time.</summary>
internal sealed class ReaderPool(SqliteStoreOptions options, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.ReaderCount, options.ReaderCount);
    private readonly ConcurrentBag<ReaderSession> _idle = [];
    private readonly Availability _reading = new("read", logger);
    private volatile bool _closed;

    /// <summary>Why reads fail at present, or null.</summary>
    public string? Trouble => _reading.Trouble;

    /// <summary>Runs a read. It is a few index look-ups long and runs on the caller's thread; only the wait for a connection is awaited.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<ReaderSession, T> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteLedgerStore));
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteLedgerStore));
            return Read(read);
        }
        catch (SqliteException e) when (Failures.IsPassing(e))
        {
            _reading.Failed(e);
            throw Failures.ForCaller(e);
        }
        finally
        {
            _free.Release();
        }
    }

    private T Read<T>(Func<ReaderSession, T> read)
    {
        var session = _idle.TryTake(out var idle) ? idle : new ReaderSession(Connection.OpenReader(options));
        try
        {
            var found = read(session);
            _reading.Succeeded();
            return found;
        }
        finally
        {
            _idle.Add(session);
        }
    }

    /// <summary>Waits for the reads under way and closes the connections.</summary>
    public async ValueTask CloseAsync()
    {
        _closed = true;
        for (var taken = 0; taken < options.ReaderCount; taken++)
        {
            await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false); // a read never waits: this ends
        }

        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        _free.Release(options.ReaderCount); // those who wait find it closed
    }

    public void Dispose() => _free.Dispose();
}
