using System.Threading.Channels;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies;

/// <summary>
/// Does what the gateway itself has to do about exchanges: at once where a step that is committed here calls for it, and by looking from time to time, at the start first, for
/// what stands still, so that nothing depends on what a process remembered. What comes while too much waits is found by the look. One that fails holds up no other: it is logged,
/// and the look comes back to it.
/// </summary>
internal abstract class ExchangeAttendant : BackgroundService
{
    /// <summary>How many exchanges a look reads at once.</summary>
    protected const int PageMax = 200;

    private readonly ExchangeLedger _ledger;
    private readonly ExchangeReader _reader;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ILogger _logger;
    private readonly Channel<ExchangeId> _waiting;

    /// <param name="interval">Between two looks.</param>
    /// <param name="waitingMax">Exchanges that wait to be attended to.</param>
    protected ExchangeAttendant(ExchangeLedger ledger, ExchangeReader reader, TimeProvider time, TimeSpan interval, int waitingMax, ILogger logger)
    {
        (_ledger, _reader, _time, _interval, _logger) = (ledger, reader, time, interval, logger);
        _waiting = Channel.CreateBounded<ExchangeId>(new BoundedChannelOptions(waitingMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        _ledger.Advanced += OnAdvanced;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _ledger.Advanced -= OnAdvanced;
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Whether it also attends to what the gateway did by itself.</summary>
    protected virtual bool FollowsGateway => false;

    /// <summary>Whether there may be something to do about an exchange as a step left it. Called within the commit's own flow: it must be quick.</summary>
    protected abstract bool Concerns(ExchangeReading advanced);

    /// <summary>What may stand still, by the configuration in force.</summary>
    protected abstract IEnumerable<ExchangeQuery> Standing();

    /// <summary>Does what is to be done about the exchange as it stands; where that is nothing, or done already, nothing. It is not erased.</summary>
    protected abstract Task AttendAsync(ExchangeReading reading, CancellationToken cancellationToken);

    /// <summary>The same for one that the look found.</summary>
    protected virtual Task AttendStandingAsync(ExchangeReading reading, CancellationToken cancellationToken) => AttendAsync(reading, cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), LookAsync(stoppingToken));

    private void OnAdvanced(Advance advance)
    {
        if ((FollowsGateway || !advance.ByGateway) && Concerns(advance.Held.Reading))
        {
            _waiting.Writer.TryWrite(advance.Held.Reading.Id);
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        await foreach (var id in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await GuardedAsync(
                async () =>
                {
                    if (await _reader.FindWholeAsync(id, stoppingToken) is { Erased: false } reading)
                    {
                        await AttendAsync(reading, stoppingToken);
                    }
                },
                stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, _time);
        do
        {
            foreach (var query in Standing())
            {
                await GuardedAsync(() => LookAsync(query, stoppingToken), stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(ExchangeQuery query, CancellationToken stoppingToken)
    {
        await foreach (var reading in _reader.AllWholeAsync(query, stoppingToken))
        {
            await GuardedAsync(() => AttendStandingAsync(reading, stoppingToken), stoppingToken);
        }
    }

    /// <summary>The loops' edge.</summary>
    private async Task GuardedAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.NotAttended(_logger, e);
            }
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(5240, LogLevel.Error, "An exchange could not be attended to; it is tried again")]
    public static partial void NotAttended(ILogger logger, Exception exception);
}
