using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Statements that go to the server together and come back together: one round trip. Rows are handed to each query's reader in order. After the
/// first failure the server runs none of the rest.
/// </summary>
internal sealed class PipelinedBatch(NpgsqlConnection connection) : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch = new(connection);
    private readonly List<(Action<NpgsqlDataReader> Row, Action? End)> _queries = [];

    public int Count => _batch.BatchCommands.Count;

    /// <summary>Adds a statement that returns no rows. Returns its parameters.</summary>
    public NpgsqlParameterCollection Add(string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        _batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    /// <summary>Adds a statement that returns rows. Returns its parameters.</summary>
    public NpgsqlParameterCollection Query(string sql, Action<NpgsqlDataReader> row, Action? end = null)
    {
        _queries.Add((row, end));
        return Add(sql);
    }

    /// <summary>Adds a statement that returns rows which say nothing, such as a function called for what it does.</summary>
    public NpgsqlParameterCollection Call(string sql) => Query(sql, static _ => { });

    /// <summary>
    /// Sends and reads all. The wait has an end, but nothing is ever cancelled at the server: a COMMIT that is cancelled while it waits for a
    /// standby answers as if the standby had it. Who runs out of patience leaves the connection to end by itself.
    /// </summary>
    public async Task RunAsync(TimeSpan patience)
    {
        var running = ReadAllAsync();
        try
        {
            await running.WaitAsync(patience, TimeProvider.System).ConfigureAwait(false); // the server's silence is measured by a true clock
        }
        catch (TimeoutException)
        {
            _ = running.ContinueWith(
                static (ended, left) =>
                {
                    _ = ended.Exception; // seen: the caller was told of the silence
                    ((NpgsqlConnection)left!).Dispose(); // given below
                },
                connection, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private async Task ReadAllAsync()
    {
        await using var reader = await _batch.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var (row, end) in _queries)
        {
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                row(reader);
            }

            end?.Invoke();
            await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false); // over statements without rows; a failure of theirs comes here
        }
    }
}
