using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Looks at the server's settings and standbys from time to time: a failover may lead to a server that is set otherwise, and a standby may go.
/// It says so; commits go on, since a server that waits for its standbys holds them back itself.
/// </summary>
internal sealed class DurabilityWatch : IAsyncDisposable
{
    private readonly Database _database;
    private readonly PostgresStoreOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private readonly Availability _looking;
    private string _said = "";

    public DurabilityWatch(Database database, PostgresStoreOptions options, ILogger logger)
    {
        (_database, _options, _logger, _looking) = (database, options, logger, new Availability("watched for the durability of its database", logger));
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_options.WatchInterval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                await LookAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The store is closed.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            await using var connection = await _database.BorrowAsync(_stopping.Token).ConfigureAwait(false);
            var faults = string.Join("; ", (await Durability.ReadAsync(connection, _options, _stopping.Token).ConfigureAwait(false)).Faults);
            if (faults != _said && faults.Length > 0)
            {
                Log.DurabilityLost(_logger, faults);
            }
            else if (faults != _said)
            {
                Log.DurabilityRegained(_logger);
            }

            _said = faults;
            _looking.Succeeded();
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // The loop's edge: whatever broke, the next look is as good.
            _looking.Failed(e);
        }
    }
}
