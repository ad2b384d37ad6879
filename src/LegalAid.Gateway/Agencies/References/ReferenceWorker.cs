using System.Threading.Channels;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.References;

/// <summary>
/// Carries effects out as soon as a step that has one is committed here, and looks from time to time for what was missed: by a process that died between the two commits, or a queue
/// that was full. It looks from the other side: at exchanges with a clock that could stand still, and at all that refer to them, so that nothing depends on what a process remembered.
/// </summary>
internal sealed class ReferenceWorker : BackgroundService
{
    private const int PageMax = 200;

    private readonly Channel<ExchangeId> _waiting;
    private readonly ExchangeLedger _ledger;
    private readonly ExchangeReader _reader;
    private readonly ISnapshotSource _configuration;
    private readonly ReferenceEffects _effects;
    private readonly TimeProvider _time;
    private readonly ReferenceOptions _options;
    private readonly ILogger<ReferenceWorker> _logger;

    public ReferenceWorker(
        ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, ReferenceEffects effects, TimeProvider time, IOptions<ReferenceOptions> options,
        ILogger<ReferenceWorker> logger)
    {
        (_ledger, _reader, _configuration, _effects, _time, _options, _logger) = (ledger, reader, configuration, effects, time, options.Value, logger);
        _waiting = System.Threading.Channels.Channel.CreateBounded<ExchangeId>(new BoundedChannelOptions(_options.QueueMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        _ledger.Advanced += OnAdvanced;
    }

    public override void Dispose()
    {
        _ledger.Advanced -= OnAdvanced;
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), SweepAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        await foreach (var id in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await GuardedAsync(() => _effects.CarryOutAsync(id, stoppingToken), stoppingToken);
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.SweepInterval, _time);
        do
        {
            await GuardedAsync(() => LookAsync(stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>The loop's edge: what failed is found again by the next look.</summary>
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
                Log.Failed(_logger, e);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var snapshot = _configuration.Current;
        var referring = snapshot.Types.Values.Where(type => type.Reference is { Effects.IsEmpty: false }).ToList();
        foreach (var target in referring.SelectMany(type => type.Reference?.Types ?? []).Distinct().Select(snapshot.FindType).OfType<ExchangeType>())
        {
            var among = referring.Where(type => type.Reference?.Types.Contains(target.Id) == true).ToList();
            foreach (var agency in snapshot.Agencies.All.Where(agency => target.Roles[0].OpenTo.Contains(agency.Kind)))
            {
                await LookAsync(agency.Id, target, among, cancellationToken);
            }
        }
    }

    private async Task LookAsync(AgencyId agency, ExchangeType target, List<ExchangeType> referring, CancellationToken cancellationToken)
    {
        foreach (var state in target.States.Where(state => !state.Final))
        {
            var query = new ExchangeQuery(agency, PageMax, Types: [target.Id.Value], State: state.Name.Value);
            await foreach (var reading in AllAsync(query, cancellationToken))
            {
                if (MayStandStill(reading.State))
                {
                    await LookAsync(agency, reading.Id, referring, cancellationToken);
                }
            }
        }
    }

    private async Task LookAsync(AgencyId agency, ExchangeId target, List<ExchangeType> referring, CancellationToken cancellationToken)
    {
        foreach (var field in referring.Select(FieldOf).Distinct(StringComparer.Ordinal))
        {
            var term = _reader.TermOf(field, target.ResourceName);
            var query = new ExchangeQuery(agency, PageMax, Types: [.. referring.Where(type => FieldOf(type) == field).Select(type => type.Id.Value)], Term: term);
            await foreach (var reading in AllAsync(query, cancellationToken))
            {
                await _effects.CarryOutAsync(reading, cancellationToken);
            }
        }
    }

    private async IAsyncEnumerable<ExchangeReading> AllAsync(
        ExchangeQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await _reader.ListWholeAsync(query, cancellationToken);
            foreach (var reading in page.Where(reading => !reading.Erased))
            {
                yield return reading;
            }

            if (page.Length < PageMax)
            {
                yield break;
            }

            query = query with { Before = page[^1].Id };
        }
    }

    private static bool MayStandStill(ExchangeState state) =>
        state.Clocks.Any(run => run.IsOpen && state.Type.Clocks.Any(clock => clock.Name == run.Clock && !clock.Standstills.IsEmpty));

    /// <summary>The searchable field that holds the reference; the loader saw that there is one.</summary>
    private static string FieldOf(ExchangeType type) => type.Search.First(search => search.Value.Path == type.Reference?.Path).Name;

    private void OnAdvanced(HeldExchange held)
    {
        if (ReferenceEffects.TargetOf(held.Reading.State) is not null)
        {
            _waiting.Writer.TryWrite(held.Reading.Id);
        }
    }
}
