using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Carries signals between nodes by LISTEN and NOTIFY. A notification is sent after the commit it speaks of and apart from it, merged while the
/// one before is under way: the server lets one transaction with a notification commit at a time, through its sync and its standby's, and
/// commits must not queue there. One that is lost, as with a node that dies in between, is made up for by the subscribers' timers.
/// </summary>
internal sealed class SignalExchange : IAsyncDisposable
{
    public const string AnnounceSql = "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS n (payload)";

    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(10);

    private readonly Database _database;
    private readonly SignalRelay _relay;
    private readonly ILogger _logger;
    private readonly Availability _sending;
    private readonly string _channel;
    private readonly string _node = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly Lock _lock = new();
    private readonly MergedSignal _waiting = new();
    private readonly Task _announcing;
    private readonly Task _listening;

    private SignalExchange(Database database, PostgresStoreOptions options, SignalRelay relay, ILogger logger, NpgsqlConnection listener)
    {
        (_database, _relay, _logger, _channel) = (database, relay, logger, ChannelOf(options));
        _sending = new Availability("told to other nodes", logger);
        _announcing = AnnounceAsync();
        _listening = ListenAsync(listener);
        relay.Announced = Ask;
    }

    /// <summary>Begins to listen before it returns.</summary>
    public static async Task<SignalExchange> StartAsync(
        Database database, PostgresStoreOptions options, SignalRelay relay, ILogger logger, CancellationToken cancellationToken)
    {
        var listener = await OpenListenerAsync(database, ChannelOf(options), cancellationToken).ConfigureAwait(false);
        return new SignalExchange(database, options, relay, logger, listener);
    }

    /// <summary>Sends what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_announcing, _listening).ConfigureAwait(false);
        _asked.Dispose();
        _stopping.Dispose();
    }

    private static string ChannelOf(PostgresStoreOptions options) => options.Schema + "_signals";

    private static async Task<NpgsqlConnection> OpenListenerAsync(Database database, string channel, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var listen = new NpgsqlCommand($"LISTEN {channel}", connection);
            await listen.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Ask(StoreSignal signal)
    {
        lock (_lock)
        {
            _waiting.Add(signal);
            if (_asked.CurrentCount == 0)
            {
                _asked.Release();
            }
        }
    }

    private StoreSignal Take()
    {
        lock (_lock)
        {
            return _waiting.Take();
        }
    }

    private async Task AnnounceAsync()
    {
        try
        {
            while (true)
            {
                await _asked.WaitAsync(_stopping.Token).ConfigureAwait(false);
                await SendAsync(Take()).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            if (_asked.CurrentCount > 0)
            {
                await SendAsync(Take()).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(StoreSignal signal)
    {
        try
        {
            await using var connection = await _database.BorrowAsync(CancellationToken.None).ConfigureAwait(false);
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL synchronous_commit TO off")); // there is nothing here to keep
            var send = new NpgsqlBatchCommand(AnnounceSql);
            send.Parameters.With(_channel).With(SignalFormat.Format(_node, signal).ToArray());
            batch.BatchCommands.Add(send);
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
            await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            _sending.Succeeded();
        }
        catch (Exception e)
        {
            // The loop's edge: what a signal would have woken, the timers of the nodes find.
            _sending.Failed(e);
        }
    }

    private async Task ListenAsync(NpgsqlConnection? listener)
    {
        for (var attempt = 0; !_stopping.IsCancellationRequested;)
        {
            try
            {
                listener ??= await OpenListenerAsync(_database, _channel, _stopping.Token).ConfigureAwait(false);
                attempt = 0;
                await HearAsync(listener).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // The loop's edge: whatever broke, listen again.
                if (attempt == 0)
                {
                    Log.ListenFailed(_logger, e);
                }

                await CloseAsync(listener).ConfigureAwait(false);
                listener = null;
                await Patience.WaitAsync(attempt++, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await CloseAsync(listener).ConfigureAwait(false);
    }

    private async Task HearAsync(NpgsqlConnection listener)
    {
        listener.Notification += (_, heard) =>
        {
            if (SignalFormat.Parse(heard.Payload, _node) is { } signal)
            {
                _relay.Hear(signal);
            }
        };
        while (true)
        {
            if (!await listener.WaitAsync(Alive, _stopping.Token).ConfigureAwait(false))
            {
                await using var ping = new NpgsqlCommand("SELECT 1", listener);
                await ping.ExecuteScalarAsync(_stopping.Token).ConfigureAwait(false);
            }
        }
    }

    private static ValueTask CloseAsync(NpgsqlConnection? connection) => connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
