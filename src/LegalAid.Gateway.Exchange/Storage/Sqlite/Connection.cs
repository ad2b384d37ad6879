using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    /// <summary>How long SQLite itself waits where a lock is held for a moment: recovery, the restart of the log.</summary>
    private const int BusyMilliseconds = 10_000;

    /// <summary>How long a checkpoint waits for readers: commits wait with it.</summary>
    private const int CheckpointMilliseconds = 250;

    private const int FrameHeaderBytes = 24;

    private const int PassedBytesMax = 8 << 20;

    private readonly sqlite3 _database;
    private readonly List<Statement> _statements = [];
    private int _passedBytes;

    static Connection() => Batteries_V2.Init();

    private Connection(sqlite3 database) => _database = database;

    /// <summary>The SQL of every statement prepared so far.</summary>
    public IEnumerable<string> PreparedSql => _statements.Select(statement => statement.Sql);

    /// <summary>Whether a transaction is open. SQLite ends it on its own after some failures, such as a full disk.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>Rows this connection has changed since it was opened.</summary>
    public int RowsChanged => raw.sqlite3_total_changes(_database);

    /// <summary>Pages this connection has written to the log since it was opened.</summary>
    public long PagesWritten
    {
        get
        {
            Check(raw.sqlite3_db_status(_database, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var current, out _, 0));
            return current;
        }
    }

    /// <summary>Bytes that one page takes in the write-ahead log.</summary>
    public long FrameBytes { get; private set; }

    /// <summary>Opens for writing, creating the file if there is none.</summary>
    public static Connection OpenWriter(SqliteStoreOptions options)
    {
        var connection = Open(options.Path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        try
        {
            Schema.RequireOurs(connection); // before anything is changed in it
            connection.RequireWriteAheadLog();
            connection.RequireSynchronous(options);
            connection.Run("PRAGMA wal_autocheckpoint = 0");
            connection.Run("PRAGMA temp_store = MEMORY"); // the pages a savepoint may need back stay in memory
            connection.Run("PRAGMA secure_delete = ON"); // a destroyed data key lingers neither in its page nor in a freed one
            connection.Run($"PRAGMA cache_size = -{options.CacheBytes / 1024}");
            connection.FrameBytes = connection.Scalar("PRAGMA page_size") + FrameHeaderBytes;
            if (options.DatabaseBytesMax is { } bytes)
            {
                connection.Run($"PRAGMA max_page_count = {bytes / connection.Scalar("PRAGMA page_size")}");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing database for reading.</summary>
    public static Connection OpenReader(SqliteStoreOptions options)
    {
        var connection = Open(options.Path, raw.SQLITE_OPEN_READONLY);
        try
        {
            connection.Run("PRAGMA query_only = 1");
            connection.Run($"PRAGMA cache_size = -{options.CacheBytes / 8 / 1024}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing database to copy it: read-only, yet free to write the copy, which a connection that may only query is not.</summary>
    public static Connection OpenCopier(string path) => Open(path, raw.SQLITE_OPEN_READONLY);

    /// <summary>Opens an existing database to copy its log into it.</summary>
    public static Connection OpenCheckpointer(SqliteStoreOptions options)
    {
        var connection = Open(options.Path, raw.SQLITE_OPEN_READWRITE);
        try
        {
            connection.RequireSynchronous(options);
            connection.Run("PRAGMA wal_autocheckpoint = 0");
            connection.FrameBytes = connection.Scalar("PRAGMA page_size") + FrameHeaderBytes;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public Statement Prepare(string sql)
    {
        var statement = new Statement(_database, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>
    /// Called after a chunk of a document passed. Each 8 MiB of them the cached pages are given back: a document of gigabytes would fill the cache
    /// with pages that nobody asks for twice. What else was cached is read again from the system's cache, some microseconds a page.
    /// </summary>
    public void PassedBytes(int bytes)
    {
        _passedBytes += bytes;
        if (_passedBytes >= PassedBytesMax)
        {
            _passedBytes = 0;
            Run("PRAGMA shrink_memory");
        }
    }

    /// <summary>Runs one statement, once.</summary>
    public void Run(string sql)
    {
        using var statement = new Statement(_database, sql);
        _ = statement.With().Execute();
    }

    /// <summary>Runs several statements, once.</summary>
    public void RunScript(string sql) => Check(raw.sqlite3_exec(_database, sql));

    /// <summary>The first column of the first row as a number; 0 where there is no row or it is null.</summary>
    public long Scalar(string sql)
    {
        using var statement = new Statement(_database, sql);
        using var rows = statement.With().Query();
        return rows.Next() ? rows.Int64(0) : 0;
    }

    /// <summary>
    /// Copies the log into the database. False where a lock was in the way and part of it stays.
    /// </summary>
    /// <param name="wait">Waits for readers and lets the next write begin the log anew; else does what is possible at once.</param>
    /// <param name="frames">Pages in the log.</param>
    public bool Checkpoint(bool wait, out int frames) =>
        Checkpoint(wait ? raw.SQLITE_CHECKPOINT_RESTART : raw.SQLITE_CHECKPOINT_PASSIVE, out frames);

    /// <summary>Copies the log into the database, waiting for readers, and empties its file: what rows said before stands nowhere in it.</summary>
    public bool Truncate() => Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE, out _);

    private bool Checkpoint(int mode, out int frames)
    {
        Check(raw.sqlite3_busy_timeout(_database, CheckpointMilliseconds));
        var code = raw.sqlite3_wal_checkpoint_v2(_database, "main", mode, out frames, out var copied);
        Check(raw.sqlite3_busy_timeout(_database, BusyMilliseconds));
        if ((code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            return false;
        }

        Check(code);
        return copied == frames;
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _database.Dispose();
    }

    private static Connection Open(string path, int flags)
    {
        var code = raw.sqlite3_open_v2(path, out var database, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new Connection(database);
        try
        {
            connection.Check(code);
            connection.Check(raw.sqlite3_extended_result_codes(database, 1));
            connection.Check(raw.sqlite3_busy_timeout(database, BusyMilliseconds));
            connection.Run("PRAGMA trusted_schema = 0");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void RequireWriteAheadLog()
    {
        using var statement = new Statement(_database, "PRAGMA journal_mode = WAL");
        using var rows = statement.With().Query();
        var mode = rows.Next() ? rows.Text(0) : "";
        if (mode != "wal")
        {
            throw new StoreRefusedException(
                StoreRefusal.NotWriteAhead, $"SQLite keeps journal mode '{mode}' here; put the database on a local file system");
        }
    }

    private void RequireSynchronous(SqliteStoreOptions options)
    {
        Run($"PRAGMA synchronous = {(int)options.Synchronous}");
        var kept = (SqliteSynchronous)Scalar("PRAGMA synchronous");
        if (!options.LossAccepted && kept is not (SqliteSynchronous.Full or SqliteSynchronous.Extra))
        {
            throw new StoreRefusedException(
                StoreRefusal.UnsafeSynchronous, $"synchronous = {kept} loses acknowledged commits at a power cut; use Full or Extra");
        }
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
    }
}
