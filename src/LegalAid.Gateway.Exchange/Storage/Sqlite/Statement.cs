using LegalAid.Gateway.Casework.Directory;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// A prepared statement of one connection, used by one thread at a time. Parameters are bound in the order in which they are numbered;
/// a statement that is run with another number of them than it has throws, so that a forgotten column is not written as null.
/// <para>SQLite's own interface is used and not ADO.NET's: a unit runs some twenty statements, and the parameter objects cost more than
/// the statements.</para>
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int UuidBytes = 16;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly int _parameters;
    private int _bound;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        Sql = sql;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _parameters = raw.sqlite3_bind_parameter_count(_statement);
    }

    public string Sql { get; }

    /// <summary>Begins a use: the next bind is parameter 1.</summary>
    public Statement With()
    {
        _bound = 0;
        return this;
    }

    public Statement Bind(long value) => Bound(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(long? value) => value is { } some ? Bind(some) : BindNull();

    public Statement Bind(string? value) =>
        value is null ? BindNull() : Bound(raw.sqlite3_bind_text(_statement, ++_bound, value));

    public Statement Bind(ReadOnlySpan<byte> value) => Bound(raw.sqlite3_bind_blob(_statement, ++_bound, value));

    public Statement Bind(byte[]? value) => value is null ? BindNull() : Bind(value.AsSpan());

    public Statement Bind(DateTimeOffset value) => Bind(value.UtcTicks);

    public Statement Bind(DateTimeOffset? value) => value is { } some ? Bind(some) : BindNull();

    public Statement Bind(AgencyId value) => Bind(value.Value);

    public Statement Bind(AgencyId? value) => Bind(value?.Value);

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[UuidBytes];
        _ = value.TryWriteBytes(bytes, bigEndian: true, out _); // 16 bytes always fit
        return Bind(bytes);
    }

    public Statement Bind(Guid? value) => value is { } some ? Bind(some) : BindNull();

    /// <summary>Runs to the end. Returns the number of rows inserted, updated or deleted.</summary>
    public int Execute()
    {
        RequireBound();
        var code = raw.sqlite3_step(_statement);
        while (code == raw.SQLITE_ROW)
        {
            code = raw.sqlite3_step(_statement);
        }

        if (code != raw.SQLITE_DONE)
        {
            Fail(code);
        }

        var changes = raw.sqlite3_changes(_database);
        _ = raw.sqlite3_reset(_statement); // repeats the code of the step, which was good
        return changes;
    }

    /// <summary>Runs; the caller steps through the rows and disposes of them.</summary>
    public Rows Query()
    {
        RequireBound();
        return new Rows(this);
    }

    public void Dispose() => _statement.Dispose();

    private Statement BindNull() => Bound(raw.sqlite3_bind_null(_statement, ++_bound));

    private Statement Bound(int code)
    {
        Check(code);
        return this;
    }

    private void RequireBound()
    {
        if (_bound != _parameters)
        {
            throw new InvalidOperationException($"{_bound} of {_parameters} parameters are bound: {Sql}");
        }
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
    }

    private void Fail(int code)
    {
        try
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement); // repeats the code that is being thrown
        }
    }

    /// <summary>The rows of a running statement.</summary>
    public readonly ref struct Rows(Statement owner)
    {
        private sqlite3_stmt Handle => owner._statement;

        public bool Next()
        {
            var code = raw.sqlite3_step(Handle);
            if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            {
                owner.Fail(code);
            }

            return code == raw.SQLITE_ROW;
        }

        public bool IsNull(int column) => raw.sqlite3_column_type(Handle, column) == raw.SQLITE_NULL;

        public long Int64(int column) => raw.sqlite3_column_int64(Handle, column);

        public int Int32(int column) => raw.sqlite3_column_int(Handle, column);

        public bool Bool(int column) => Int64(column) != 0;

        public string Text(int column) => raw.sqlite3_column_text(Handle, column).utf8_to_string();

        public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

        public byte[] Blob(int column) => raw.sqlite3_column_blob(Handle, column).ToArray();

        public byte[]? BlobOrNull(int column) => IsNull(column) ? null : Blob(column);

        public Guid Uuid(int column) => new(raw.sqlite3_column_blob(Handle, column), bigEndian: true);

        public Guid? UuidOrNull(int column) => IsNull(column) ? null : Uuid(column);

        public DateTimeOffset Instant(int column) => new(Int64(column), TimeSpan.Zero);

        public DateTimeOffset? InstantOrNull(int column) => IsNull(column) ? null : Instant(column);

        public AgencyId Agency(int column) => AgencyId.Parse(Text(column));

        public AgencyId? AgencyOrNull(int column) => IsNull(column) ? null : Agency(column);

        public void Dispose() => _ = raw.sqlite3_reset(Handle); // a failed step has thrown already
    }
}
