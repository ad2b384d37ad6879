using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Reads deliveries and what is known of their recipients.</summary>
internal sealed class DeliveryReader(StoreReader reader)
{
    public const string ColumnsOfD =
        "d.id, d.exchange_id, d.message_id, d.recipient, d.role, d.sequence, d.event, d.overtakes, d.status, d.due_at, d.attempts, "
        + "d.lease_token, d.lease_until, d.delivered_at, d.last_outcome, d.clocked, d.created_at, d.relayed_at, d.overdue_at, d.settled_at, "
        + "d.detail_cipher";

    public const string FindSql = $"SELECT {ColumnsOfD} FROM delivery d WHERE d.id = $1";

    public const string ListSql = $"SELECT {ColumnsOfD} FROM delivery d WHERE d.exchange_id = $1";

    // A pause puts a recipient off, a suspension takes it out. One statement sees one snapshot: a delivery that passes from leased to waiting
    // meanwhile is not missed.
    public const string NextSql = """
        SELECT min(greatest(due.at, r.paused_until)) FROM unnest($1::text[]) AS n (agency)
        LEFT JOIN recipient r ON r.agency = n.agency
        CROSS JOIN LATERAL (
            SELECT least(
                (SELECT d.due_at FROM delivery d WHERE d.recipient = n.agency AND d.ready AND d.status = 0 ORDER BY d.due_at LIMIT 1),
                (SELECT d.lease_until FROM delivery d WHERE d.recipient = n.agency AND d.status = 1 ORDER BY d.lease_until LIMIT 1)) AS at) AS due
        WHERE r.suspended IS NOT TRUE AND due.at IS NOT NULL
        """;

    public const string ListRecipientsSql = "SELECT agency, suspended, cause, paused_until, changed_at FROM recipient ORDER BY agency";

    // Each of the three by its partial index: an index of all that is unfinished would be written once more at every lease.
    public const string CountSql = """
        SELECT recipient, status, last_outcome, count(*), min(created_at) FROM (
            SELECT recipient, status, last_outcome, created_at FROM delivery WHERE status = 0
            UNION ALL SELECT recipient, status, last_outcome, created_at FROM delivery WHERE status = 1
            UNION ALL SELECT recipient, status, last_outcome, created_at FROM delivery WHERE status IN (3, 4)) AS unfinished
        GROUP BY recipient, status, last_outcome ORDER BY recipient, status, last_outcome
        """;

    public const string ListStoppedSql = $"""
        SELECT {ColumnsOfD} FROM delivery d
        WHERE d.status IN (3, 4) AND d.status = $1 AND (d.settled_at, d.id) > ($2, $3)
            AND ($4::text IS NULL OR d.recipient = $4) AND ($5::text IS NULL OR d.last_outcome = $5)
            AND ($6::uuid IS NULL OR d.exchange_id = $6)
            AND d.settled_at >= $7 AND d.settled_at < $8
        ORDER BY d.settled_at, d.id LIMIT $9
        """;

    public const string ListOverdueSql = $"""
        SELECT {ColumnsOfD} FROM delivery d WHERE d.overdue_at IS NOT NULL AND d.overdue_at <= $1 ORDER BY d.overdue_at, d.id LIMIT $2
        """;

    public Task<DeliveryRow?> FindAsync(DeliveryId id, CancellationToken cancellationToken) =>
        reader.FindAsync(FindSql, to => to.With(id.Value), Read, cancellationToken);

    public async Task<ImmutableArray<DeliveryRow>> ListAsync(ExchangeId exchange, CancellationToken cancellationToken)
    {
        var found = await reader.ListAsync(ListSql, to => to.With(exchange.Value), Read, cancellationToken).ConfigureAwait(false);

        // Messages of one exchange are few; a UUIDv7 sorts by the time it was made.
        return found.Sort(static (a, b) => (a.Message.Value, a.Recipient).CompareTo((b.Message.Value, b.Recipient)));
    }

    public async Task<DateTimeOffset?> NextAtAsync(ImmutableArray<AgencyId> recipients, CancellationToken cancellationToken)
    {
        var found = await reader.ListAsync(
            NextSql, to => to.With(recipients.Select(static agency => agency.Value).ToArray()), static row => row.InstantOrNull(0), cancellationToken)
            .ConfigureAwait(false);
        return found[0];
    }

    public Task<ImmutableArray<RecipientRow>> ListRecipientsAsync(CancellationToken cancellationToken) => reader.ListAsync(
        ListRecipientsSql, static _ => { },
        static row => new RecipientRow(row.Agency(0), row.GetBoolean(1), row.GetString(2), row.InstantOrNull(3), row.Instant(4)), cancellationToken);

    public Task<ImmutableArray<DeliveryCount>> CountAsync(CancellationToken cancellationToken) => reader.ListAsync(
        CountSql, static _ => { },
        static row => new DeliveryCount(row.Agency(0), (DeliveryStatus)row.GetInt16(1), row.GetString(2), row.GetInt64(3), row.Instant(4)),
        cancellationToken);

    public Task<ImmutableArray<DeliveryRow>> ListStoppedAsync(StoppedQuery query, CancellationToken cancellationToken) => reader.ListAsync(
        ListStoppedSql,
        to => to.With((int)query.Status)
            .With(query.After?.SettledAt ?? DateTimeOffset.MinValue).With(query.After?.Id.Value ?? Guid.Empty)
            .With(query.Recipient).With(query.Outcome).With(query.Exchange?.Value)
            .With(query.From ?? DateTimeOffset.MinValue).With(query.Until ?? DateTimeOffset.MaxValue).With((long)query.CountMax),
        Read, cancellationToken);

    public Task<ImmutableArray<DeliveryRow>> ListOverdueAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(ListOverdueSql, to => to.With(now).With((long)countMax), Read, cancellationToken);

    public static DeliveryRow Read(NpgsqlDataReader row) => new(
        new DeliveryId(row.Uuid(0)), new ExchangeId(row.Uuid(1)), new MessageId(row.Uuid(2)), row.Agency(3), row.GetString(4), row.GetInt64(5),
        row.GetString(6), row.GetBoolean(7), (DeliveryStatus)row.GetInt16(8), row.Instant(9), row.GetInt32(10), row.UuidOrNull(11),
        row.InstantOrNull(12), row.InstantOrNull(13), row.GetString(14))
    {
        Clocked = row.GetBoolean(15), CreatedAt = row.Instant(16), RelayedAt = row.InstantOrNull(17), OverdueAt = row.InstantOrNull(18),
        SettledAt = row.InstantOrNull(19), DetailCipher = row.BlobOrNull(20),
    };
}
