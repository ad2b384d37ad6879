using System.Reflection;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Testing.Postgres;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>What is PostgreSQL's alone: settings that are unsafe, plans, upgrade, several nodes at once, the database's clock.</summary>
public sealed class PostgresStoreTests(SharedPostgres server)
{
    private readonly StoreRows _rows = new();
    private readonly RecordingLogger _logger = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_OptionsOutOfBounds_AllFaultsTogether()
    {
        var bad = new PostgresStoreOptions
        {
            ConnectionString = "Port=1", Schema = "No-Name", RequireSynchronousStandby = 9, GroupMax = 0, QueueMax = 0, CommitterCount = 9,
            ReaderCount = 0, StatementTimeout = TimeSpan.Zero, CommitTimeout = TimeSpan.Zero, RetryFor = TimeSpan.FromHours(1),
            WatchInterval = TimeSpan.Zero,
        };
        Assert.Equal(11, bad.Validate().Count);
        Assert.Equal(StoreRefusal.Options, await RefusalAsync(bad));
        Assert.Empty((await server.NewOptionsAsync()).Validate());
    }

    [Fact]
    public async Task Open_NobodyListens_RefusedAsUnreachable() =>
        Assert.Equal(
            StoreRefusal.Unreachable,
            await RefusalAsync(new PostgresStoreOptions { ConnectionString = "Host=127.0.0.1;Port=1;Database=none;Username=nobody" }));

    [Theory]
    [InlineData("fsync = off")]
    [InlineData("full_page_writes = off")]
    [InlineData("synchronous_commit = off")]
    [InlineData("synchronous_commit = local", "synchronous_standby_names = 'standby'")]
    public async Task Open_UnsafeServer_Refused(params string[] settings)
    {
        await using var unsafeServer = await PostgresServer.StartAsync(settings);
        Assert.Equal(StoreRefusal.UnsafeSynchronous, await RefusalAsync(new PostgresStoreOptions { ConnectionString = unsafeServer.ConnectionString }));
    }

    [Fact]
    public async Task Open_StandbyRequiredAndNoneThere_Refused() =>
        Assert.Equal(StoreRefusal.UnsafeSynchronous, await RefusalAsync(await server.NewOptionsAsync() with { RequireSynchronousStandby = 1 }));

    [Fact]
    public async Task Open_SchemaOfSomethingElse_RefusedAndLeftAlone()
    {
        var options = await server.NewOptionsAsync();
        await SharedPostgres.ExecuteAsync(options, $"CREATE SCHEMA {options.Schema}; CREATE TABLE {options.Schema}.theirs (a integer)");
        Assert.Equal(StoreRefusal.ForeignDatabase, await RefusalAsync(options));
        Assert.Equal(1L, await SharedPostgres.ExecuteAsync(options, $"SELECT count(*) FROM pg_tables WHERE schemaname = '{options.Schema}'"));
    }

    [Fact]
    public async Task Open_SeveralNodesAtOnce_OneMakesTheSchema()
    {
        var options = await server.NewOptionsAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync(options).AsTask()));
        Assert.Equal((long)Schema.Latest, await SharedPostgres.ExecuteAsync(options, "SELECT count(*) FROM schema_version"));
        foreach (var node in nodes)
        {
            Assert.IsType<CommitOutcome.Committed>(await node.CommitAsync(StoreRows.Unit(_rows.Opening()), Cancellation));
            await node.DisposeAsync();
        }

        Assert.Empty(_logger.Errors);
    }

    [Fact]
    public async Task Open_SchemaOfALaterBuild_RunsOnIt()
    {
        var options = await server.NewOptionsAsync();
        await using (await OpenAsync(options))
        {
            await SharedPostgres.ExecuteAsync(
                options, "ALTER TABLE exchange ADD COLUMN later text NOT NULL DEFAULT ''; INSERT INTO schema_version VALUES (99, 0)");
        }

        await using var again = await OpenAsync(options);
        Assert.IsType<CommitOutcome.Committed>(await again.CommitAsync(StoreRows.Unit(_rows.Opening()), Cancellation));
    }

    [Fact]
    public async Task Plans_OfEveryStatement_UseAnIndex()
    {
        var options = await server.NewOptionsAsync();
        await using var store = await OpenAsync(options);
        await using var database = new Database(options);
        await using var connection = await database.OpenAsync(Cancellation);
        var statements = Statements().ToArray();
        Assert.True(statements.Length > 60);
        var scans = new List<string>();
        foreach (var (name, sql) in statements)
        {
            scans.AddRange(from step in await PlanAsync(connection, sql) where step.Contains("Seq Scan", StringComparison.Ordinal) select $"{name}: {step}");
        }

        // A table of one row, and the few recipients that were ever stopped, are read whole.
        Assert.DoesNotContain(scans, scan => !scan.Contains("on recipient", StringComparison.Ordinal) && !scan.Contains("on active_configuration", StringComparison.Ordinal)
            && !scan.Contains("on log_head", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Statements_OfTheBuildBefore_ArePreparedOnThisSchema()
    {
        var options = await server.NewOptionsAsync();
        await using var store = await OpenAsync(options);
        await using var database = new Database(options);
        await using var connection = await database.OpenAsync(Cancellation);
        var statements = ReleasedStatements.Read("postgres", Statements().Select(statement => statement.Sql));
        Assert.True(statements.Length > 60);
        foreach (var sql in statements)
        {
            await ExecuteAsync(connection, $"PREPARE released AS {sql}");
            await ExecuteAsync(connection, "DEALLOCATE released");
        }
    }

    [Fact]
    public async Task Clock_OfTheDatabase_IsItsTimeAndNeverGoesBack()
    {
        var options = await server.NewOptionsAsync();
        await using var clock = await DatabaseClock.OpenAsync(options.ConnectionString, TimeSpan.FromMilliseconds(5), _logger, Cancellation);
        var before = (DateTime)(await SharedPostgres.ExecuteAsync(options, "SELECT clock_timestamp() AT TIME ZONE 'UTC'"))!; // a value always
        var said = clock.GetUtcNow().UtcDateTime;
        var after = (DateTime)(await SharedPostgres.ExecuteAsync(options, "SELECT clock_timestamp() AT TIME ZONE 'UTC'"))!;
        Assert.InRange(said, before.AddMilliseconds(-50), after.AddMilliseconds(50));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var last = clock.GetUtcNow();
            for (var look = 0; look < 200_000; look++)
            {
                var now = clock.GetUtcNow();
                Assert.True(now >= last);
                last = now;
            }
        })));
    }

    /// <summary>Every statement of the store, by where it stands.</summary>
    internal static IEnumerable<(string Name, string Sql)> Statements() =>
        from type in typeof(PostgresLedgerStore).Assembly.GetTypes()
        where type.Namespace == typeof(PostgresLedgerStore).Namespace && type != typeof(SchemaSql)
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        from sql in field.GetValue(null) switch { string one => [one], string[] several => several, _ => Array.Empty<string>() }
        where sql.Split(' ', '\n')[0] is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "WITH"
        orderby type.Name, field.Name
        select ($"{type.Name}.{field.Name}", sql);

    private ValueTask<PostgresLedgerStore> OpenAsync(PostgresStoreOptions options) =>
        PostgresLedgerStore.OpenAsync(options, TimeProvider.System, _logger, Cancellation);

    private async Task<StoreRefusal> RefusalAsync(PostgresStoreOptions options) =>
        (await Assert.ThrowsAsync<StoreRefusedException>(async () => await OpenAsync(options))).Refusal;

    private static async Task<List<string>> PlanAsync(NpgsqlConnection connection, string sql)
    {
        await ExecuteAsync(connection, $"PREPARE planned AS {sql}");
        var parameters = 0;
        while (sql.Contains($"${parameters + 1}", StringComparison.Ordinal))
        {
            parameters++;
        }

        var steps = new List<string>();
        var nulls = parameters == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", parameters))})";
        await using (var explain = new NpgsqlCommand($"EXPLAIN (COSTS OFF) EXECUTE planned{nulls}", connection))
        await using (var reader = await explain.ExecuteReaderAsync(Cancellation))
        {
            while (await reader.ReadAsync(Cancellation))
            {
                steps.Add(reader.GetString(0));
            }
        }

        await ExecuteAsync(connection, "DEALLOCATE planned");
        return steps;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
