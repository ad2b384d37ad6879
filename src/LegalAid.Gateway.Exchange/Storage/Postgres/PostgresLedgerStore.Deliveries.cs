using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Deliveries and their recipients.</summary>
public sealed partial class PostgresLedgerStore
{
    public ValueTask<ImmutableArray<DeliveryRow>> ListDeliveriesAsync(ExchangeId id, CancellationToken cancellationToken) =>
        new(_deliveries.ListAsync(id, cancellationToken));

    public ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) =>
        new(_deliveries.FindAsync(id, cancellationToken));

    public ValueTask<ImmutableArray<DeliveryRow>> LeaseDeliveriesAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        UnitRules.Require(request);
        return _committers.WriteAsync(new PendingLease(request), cancellationToken);
    }

    public ValueTask<ImmutableArray<OutgoingRow>> ReadOutgoingAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken) =>
        new(_contents.ReadOutgoingAsync(deliveries, cancellationToken));

    public async ValueTask ReturnDeliveriesAsync(ImmutableArray<UnusedLease> leases, CancellationToken cancellationToken) =>
        await _deliveryWriter.ReturnAsync(leases, cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> SettleDeliveryAsync(DeliverySettlement settlement, CancellationToken cancellationToken)
    {
        UnitRules.Require(settlement);
        var unit = new PendingUnit(new CommitUnit { Exchanges = [], Settlements = [settlement] });
        return await _committers.WriteAsync(unit, cancellationToken).ConfigureAwait(false) is CommitOutcome.Committed;
    }

    public ValueTask<DateTimeOffset?> NextDeliveryAtAsync(ImmutableArray<AgencyId> recipients, CancellationToken cancellationToken) =>
        new(_deliveries.NextAtAsync(recipients, cancellationToken));

    public ValueTask<ImmutableArray<RecipientRow>> ListRecipientsAsync(CancellationToken cancellationToken) =>
        new(_deliveries.ListRecipientsAsync(cancellationToken));

    public async ValueTask<bool> SuspendRecipientAsync(
        AgencyId recipient, bool suspended, string cause, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken)
    {
        var changed = await _deliveryWriter.SuspendAsync(recipient, suspended, cause, at, leaf, cancellationToken).ConfigureAwait(false);
        if (changed && !suspended)
        {
            _signals.Add(new StoreSignal([recipient], ClocksChanged: false));
        }

        return changed;
    }

    public ValueTask<ImmutableArray<DeliveryCount>> CountDeliveriesAsync(CancellationToken cancellationToken) =>
        new(_deliveries.CountAsync(cancellationToken));

    public ValueTask<ImmutableArray<DeliveryRow>> ListStoppedAsync(StoppedQuery query, CancellationToken cancellationToken) =>
        new(_deliveries.ListStoppedAsync(query, cancellationToken));

    public async ValueTask<ImmutableArray<DeliveryId>> ResolveStoppedAsync(
        ImmutableArray<DeliveryId> ids, DeliveryStatus from, DeliveryStatus to, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken)
    {
        UnitRules.Require(ids, from, to);
        var changed = await _deliveryWriter.ResolveAsync(ids, from, to, at, leaf, cancellationToken).ConfigureAwait(false);
        _signals.Add(new StoreSignal([.. changed.Select(static row => row.Recipient).Distinct()], ClocksChanged: false));
        return [.. changed.Select(static row => row.Id)];
    }

    public ValueTask<ImmutableArray<DeliveryRow>> ListOverdueAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken) =>
        new(_deliveries.ListOverdueAsync(now, countMax, cancellationToken));

    public ValueTask<bool> RecordOverdueAsync(DeliveryId id, LeafRow leaf, CancellationToken cancellationToken) =>
        _deliveryWriter.RecordOverdueAsync(id, leaf, cancellationToken);
}
