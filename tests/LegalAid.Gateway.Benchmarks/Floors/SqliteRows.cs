using System.Collections.Immutable;
using SQLitePCL;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>
/// Rows into SQLite: a transaction, one prepared statement for each table, through SQLite's own interface, no savepoint. Durability and page
/// cache are the gateway's; the log is copied back at the gateway's threshold.
/// </summary>
internal sealed class SqliteRows : IRowWriter
{
    private readonly sqlite3 _database;
    private readonly ImmutableArray<sqlite3_stmt> _inserts;
    private readonly sqlite3_stmt _begin;
    private readonly sqlite3_stmt _commit;

    public SqliteRows(string path, CapturedStore captured)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open_v2(path, out _database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null));
        Run("PRAGMA synchronous = FULL");
        Run("PRAGMA wal_autocheckpoint = 8192"); // 32 MiB
        Run("PRAGMA cache_size = -65536");
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _inserts = [.. captured.Tables.Select(table => Prepare(
            $"INSERT INTO {table.Name} ({RowCapture.Names(table)}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"?{i + 1}"))})"))];
    }

    public void Write(IReadOnlyList<CapturedAccept> group)
    {
        Step(_begin);
        foreach (var accept in group)
        {
            foreach (var row in accept.Rows)
            {
                Insert(row);
            }
        }

        Step(_commit);
    }

    public void Dispose()
    {
        foreach (var statement in _inserts.Append(_begin).Append(_commit))
        {
            statement.Dispose();
        }

        _database.Dispose();
    }

    private void Insert(CapturedRow row)
    {
        var insert = _inserts[row.Table];
        for (var i = 0; i < row.Values.Length; i++)
        {
            Check(row.Values[i] switch
            {
                null => raw.sqlite3_bind_null(insert, i + 1),
                long number => raw.sqlite3_bind_int64(insert, i + 1, number),
                Utf8Text text => raw.sqlite3_bind_text(insert, i + 1, text.Bytes.AsSpan()),
                byte[] blob => raw.sqlite3_bind_blob(insert, i + 1, blob.AsSpan()),
                var other => throw new InvalidDataException($"a value of {other.GetType()}"),
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
}
