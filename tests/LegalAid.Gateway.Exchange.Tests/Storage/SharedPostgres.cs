using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Tests.Storage;
using LegalAid.Gateway.Testing.Postgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>One PostgreSQL server for all tests of the process, started by the first that needs it; each store has a schema of its own.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartAsync("max_connections = 400"));
    private int _schemas;

    /// <summary>A store that is not there yet.</summary>
    public async Task<PostgresStoreOptions> NewOptionsAsync() => new()
    {
        ConnectionString = (await _server.Value).ConnectionString,
        Schema = $"test_{Interlocked.Increment(ref _schemas)}",
        ReaderCount = 4,
    };

    public static async Task DropAsync(PostgresStoreOptions options) => await ExecuteAsync(options, $"DROP SCHEMA IF EXISTS {options.Schema} CASCADE");

    public static async Task<object?> ExecuteAsync(PostgresStoreOptions options, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Pooling = false, SearchPath = options.Schema,
        });
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
