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

    public async ValueTask ReturnDeliveriesAsync(ImmutableArray<UnusedLease> leases, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, _) =>
            {
                session.Deliveries.Return(leases);
                return true;
            },
            static _ => true,
            cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> SettleDeliveryAsync(DeliverySettlement settlement, CancellationToken cancellationToken)
    {
        UnitRules.Require(settlement);
        return _writer.WriteAsync(
            (session, effects) => session.Deliveries.Settle(settlement, effects), static _ => true, cancellationToken);
    }

    public ValueTask<DateTimeOffset?> NextDeliveryAtAsync(ImmutableArray<AgencyId> recipients, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Deliveries.NextAt(recipients), cancellationToken);

    public ValueTask<ImmutableArray<OutgoingRow>> ReadOutgoingAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => ReadOutgoing(session, deliveries), cancellationToken);

    public ValueTask<ImmutableArray<RecipientRow>> ListRecipientsAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync(static session => session.Deliveries.Recipients(), cancellationToken);

    public ValueTask<bool> SuspendRecipientAsync(
        AgencyId recipient, bool suspended, string cause, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            (session, effects) => suspended
                ? session.Recipients.Suspend(recipient, cause, at, leaf)
                : session.Recipients.Resume(recipient, cause, at, leaf, effects),
            static _ => true,
            cancellationToken);

    public ValueTask<ImmutableArray<DeliveryCount>> CountDeliveriesAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync(static session => session.Deliveries.Count(), cancellationToken);

    public ValueTask<ImmutableArray<DeliveryRow>> ListStoppedAsync(StoppedQuery query, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Deliveries.Stopped(query), cancellationToken);

    public ValueTask<ImmutableArray<DeliveryId>> ResolveStoppedAsync(
        ImmutableArray<DeliveryId> ids, DeliveryStatus from, DeliveryStatus to, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken)
    {
        UnitRules.Require(ids, from, to);
        return _writer.WriteAsync(
            (session, effects) => session.Deliveries.Resolve(ids, from, to, at, leaf, effects), static _ => true, cancellationToken);
    }

    public ValueTask<ImmutableArray<DeliveryRow>> ListOverdueAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Deliveries.Overdue(now, countMax), cancellationToken);

    public ValueTask<bool> RecordOverdueAsync(DeliveryId id, LeafRow leaf, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Deliveries.RecordOverdue(id, leaf), static _ => true, cancellationToken);

    /// <summary>Several deliveries of one exchange are common: each exchange is read once.</summary>
    private static ImmutableArray<OutgoingRow> ReadOutgoing(ReaderSession session, ImmutableArray<DeliveryRow> deliveries)
    {
        var exchanges = new Dictionary<ExchangeId, (ExchangeRow? Row, ImmutableArray<AttachmentRow> Attachments)>();
        var outgoing = ImmutableArray.CreateBuilder<OutgoingRow>(deliveries.Length);
        foreach (var delivery in deliveries)
        {
            if (!exchanges.TryGetValue(delivery.Exchange, out var exchange))
            {
                exchange = (session.Exchanges.Find(delivery.Exchange), session.Contents.ListAttachments(delivery.Exchange));
                exchanges.Add(delivery.Exchange, exchange);
            }

            if (exchange.Row is { } row && session.Contents.FindMessage(delivery.Message) is { } message)
            {
                outgoing.Add(new OutgoingRow(delivery, row, message, exchange.Attachments));
            }
        }

        return outgoing.ToImmutable();
    }
}
