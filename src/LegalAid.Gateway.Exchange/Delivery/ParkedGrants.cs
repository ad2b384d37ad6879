using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Lets deliveries go on that were parked since the matrix did not grant them, once it does: at start, whenever another configuration becomes active, and
/// every <see cref="DeliveryOptions.SafetyInterval"/>, as a row may begin with a day. Any number of nodes may do so: the store lets each go on once.
/// </summary>
public sealed class ParkedGrants(
    ILedgerStore store, ExchangeReader reader, DeliveryHub hub, IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger<ParkedGrants> logger)
    : BackgroundService
{
    /// <summary>The outcome of a delivery that the matrix does not grant: the cause in the operators' list.</summary>
    public const string NotGranted = "not-granted";

    private const int PageMax = 200;

    private static readonly OperatorAct Act = new("gateway", "the sharing matrix grants it again");

    /// <summary>Parks a leased delivery. Where the lease is gone or the process dies, it is leased again and asked about again.</summary>
    internal static async ValueTask ParkAsync(
        ExchangeLedger ledger, DeliveryRow row, string channel, DateTimeOffset now, ILogger logger, CancellationToken cancellationToken)
    {
        var settlement = new DeliverySettlement(row.Id, row.LeaseToken.GetValueOrDefault(), DeliveryStatus.Parked, now, DueAt: null, NotGranted, Leaf: null);
        if (await ledger.SettleAsync(row, settlement, cancellationToken))
        {
            DeliveryMeters.Settled(channel, DeliveryStatus.Parked);
            Log.Parked(logger, row.Id, row.Recipient);
        }
    }

    /// <summary>One look at all that is parked for this cause. Returns how many went on.</summary>
    public async Task<int> ReleaseAsync(CancellationToken cancellationToken)
    {
        var released = 0;
        var query = new StoppedQuery(DeliveryStatus.Parked, PageMax, Outcome: NotGranted, Until: system.GetUtcNow().AddTicks(1));
        while (await store.ListStoppedAsync(query, cancellationToken) is { Length: > 0 } page)
        {
            var granted = await reader.GrantedAsync(page, cancellationToken);
            if (!granted.IsEmpty)
            {
                var now = system.GetUtcNow();
                var leaf = DeliveryLeaves.Operator(new LeafId(ids.NewId()), Act, "release", recipient: null, selection: new JsonObject { ["cause"] = NotGranted }, granted, now);
                var gone = await store.ResolveStoppedAsync(granted, DeliveryStatus.Parked, DeliveryStatus.Pending, now, leaf, cancellationToken);
                released += gone.Length;
                DeliveryMeters.Released(gone.Length);
            }

            query = query with { After = (page[^1].SettledAt ?? page[^1].DueAt, page[^1].Id) };
        }

        return released;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var raised = hub.Channels.Next;
                await LookAsync(stoppingToken);
                await Wake.WaitAsync(raised, options.SafetyInterval, system, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Between two pages; the next start goes on.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await ReleaseAsync(cancellationToken) is > 0 and var released)
            {
                Log.Released(logger, released);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The loop's edge: a store that fails is asked again at the next look.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.ReleaseFailed(logger, e);
            }
        }
    }
}
