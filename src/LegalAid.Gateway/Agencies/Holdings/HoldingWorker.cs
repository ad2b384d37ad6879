using System.Threading.Channels;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Holdings;

/// <summary>Settles claims as they come, one's own or the copy of another's, and looks over those that are held, so that nothing depends on what a process remembered.</summary>
internal sealed class HoldingWorker : BackgroundService
{
    private const int PageMax = 200, WaitingMax = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Channel<ExchangeId> _waiting = System.Threading.Channels.Channel.CreateBounded<ExchangeId>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ExchangeLedger _ledger;
    private readonly ExchangeReader _reader;
    private readonly HoldingDesk _desk;
    private readonly ISnapshotSource _configuration;
    private readonly TimeProvider _time;
    private readonly ILogger<HoldingWorker> _logger;

    public HoldingWorker(ExchangeLedger ledger, ExchangeReader reader, HoldingDesk desk, ISnapshotSource configuration, TimeProvider time, ILogger<HoldingWorker> logger)
    {
        (_ledger, _reader, _desk, _configuration, _time, _logger) = (ledger, reader, desk, configuration, time, logger);
        _ledger.Advanced += OnAdvanced;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _ledger.Advanced -= OnAdvanced;
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ServeAsync(stoppingToken), LookAsync(stoppingToken));

    private void OnAdvanced(HeldExchange held)
    {
        if (held.Reading.State.Type.Id.Value == HoldingDesk.Type)
        {
            _waiting.Writer.TryWrite(held.Reading.Id);
        }
    }

    private async Task ServeAsync(CancellationToken stoppingToken)
    {
        await foreach (var claim in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await GuardedAsync(() => _desk.AttendAsync(claim, stoppingToken), stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            foreach (var centre in _configuration.Current.Agencies.All.Where(agency => agency.Kind == AgencyKinds.AidCentre && agency.Channel is not Casework.Directory.Channel.Through))
            {
                await GuardedAsync(() => LookAsync(centre.Id, stoppingToken), stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(AgencyId centre, CancellationToken cancellationToken)
    {
        var query = new ExchangeQuery(centre, PageMax, Types: [HoldingDesk.Type], State: HoldingDesk.Held);
        while (true)
        {
            var page = await _reader.ListWholeAsync(query, cancellationToken);
            foreach (var held in page)
            {
                await _desk.AttendAsync(held.Id, cancellationToken);
            }

            if (page.Length < PageMax)
            {
                break;
            }

            query = query with { Before = page[^1].Id };
        }
    }

    private async Task GuardedAsync(Func<Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // The loop's edge: the look comes back to it.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.NotSettled(_logger, e);
            }
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(5300, LogLevel.Error, "Claims to an application could not be settled; it is tried again")]
    public static partial void NotSettled(ILogger logger, Exception exception);
}
