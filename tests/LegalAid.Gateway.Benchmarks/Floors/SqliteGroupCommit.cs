using System.Collections.Immutable;
using SQLitePCL;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>
/// The floor of the SQLite store: one thread inserts what waits in one transaction and syncs it. No check, no savepoint, no encryption,
/// one prepared statement for each table, through SQLite's own interface. Tables, indexes, durability, page cache and bound of a group
/// are the gateway's; the log is copied back at the gateway's threshold.
/// </summary>
internal sealed class SqliteGroupCommit : IGroupCommit
{
    private const int GroupMax = 256;

    private readonly sqlite3 _database;
    private readonly ImmutableArray<sqlite3_stmt> _inserts;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _commit;
    private readonly Thread _writer;
    private readonly object _gate = new();
    private readonly Queue<Waiting> _queue = [];
    private bool _closed;

    public SqliteGroupCommit(string path, CapturedStore captured)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open_v2(path, out _database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null));
        Run("PRAGMA journal_mode = WAL");
        Run("PRAGMA synchronous = FULL");
        Run("PRAGMA wal_autocheckpoint = 8192"); // 32 MiB
        Run("PRAGMA cache_size = -65536");
        foreach (var definition in captured.Definitions)
        {
            Run(definition);
        }

        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _inserts = [.. captured.Tables.Select(table => Prepare(
            $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns)}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"?{i + 1}"))})"))];
        _writer = new Thread(Write) { Name = "floor writer", IsBackground = true };
        _writer.Start();
    }

    public Task CommitAsync(CapturedAccept rows)
    {
        var waiting = new Waiting(rows, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _queue.Enqueue(waiting);
            Monitor.Pulse(_gate);
        }

        return waiting.Done.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _writer.Join();
        foreach (var statement in _inserts.Append(_begin).Append(_commit))
        {
            statement.Dispose();
        }

        _database.Dispose();
    }

    private void Write()
    {
        var group = new List<Waiting>(GroupMax);
        while (Gather(group))
        {
            try
            {
                Step(_begin);
                foreach (var waiting in group)
                {
                    foreach (var row in waiting.Accept.Rows)
                    {
                        Insert(row);
                    }
                }

                Step(_commit);
                group.ForEach(waiting => waiting.Done.TrySetResult());
            }
            catch (InvalidOperationException e)
            {
                group.ForEach(waiting => waiting.Done.TrySetException(e));
            }

            group.Clear();
        }
    }

    private bool Gather(List<Waiting> group)
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_closed)
            {
                Monitor.Wait(_gate);
            }

            while (group.Count < GroupMax && _queue.TryDequeue(out var waiting))
            {
                group.Add(waiting);
            }
        }

        return group.Count > 0;
    }

    private void Insert(CapturedRow row)
    {
        var insert = _inserts[row.Table];
        for (var i = 0; i < row.Values.Length; i++)
        {
            var value = row.Values[i];
            Check(value.Kind switch
            {
                CapturedKind.Number => raw.sqlite3_bind_int64(insert, i + 1, value.Number),
                CapturedKind.Text => raw.sqlite3_bind_text(insert, i + 1, value.Bytes.AsSpan()),
                CapturedKind.Blob => raw.sqlite3_bind_blob(insert, i + 1, value.Bytes.AsSpan()),
                _ => raw.sqlite3_bind_null(insert, i + 1),
            });
        }

        Step(insert);
    }

    private void Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            throw new InvalidOperationException($"SQLite says {code}: {raw.sqlite3_errmsg(_database).utf8_to_string()}");
        }

        _ = raw.sqlite3_reset(statement); // repeats the code of the step, which was good
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        return statement;
    }

    private void Run(string sql)
    {
        using var statement = Prepare(sql);
        Step(statement);
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"SQLite says {code}: {raw.sqlite3_errmsg(_database).utf8_to_string()}");
        }
    }

    private sealed record Waiting(CapturedAccept Accept, TaskCompletionSource Done);
}
