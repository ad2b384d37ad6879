using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>What stands in a SQLite file: the schema over builds, plans, forms of values, and that it is ours.</summary>
public sealed class SqliteSchemaTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("schema-");
    private readonly StoreRows _rows = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SqliteStoreOptions Options => new() { Path = Path.Combine(_directory.FullName, "ledger.db") };

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Open_ForeignDatabase_RefusedAndLeftAlone()
    {
        Execute("CREATE TABLE theirs (a)");
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);
        Assert.Equal(StoreRefusal.ForeignDatabase, refused.Refusal);
        Assert.Equal("delete", Scalar("PRAGMA journal_mode"));
        Assert.Equal(0L, Scalar("PRAGMA application_id"));
    }

    [Fact]
    public void Plans_OfEveryStatement_UseAnIndexAndSortNothing()
    {
        using var connection = Connection.OpenWriter(Options);
        Schema.Upgrade(connection, StoreRows.Start);
        _ = new WriterSession(connection);
        _ = new ReaderSession(connection);
        var statements = connection.PreparedSql.ToArray();
        Assert.True(statements.Length > 40);
        foreach (var sql in statements)
        {
            foreach (var step in Plan(sql))
            {
                var isSearch = sql.StartsWith("WITH RECURSIVE segment", StringComparison.Ordinal); // sorts what it found, segment by segment
                Assert.True(isSearch || !step.Contains("TEMP B-TREE", StringComparison.Ordinal), $"{step}: {sql}");
                if (step.StartsWith("SCAN", StringComparison.Ordinal))
                {
                    // The list of types asked for; the two rows of which the earlier is taken; the one index read from its end; what is
                    // unfinished, counted; the recipients that were ever stopped; leaves without a place and the last checkpoint, read from an
                    // index's end up to a bound.
                    Assert.True(
                        step.StartsWith("SCAN json_each", StringComparison.Ordinal) || step.StartsWith("SCAN (subquery", StringComparison.Ordinal)
                        || step.Contains("CONSTANT ROW", StringComparison.Ordinal) || sql.Contains("min(next_clock_at)", StringComparison.Ordinal)
                        || step.Contains("USING INDEX delivery_open", StringComparison.Ordinal) || step == "SCAN recipient"
                        || step.Contains("USING INDEX leaf_unindexed", StringComparison.Ordinal)
                        || (isSearch && step is "SCAN segment" or "SCAN s")
                        || (step.Contains("USING INDEX checkpoint_size", StringComparison.Ordinal) && sql.Contains("LIMIT 1", StringComparison.Ordinal)),
                        $"{step}: {sql}");
                }
            }
        }
    }

    [Fact]
    public void Statements_OfTheBuildBefore_ArePreparedOnThisSchema()
    {
        using var connection = Connection.OpenWriter(Options);
        Schema.Upgrade(connection, StoreRows.Start);
        _ = new WriterSession(connection);
        _ = new ReaderSession(connection);
        var statements = ReleasedStatements.Read("sqlite", connection.PreparedSql.Order(StringComparer.Ordinal));
        Assert.True(statements.Length > 40);
        foreach (var sql in statements)
        {
            connection.Prepare(sql);
        }
    }

    [Fact]
    public async Task Open_Again_SchemaStaysAsItWas()
    {
        await using (await OpenAsync())
        {
        }

        var applied = Scalar("SELECT applied_at FROM schema_version WHERE version = 1");
        var schema = Scalar("SELECT group_concat(sql) FROM sqlite_schema");
        await using (await OpenAsync())
        {
        }

        Assert.Equal(applied, Scalar("SELECT applied_at FROM schema_version WHERE version = 1"));
        Assert.Equal(schema, Scalar("SELECT group_concat(sql) FROM sqlite_schema"));
        Assert.Equal((long)Schema.Latest, Scalar("SELECT max(version) FROM schema_version"));
    }

    [Fact]
    public async Task Open_SchemaOfALaterBuild_RunsOnIt()
    {
        var opening = _rows.Opening();
        await using (var store = await OpenAsync())
        {
            await CommitAsync(store, opening);
        }

        Execute("ALTER TABLE exchange ADD COLUMN later TEXT NOT NULL DEFAULT ''; INSERT INTO schema_version VALUES (99, 0)");
        await using var again = await OpenAsync();
        Assert.NotNull(await again.FindExchangeAsync(opening.Row.Id, Cancellation));
        await CommitAsync(again, _rows.Opening());
    }

    [Fact]
    public async Task Stored_IdsAndInstants_BigEndianAndUtcTicks()
    {
        var opening = _rows.Opening();
        await using (var store = await OpenAsync())
        {
            await CommitAsync(store, opening);
        }

        Assert.Equal(opening.Row.Id.Value.ToByteArray(bigEndian: true), Scalar("SELECT id FROM exchange"));
        Assert.Equal(StoreRows.Start.UtcTicks, Scalar("SELECT opened_at_civil FROM exchange"));
    }

    private async Task<SqliteLedgerStore> OpenAsync() =>
        await SqliteLedgerStore.OpenAsync(Options, TimeProvider.System, NullLogger.Instance, Cancellation);

    private static async Task CommitAsync(SqliteLedgerStore store, ExchangeWrite write) =>
        Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(StoreRows.Unit(write), Cancellation));

    private List<string> Plan(string sql)
    {
        using var connection = Direct();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        for (var parameter = 1; parameter <= 20; parameter++)
        {
            command.Parameters.AddWithValue("?" + parameter, DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }

    private SqliteConnection Direct()
    {
        var connection = new SqliteConnection($"Data Source={Options.Path};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var connection = Direct();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var connection = Direct();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
