using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Looks at what is unfinished: records once for each delivery that it was not made in time (the rung delivered, negative), and measures what
/// waits. Any number of nodes may look: the store records it for one of them. Recording it changes nothing about the delivery, which goes on.
/// </summary>
public sealed class DeliveryWatch : BackgroundService
{
    /// <summary>Most recorded at a time: they share the store's groups.</summary>
    private const int PageMax = 500;

    private readonly ILedgerStore _store;
    private readonly ISnapshotSource _configuration;
    private readonly IIdSource _ids;
    private readonly TimeProvider _system;
    private readonly DeliveryOptions _options;
    private readonly ILogger _logger;
    private readonly Meter _meter = new("LegalAid.Gateway");
    private readonly Counter<long> _overdue;
    private FrozenDictionary<string, Unfinished> _unfinished = FrozenDictionary<string, Unfinished>.Empty;

    public DeliveryWatch(
        ILedgerStore store, ISnapshotSource configuration, IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger<DeliveryWatch> logger)
    {
        (_store, _configuration, _ids, _system, _options, _logger) = (store, configuration, ids, system, options.Required(), logger);
        _overdue = _meter.CreateCounter<long>("legalaid.deliveries.overdue", "{delivery}", "Deliveries not made in time, by kind of recipient");
        Gauge("legalaid.deliveries.waiting", "{delivery}", "Deliveries that wait or are handed out, by kind of recipient", kind => kind.Waiting);
        Gauge("legalaid.deliveries.stopped", "{delivery}", "Dead letters and parked deliveries, by kind of recipient", kind => kind.Stopped);
        Gauge("legalaid.deliveries.oldest", "s", "Age of the oldest unfinished delivery, by kind of recipient", kind => (long)(_system.GetUtcNow() - kind.Oldest).TotalSeconds);
    }

    public override void Dispose()
    {
        base.Dispose();
        _meter.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(_options.SafetyInterval, _system, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Between two records; the next start goes on.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await RecordOverdueAsync(cancellationToken))
            {
            }

            await MeasureAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The loop's edge: a store that fails is asked again at the next look.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.WatchFailed(_logger, e);
            }
        }
    }

    /// <summary>Records a page. Whether there may be more: not where nothing could be recorded, so that this ends.</summary>
    private async Task<bool> RecordOverdueAsync(CancellationToken cancellationToken)
    {
        var now = _system.GetUtcNow();
        var page = await _store.ListOverdueAsync(now, PageMax, cancellationToken);
        var recorded = await Task.WhenAll(page.Select(async row =>
        {
            var leaf = DeliveryLeaves.Overdue(new LeafId(_ids.NewId()), row, now);
            return await _store.RecordOverdueAsync(row.Id, leaf, cancellationToken) ? row : null;
        }));
        foreach (var row in recorded.OfType<DeliveryRow>())
        {
            _overdue.Add(1, new KeyValuePair<string, object?>("kind", KindOf(row.Recipient)));
            Log.Overdue(_logger, row.Id, row.Recipient, row.CreatedAt);
        }

        return page.Length == PageMax && recorded.Any(row => row is not null);
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var counts = await _store.CountDeliveriesAsync(cancellationToken);
        _unfinished = counts.GroupBy(count => KindOf(count.Recipient)).ToFrozenDictionary(
            kind => kind.Key,
            kind => new Unfinished(
                kind.Where(count => !IsStopped(count)).Sum(count => count.Count), kind.Where(IsStopped).Sum(count => count.Count),
                kind.Min(count => count.Oldest)),
            StringComparer.Ordinal);
    }

    private void Gauge(string name, string unit, string description, Func<Unfinished, long> value) => _meter.CreateObservableGauge(
        name, () => _unfinished.Select(kind => new Measurement<long>(value(kind.Value), new KeyValuePair<string, object?>("kind", kind.Key))), unit, description);

    private string KindOf(AgencyId recipient) => _configuration.Current.Agencies.Find(recipient)?.Kind ?? "unknown";

    private static bool IsStopped(DeliveryCount count) => count.Status is DeliveryStatus.Dead or DeliveryStatus.Parked;

    private sealed record Unfinished(long Waiting, long Stopped, DateTimeOffset Oldest);
}
