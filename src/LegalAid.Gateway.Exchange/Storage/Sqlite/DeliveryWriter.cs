using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// Adds, leases, settles and resolves deliveries. <c>ready</c> says that a row is the first unfinished (neither Delivered nor WrittenOff) of
/// its pair (exchange, recipient) or overtakes; it is kept up here, so that a lease reads an index that holds nothing else, whatever waits
/// behind a dead letter.
/// <para>Invariant that keeps this cheap: a row that does not overtake is finished only after all before it.</para>
/// </summary>
internal sealed class DeliveryWriter(Connection connection, LeafWriter leaves, RecipientWriter recipients)
{
    private readonly Statement _latest = connection.Prepare("""
        SELECT sequence, status, overtakes FROM delivery WHERE exchange_id = ?1 AND recipient = ?2 AND sequence < ?3
        ORDER BY sequence DESC
        """);

    private readonly Statement _insert = connection.Prepare("""
        INSERT INTO delivery (exchange_id, recipient, sequence, id, message_id, role, event, overtakes, ready, status, due_at, attempts,
            last_outcome, clocked, created_at, overdue_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, 0, '', ?11, ?12, ?13)
        """);

    private readonly Statement _waiting = connection.Prepare($"""
        SELECT {DeliveryReader.Columns} FROM delivery INDEXED BY delivery_waiting
        WHERE recipient = ?1 AND ready = 1 AND status = 0 AND due_at <= ?2 ORDER BY due_at LIMIT ?3
        """);

    private readonly Statement _expired = connection.Prepare($"""
        SELECT {DeliveryReader.Columns} FROM delivery INDEXED BY delivery_leased
        WHERE recipient = ?1 AND status = 1 AND lease_until <= ?2 ORDER BY lease_until LIMIT ?3
        """);

    private readonly Statement _lease = connection.Prepare("""
        UPDATE delivery SET status = 1, attempts = attempts + 1, lease_token = ?1, lease_until = ?2, relayed_at = ?3
        WHERE exchange_id = ?4 AND recipient = ?5 AND sequence = ?6
        """);

    private readonly Statement _return = connection.Prepare("""
        UPDATE delivery SET status = 0, attempts = attempts - 1, lease_token = NULL, lease_until = NULL, relayed_at = nullif(relayed_at, ?1)
        WHERE id = ?2 AND lease_token = ?3 AND status = 1
        """);

    private readonly Statement _find = connection.Prepare(DeliveryReader.FindSql);

    private readonly Statement _settle = connection.Prepare("""
        UPDATE delivery SET status = ?1, due_at = ?2, delivered_at = ?3, overdue_at = ?4, last_outcome = ?5, settled_at = ?6, detail_cipher = ?7,
            lease_token = NULL, lease_until = NULL
        WHERE exchange_id = ?8 AND recipient = ?9 AND sequence = ?10
        """);

    private readonly Statement _goOn = connection.Prepare("""
        UPDATE delivery SET status = 0, due_at = ?1, attempts = 0 WHERE exchange_id = ?2 AND recipient = ?3 AND sequence = ?4
        """);

    private readonly Statement _writeOff = connection.Prepare("""
        UPDATE delivery SET status = 5, settled_at = ?1, overdue_at = NULL WHERE exchange_id = ?2 AND recipient = ?3 AND sequence = ?4
        """);

    private readonly Statement _recordOverdue = connection.Prepare("""
        UPDATE delivery SET overdue_at = NULL WHERE id = ?1 AND overdue_at IS NOT NULL AND status NOT IN (2, 5)
        """);

    private readonly Statement _readyNext = connection.Prepare("""
        UPDATE delivery SET ready = 1
        WHERE exchange_id = ?1 AND recipient = ?2 AND ready = 0 AND sequence = (
            SELECT sequence FROM delivery WHERE exchange_id = ?1 AND recipient = ?2 AND sequence > ?3 AND status NOT IN (2, 5)
            ORDER BY sequence LIMIT 1)
        """);

    /// <summary>Adds a delivery at the end of its pair.</summary>
    public void Add(ExchangeId exchange, NewDelivery delivery)
    {
        var (latest, clear) = LookBack(exchange, delivery.Recipient, long.MaxValue);
        _insert.With()
            .Bind(exchange.Value).Bind(delivery.Recipient).Bind(latest + 1).Bind(delivery.Id.Value).Bind(delivery.Message.Value)
            .Bind(delivery.Role).Bind(delivery.Event).Bind(delivery.Overtakes).Bind(delivery.Overtakes || clear).Bind(delivery.DueAt)
            .Bind(delivery.Clocked).Bind(delivery.CreatedAt).Bind(delivery.OverdueAt)
            .Execute();
    }

    public ImmutableArray<DeliveryRow> Lease(LeaseRequest request)
    {
        var due = new List<DeliveryRow>();
        foreach (var recipient in request.Recipients.Distinct().Where(recipient => recipients.Takes(recipient, request.Now)))
        {
            Collect(_waiting, recipient, request, due);
            Collect(_expired, recipient, request, due);
        }

        due.Sort(static (a, b) => (a.DueAt, a.Id.Value).CompareTo((b.DueAt, b.Id.Value)));
        var leased = ImmutableArray.CreateBuilder<DeliveryRow>(Math.Min(due.Count, request.CountMax));
        foreach (var row in due.Take(request.CountMax))
        {
            var relayedAt = row.RelayedAt ?? request.Now;
            _lease.With()
                .Bind(request.Token).Bind(request.Until).Bind(relayedAt).Bind(row.Exchange.Value).Bind(row.Recipient).Bind(row.Sequence)
                .Execute();
            leased.Add(row with
            {
                Status = DeliveryStatus.Leased, Attempts = row.Attempts + 1, LeaseToken = request.Token, LeaseUntil = request.Until,
                RelayedAt = relayedAt,
            });
        }

        return leased.ToImmutable();
    }

    /// <summary>Gives back what was leased and never handed out.</summary>
    public void Return(ImmutableArray<UnusedLease> leases)
    {
        foreach (var lease in leases)
        {
            _return.With().Bind(lease.LeasedAt).Bind(lease.Delivery.Value).Bind(lease.Token).Execute();
        }
    }

    /// <summary>
    /// A lease is held until another takes its place: an answer that comes after its end counts where nobody was handed the delivery
    /// since, which spares the recipient a second copy.
    /// </summary>
    public bool Settle(DeliverySettlement settlement, WriteEffects effects)
    {
        if (Find(settlement.Delivery) is not { } row)
        {
            return false;
        }

        if (row.Status != DeliveryStatus.Leased || row.LeaseToken != settlement.LeaseToken)
        {
            return row.Status == settlement.To;
        }

        var delivered = settlement.To == DeliveryStatus.Delivered;
        _settle.With()
            .Bind((long)settlement.To)
            .Bind(settlement is { To: DeliveryStatus.Pending, DueAt: { } again } ? again : row.DueAt)
            .Bind(delivered ? settlement.At : (DateTimeOffset?)null)
            .Bind(delivered ? null : row.OverdueAt)
            .Bind(settlement.Outcome).Bind(settlement.At).Bind(settlement.DetailCipher)
            .Bind(row.Exchange.Value).Bind(row.Recipient).Bind(row.Sequence)
            .Execute();
        if (settlement.Leaf is { } leaf)
        {
            leaves.Append(leaf);
        }

        Stop(row.Recipient, settlement);
        if (delivered)
        {
            MakeNextReady(row);
        }

        if (settlement.To is DeliveryStatus.Delivered or DeliveryStatus.Pending)
        {
            effects.Recipients.Add(row.Recipient);
        }

        return true;
    }

    /// <summary>Lets stopped deliveries go on or writes them off. Returns those that were.</summary>
    public ImmutableArray<DeliveryId> Resolve(
        ImmutableArray<DeliveryId> ids, DeliveryStatus from, DeliveryStatus to, DateTimeOffset at, LeafRow leaf, WriteEffects effects)
    {
        var resolved = ImmutableArray.CreateBuilder<DeliveryId>();
        foreach (var id in ids)
        {
            if (Find(id) is not { } row || row.Status != from)
            {
                continue;
            }

            var change = to == DeliveryStatus.Pending ? _goOn : _writeOff;
            change.With().Bind(at).Bind(row.Exchange.Value).Bind(row.Recipient).Bind(row.Sequence).Execute();
            if (to == DeliveryStatus.WrittenOff)
            {
                MakeNextReady(row);
            }

            effects.Recipients.Add(row.Recipient);
            resolved.Add(id);
        }

        if (resolved.Count > 0)
        {
            leaves.Append(leaf);
        }

        return resolved.ToImmutable();
    }

    /// <summary>False where it has no limit, or the limit was recorded, or it is finished.</summary>
    public bool RecordOverdue(DeliveryId id, LeafRow leaf)
    {
        var recorded = _recordOverdue.With().Bind(id.Value).Execute() == 1;
        if (recorded)
        {
            leaves.Append(leaf);
        }

        return recorded;
    }

    private void Stop(AgencyId recipient, DeliverySettlement settlement)
    {
        if (settlement.PauseRecipientUntil is { } until)
        {
            recipients.Pause(recipient, settlement.Outcome, until, settlement.At);
        }

        if (settlement.SuspendRecipient is { } suspension)
        {
            recipients.Suspend(recipient, suspension.Cause, settlement.At, suspension.Leaf);
        }
    }

    private void Collect(Statement statement, AgencyId recipient, LeaseRequest request, List<DeliveryRow> due)
    {
        using var rows = statement.With().Bind(recipient).Bind(request.Now).Bind(request.CountMax).Query();
        while (rows.Next())
        {
            due.Add(DeliveryReader.Read(rows));
        }
    }

    private DeliveryRow? Find(DeliveryId id)
    {
        using var rows = _find.With().Bind(id.Value).Query();
        return rows.Next() ? DeliveryReader.Read(rows) : null;
    }

    private void MakeNextReady(DeliveryRow finished)
    {
        var wasFirst = !finished.Overtakes || LookBack(finished.Exchange, finished.Recipient, finished.Sequence).Clear;
        if (wasFirst)
        {
            _readyNext.With().Bind(finished.Exchange.Value).Bind(finished.Recipient).Bind(finished.Sequence).Execute();
        }
    }

    /// <summary>
    /// The last sequence of the pair before <paramref name="sequence"/>, and whether all up to it are finished. Looking back ends at the
    /// first row that is unfinished (not clear) or finished without overtaking (clear, by the invariant).
    /// </summary>
    private (long Latest, bool Clear) LookBack(ExchangeId exchange, AgencyId recipient, long sequence)
    {
        using var rows = _latest.With().Bind(exchange.Value).Bind(recipient).Bind(sequence).Query();
        var latest = 0L;
        while (rows.Next())
        {
            latest = Math.Max(latest, rows.Int64(0));
            if ((DeliveryStatus)rows.Int32(1) is not (DeliveryStatus.Delivered or DeliveryStatus.WrittenOff))
            {
                return (latest, false);
            }

            if (!rows.Bool(2))
            {
                break;
            }
        }

        return (latest, true);
    }
}
