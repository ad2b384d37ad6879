using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// The operators' desk: what waits and what stopped, and the acts that change it. Every act that changes something leaves evidence in the
/// same transaction: who, what, why, which. Whoever calls has seen to it that the operator is one. Safe on any thread.
/// </summary>
public sealed class DeliveryDesk(ILedgerStore store, ExchangeReader reader, IIdSource ids, TimeProvider system)
{
    /// <summary>Most deliveries of one page, which is one transaction with one leaf.</summary>
    public const int PageMax = 1000;

    /// <summary>Longest name and reason of an act, in UTF-16 units; a longer one is cut.</summary>
    public const int ReasonCharsMax = 200;

    private const string OperatorCause = "operator";

    public async ValueTask<DeliveryOverview> OverviewAsync(CancellationToken cancellationToken) => new(
        system.GetUtcNow(), await store.CountDeliveriesAsync(cancellationToken), await store.ListRecipientsAsync(cancellationToken));

    /// <summary>Stopped deliveries with what their recipients said, oldest first. At most <see cref="PageMax"/>.</summary>
    public async ValueTask<ImmutableArray<StoppedDelivery>> ListAsync(StoppedQuery query, CancellationToken cancellationToken)
    {
        if (query.CountMax > PageMax)
        {
            throw new ArgumentOutOfRangeException(nameof(query), "more than a page");
        }

        var listed = ImmutableArray.CreateBuilder<StoppedDelivery>();
        foreach (var row in await store.ListStoppedAsync(query, cancellationToken))
        {
            listed.Add(new StoppedDelivery(row, await reader.DetailAsync(row, cancellationToken)));
        }

        return listed.ToImmutable();
    }

    /// <summary>Holds back everything to the recipient. False where it is suspended already.</summary>
    public ValueTask<bool> SuspendAsync(AgencyId recipient, OperatorAct act, CancellationToken cancellationToken) =>
        StopOrGoAsync(recipient, suspended: true, "suspend", act, cancellationToken);

    /// <summary>Lets a suspended or paused recipient go on. False where it is neither.</summary>
    public ValueTask<bool> ResumeAsync(AgencyId recipient, OperatorAct act, CancellationToken cancellationToken) =>
        StopOrGoAsync(recipient, suspended: false, "resume", act, cancellationToken);

    /// <summary>What a replay or a write-off of the selection would change now: how many, and the first of them.</summary>
    public async ValueTask<DeliveryPreview> PreviewAsync(DeliverySelection selection, int firstMax, CancellationToken cancellationToken)
    {
        var count = 0L;
        var first = ImmutableArray.CreateBuilder<DeliveryId>();
        await foreach (var (_, page) in PagesAsync(selection, cancellationToken))
        {
            count += page.Length;
            first.AddRange(page.Take(firstMax - first.Count));
        }

        return new DeliveryPreview(count, first.ToImmutable());
    }

    /// <summary>
    /// Lets the selected deliveries go on, in pages: due at once, attempts from 0, under the same ids. Yields what each page changed. What stops
    /// after the beginning is not touched, so that this ends. Where the process dies between two pages the earlier ones stand, and the same
    /// selection again does the rest.
    /// </summary>
    public IAsyncEnumerable<ImmutableArray<DeliveryId>> ReplayAsync(DeliverySelection selection, OperatorAct act, CancellationToken cancellationToken) =>
        ResolveAsync(selection, DeliveryStatus.Pending, "replay", act, cancellationToken);

    /// <summary>Gives the selected deliveries up for good, in pages as a replay does; those behind them go on.</summary>
    public IAsyncEnumerable<ImmutableArray<DeliveryId>> WriteOffAsync(DeliverySelection selection, OperatorAct act, CancellationToken cancellationToken) =>
        ResolveAsync(selection, DeliveryStatus.WrittenOff, "write-off", act, cancellationToken);

    private ValueTask<bool> StopOrGoAsync(AgencyId recipient, bool suspended, string action, OperatorAct act, CancellationToken cancellationToken)
    {
        var now = system.GetUtcNow();
        var leaf = DeliveryLeaves.Operator(new LeafId(ids.NewId()), act, action, recipient, selection: null, [], now);
        return store.SuspendRecipientAsync(recipient, suspended, OperatorCause, now, leaf, cancellationToken);
    }

    private async IAsyncEnumerable<ImmutableArray<DeliveryId>> ResolveAsync(
        DeliverySelection selection, DeliveryStatus to, string action, OperatorAct act, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var recipient = (selection as DeliverySelection.Matching)?.Recipient;
        await foreach (var (from, page) in PagesAsync(selection, cancellationToken))
        {
            var now = system.GetUtcNow();
            var leaf = DeliveryLeaves.Operator(new LeafId(ids.NewId()), act, action, recipient, selection.Describe(), page, now);
            yield return await store.ResolveStoppedAsync(page, from, to, now, leaf, cancellationToken);
        }
    }

    private IAsyncEnumerable<(DeliveryStatus Status, ImmutableArray<DeliveryId> Ids)> PagesAsync(
        DeliverySelection selection, CancellationToken cancellationToken) => selection switch
    {
        DeliverySelection.These these => PagesAsync(these, cancellationToken),
        DeliverySelection.Matching matching => PagesAsync(matching, cancellationToken),
        _ => throw new InvalidOperationException($"selection {selection}"),
    };

    private async IAsyncEnumerable<(DeliveryStatus Status, ImmutableArray<DeliveryId> Ids)> PagesAsync(
        DeliverySelection.These these, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in these.Ids.Distinct().Chunk(PageMax))
        {
            var statuses = new Dictionary<DeliveryId, DeliveryStatus>();
            foreach (var id in chunk)
            {
                if (await store.FindDeliveryAsync(id, cancellationToken) is { Status: DeliveryStatus.Dead or DeliveryStatus.Parked } row)
                {
                    statuses[id] = row.Status;
                }
            }

            foreach (var alike in statuses.GroupBy(entry => entry.Value, entry => entry.Key))
            {
                yield return (alike.Key, [.. alike]);
            }
        }
    }

    private async IAsyncEnumerable<(DeliveryStatus Status, ImmutableArray<DeliveryId> Ids)> PagesAsync(
        DeliverySelection.Matching matching, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = system.GetUtcNow().AddTicks(1);
        var query = (matching with { Until = matching.Until < end ? matching.Until : end }).Query(PageMax);
        while (await store.ListStoppedAsync(query, cancellationToken) is { Length: > 0 } page)
        {
            yield return (matching.Status, [.. page.Select(row => row.Id)]);
            query = query with { After = (page[^1].SettledAt ?? page[^1].DueAt, page[^1].Id) };
        }
    }
}

/// <summary>Who acts and why, as the evidence names it: cut to <see cref="DeliveryDesk.ReasonCharsMax"/>, one line. Public: no personal data of others.</summary>
public sealed record OperatorAct
{
    public OperatorAct(string @operator, string reason) =>
        (Operator, Reason) = (OneLine.Of(@operator, DeliveryDesk.ReasonCharsMax), OneLine.Of(reason, DeliveryDesk.ReasonCharsMax));

    public string Operator { get; }

    public string Reason { get; }
}

/// <summary>What is unfinished, and which recipients were ever stopped.</summary>
public sealed record DeliveryOverview(DateTimeOffset At, ImmutableArray<DeliveryCount> Counts, ImmutableArray<RecipientRow> Recipients);

/// <param name="Detail">What the recipient said; null where it said nothing or it is erased.</param>
public sealed record StoppedDelivery(DeliveryRow Row, string? Detail);

/// <param name="First">The first of them, in the order in which they stopped.</param>
public sealed record DeliveryPreview(long Count, ImmutableArray<DeliveryId> First);
