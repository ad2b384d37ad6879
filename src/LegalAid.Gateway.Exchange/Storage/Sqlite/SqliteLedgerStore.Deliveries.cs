using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Deliveries and their recipients.</summary>
public sealed partial class SqliteLedgerStore
{
    public ValueTask<ImmutableArray<DeliveryRow>> ListDeliveriesAsync(ExchangeId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Deliveries.List(id), cancellationToken);

    public ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Deliveries.Find(id), cancellationToken);

    public ValueTask<ImmutableArray<DeliveryRow>> LeaseDeliveriesAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        UnitRules.Require(request);
        return _writer.WriteAsync((session, _) => session.Deliveries.Lease(request), static _ => true, cancellationToken);
    }

    public ValueTask<bool> SettleDeliveryAsync(DeliverySettlement settlement, CancellationToken cancellationToken)
    {
        UnitRules.Require(settlement);
        return _writer.WriteAsync(
            (session, effects) => session.Deliveries.Settle(settlement, effects), static _ => true, cancellationToken);
    }

    public ValueTask<DateTimeOffset?> NextDeliveryAtAsync(ImmutableArray<AgencyId> recipients, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Deliveries.NextAt(recipients), cancellationToken);

    public ValueTask<ImmutableArray<OutgoingRow>> ReadOutgoingAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ReadOutgoingAsync");

    public ValueTask<ImmutableArray<RecipientRow>> ListRecipientsAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListRecipientsAsync");

    public ValueTask<bool> SuspendRecipientAsync(
        AgencyId recipient, bool suspended, string cause, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        throw new NotSupportedException("SuspendRecipientAsync");

    public ValueTask<ImmutableArray<DeliveryCount>> CountDeliveriesAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("CountDeliveriesAsync");

    public ValueTask<ImmutableArray<DeliveryRow>> ListStoppedAsync(StoppedQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListStoppedAsync");

    public ValueTask<ImmutableArray<DeliveryId>> ResolveStoppedAsync(
        ImmutableArray<DeliveryId> ids, DeliveryStatus from, DeliveryStatus to, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ResolveStoppedAsync");

    public ValueTask<ImmutableArray<DeliveryRow>> ListOverdueAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListOverdueAsync");

    public ValueTask<bool> RecordOverdueAsync(DeliveryId id, LeafRow leaf, CancellationToken cancellationToken) =>
        throw new NotSupportedException("RecordOverdueAsync");
}
