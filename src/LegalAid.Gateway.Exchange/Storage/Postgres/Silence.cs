using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>The server did not answer in time. The connection is left to end by itself: to close it would mean to wait for that answer.</summary>
internal sealed class SilentServerException(TimeSpan patience)
    : TimeoutException($"the database did not answer within {patience.TotalSeconds:F0} s");

/// <summary>Waits for the server with an end, and without cancelling anything there: a COMMIT that is cancelled while it waits for a standby answers as if the standby had it.</summary>
internal static class Silence
{
    /// <summary>Throws <see cref="SilentServerException"/> when patience ends; whoever catches it leaves the connection alone, which is closed when it answers.</summary>
    public static async Task EndAsync(Task running, NpgsqlConnection connection, TimeSpan patience)
    {
        try
        {
            await running.WaitAsync(patience, TimeProvider.System).ConfigureAwait(false); // the server's silence is measured by a true clock
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            _ = CloseLaterAsync(running, connection);
            throw new SilentServerException(patience);
        }
    }

    private static async Task CloseLaterAsync(Task running, NpgsqlConnection connection)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its caller was told of the silence
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
