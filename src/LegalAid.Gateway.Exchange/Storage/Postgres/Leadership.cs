using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// The lead in a duty: an advisory lock of a session of its own, which the server ends with the session, however that ends. A node that is cut off
/// may go on for a moment after another has taken the lead, which is why a lead guards nothing.
/// </summary>
internal sealed class Leadership : ILeadership
{
    public const string TakeSql = "SELECT pg_try_advisory_lock($1)";
    public const string LeaveSql = "SELECT pg_advisory_unlock($1)";

    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(2);

    private readonly NpgsqlConnection _connection;
    private readonly long _number;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _keeping;
    private int _disposed;

    private Leadership(NpgsqlConnection connection, long number)
    {
        (_connection, _number) = (connection, number);
        Lost = _lost.Token;
        _keeping = KeepAsync();
    }

    public CancellationToken Lost { get; }

    /// <summary>Null where another session has it.</summary>
    public static async Task<Leadership?> TryTakeAsync(Database database, long number, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var take = new NpgsqlCommand(TakeSql, connection);
            take.Parameters.With(number);
            if (await take.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
            {
                return new Leadership(connection, number);
            }
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _leaving.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        await LetGoAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _leaving.Dispose();
        _lost.Dispose();
    }

    /// <summary>Unlocks, so that who asks next need not wait until the server has seen the session end; where that fails its end unlocks.</summary>
    private async Task LetGoAsync()
    {
        try
        {
            await using var leave = new NpgsqlCommand(LeaveSql, _connection) { CommandTimeout = (int)Alive.TotalSeconds };
            leave.Parameters.With(_number);
            await leave.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (Failures.IsOfServer(e) || e is InvalidOperationException)
        {
            // The session is broken or closed, and the lock goes with it.
        }
    }

    /// <summary>A connection that breaks is seen at once; one that falls silent when it is asked.</summary>
    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await _connection.WaitAsync(Alive, _leaving.Token).ConfigureAwait(false);
                await using var ping = new NpgsqlCommand("SELECT 1", _connection) { CommandTimeout = (int)Alive.TotalSeconds };
                await ping.ExecuteScalarAsync(_leaving.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The lead was laid down.
        }
        catch (Exception)
        {
            // Whatever ended the session ended the lead.
            await _lost.CancelAsync().ConfigureAwait(false);
        }
    }
}
