using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Statements that go to the server together and come back together: one round trip. Rows are handed to each query's reader in order. After the
/// first failure the server runs none of the rest.
/// </summary>
internal sealed class PipelinedBatch(NpgsqlConnection connection)
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

    /// <summary>Sends and reads all, within <paramref name="patience"/>.</summary>
    public Task RunAsync(TimeSpan patience) => Silence.EndAsync(ReadAllAsync(), connection, patience);

    private async Task ReadAllAsync()
    {
        await using var batch = _batch;
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
