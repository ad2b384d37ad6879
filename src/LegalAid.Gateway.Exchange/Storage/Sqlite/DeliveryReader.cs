using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Reads deliveries and what is known of their recipients.</summary>
internal sealed class DeliveryReader(Connection connection)
{
    public const string Columns =
        "id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, "
        + "delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher";

    public const string FindSql = $"SELECT {Columns} FROM delivery WHERE id = ?1";

    private readonly Statement _find = connection.Prepare(FindSql);

    private readonly Statement _list = connection.Prepare($"SELECT {Columns} FROM delivery WHERE exchange_id = ?1");

    // One statement sees one snapshot: a delivery that passes from leased to waiting meanwhile is not missed.
    private readonly Statement _next = connection.Prepare("""
        SELECT min(at), (SELECT paused_until FROM recipient WHERE agency = ?1), (SELECT suspended FROM recipient WHERE agency = ?1) FROM (
            SELECT min(due_at) AS at FROM delivery INDEXED BY delivery_waiting WHERE recipient = ?1 AND ready = 1 AND status = 0
            UNION ALL
            SELECT min(lease_until) FROM delivery INDEXED BY delivery_leased WHERE recipient = ?1 AND status = 1)
        """);

    private readonly Statement _recipients = connection.Prepare(
        "SELECT agency, suspended, cause, paused_until, changed_at FROM recipient ORDER BY agency");

    private readonly Statement _open = connection.Prepare("""
        SELECT recipient, status, last_outcome, created_at FROM delivery INDEXED BY delivery_open WHERE status NOT IN (2, 5)
        """);

    private readonly Statement _stopped = connection.Prepare($"""
        SELECT {Columns} FROM delivery INDEXED BY delivery_stopped
        WHERE status IN (3, 4) AND status = ?1 AND (settled_at, id) > (?2, ?3) AND settled_at < ?4
            AND (?5 IS NULL OR recipient = ?5) AND (?6 IS NULL OR last_outcome = ?6) AND (?7 IS NULL OR exchange_id = ?7)
        ORDER BY settled_at, id LIMIT ?8
        """);

    private readonly Statement _overdue = connection.Prepare($"""
        SELECT {Columns} FROM delivery INDEXED BY delivery_overdue
        WHERE overdue_at IS NOT NULL AND overdue_at <= ?1 AND status NOT IN (2, 5) ORDER BY overdue_at LIMIT ?2
        """);

    public DeliveryRow? Find(DeliveryId id)
    {
        using var rows = _find.With().Bind(id.Value).Query();
        return rows.Next() ? Read(rows) : null;
    }

    public ImmutableArray<DeliveryRow> List(ExchangeId exchange)
    {
        // Messages of one exchange are few; a UUIDv7 sorts by the time it was made.
        using var rows = _list.With().Bind(exchange.Value).Query();
        return ReadAll(rows).Sort(static (a, b) => (a.Message.Value, a.Recipient).CompareTo((b.Message.Value, b.Recipient)));
    }

    public DateTimeOffset? NextAt(ImmutableArray<AgencyId> recipients)
    {
        DateTimeOffset? earliest = null;
        foreach (var recipient in recipients)
        {
            using var rows = _next.With().Bind(recipient).Query();
            if (!rows.Next() || rows.InstantOrNull(0) is not { } waiting || rows.Bool(2))
            {
                continue;
            }

            var at = rows.InstantOrNull(1) is { } paused && paused > waiting ? paused : waiting;
            earliest = earliest < at ? earliest : at;
        }

        return earliest;
    }

    public ImmutableArray<RecipientRow> Recipients()
    {
        var found = ImmutableArray.CreateBuilder<RecipientRow>();
        using var rows = _recipients.With().Query();
        while (rows.Next())
        {
            found.Add(new RecipientRow(rows.Agency(0), rows.Bool(1), rows.Text(2), rows.InstantOrNull(3), rows.Instant(4)));
        }

        return found.ToImmutable();
    }

    /// <summary>
    /// Counted here and not by SQLite: an index by status and outcome would be written at every lease and every outcome, for a question
    /// that is asked now and then of what is unfinished.
    /// </summary>
    public ImmutableArray<DeliveryCount> Count()
    {
        var counts = new Dictionary<(AgencyId Recipient, DeliveryStatus Status, string Outcome), (long Count, DateTimeOffset Oldest)>();
        using var rows = _open.With().Query();
        while (rows.Next())
        {
            var (kind, at) = ((rows.Agency(0), (DeliveryStatus)rows.Int32(1), rows.Text(2)), rows.Instant(3));
            counts[kind] = counts.TryGetValue(kind, out var known) ? (known.Count + 1, known.Oldest < at ? known.Oldest : at) : (1, at);
        }

        return
        [
            .. counts.Select(entry => new DeliveryCount(entry.Key.Recipient, entry.Key.Status, entry.Key.Outcome, entry.Value.Count, entry.Value.Oldest))
                .OrderBy(count => (count.Recipient, count.Status)).ThenBy(count => count.Outcome, StringComparer.Ordinal),
        ];
    }

    public ImmutableArray<DeliveryRow> Stopped(StoppedQuery query)
    {
        // An instant is at or after From where it is after the instant before, under every id.
        var (after, id) = query.After is { } last && !(last.SettledAt < query.From)
            ? (last.SettledAt.UtcTicks, last.Id.Value)
            : ((query.From?.UtcTicks ?? 0) - 1, Guid.AllBitsSet);
        using var rows = _stopped.With()
            .Bind((long)query.Status).Bind(after).Bind(id).Bind(query.Until?.UtcTicks ?? long.MaxValue).Bind(query.Recipient)
            .Bind(query.Outcome).Bind(query.Exchange?.Value).Bind(query.CountMax)
            .Query();
        return ReadAll(rows);
    }

    public ImmutableArray<DeliveryRow> Overdue(DateTimeOffset now, int countMax)
    {
        using var rows = _overdue.With().Bind(now).Bind(countMax).Query();
        return ReadAll(rows);
    }

    public static DeliveryRow Read(Statement.Rows rows) => new(
        new DeliveryId(rows.Uuid(0)), new ExchangeId(rows.Uuid(1)), new MessageId(rows.Uuid(2)), rows.Agency(3), rows.Text(4),
        rows.Int64(5), rows.Text(6), rows.Bool(7), (DeliveryStatus)rows.Int32(8), rows.Instant(9), rows.Int32(10), rows.UuidOrNull(11),
        rows.InstantOrNull(12), rows.InstantOrNull(13), rows.Text(14))
    {
        Clocked = rows.Bool(15),
        CreatedAt = rows.Instant(16),
        RelayedAt = rows.InstantOrNull(17),
        OverdueAt = rows.InstantOrNull(18),
        SettledAt = rows.InstantOrNull(19),
        DetailCipher = rows.BlobOrNull(20),
    };

    private static ImmutableArray<DeliveryRow> ReadAll(Statement.Rows rows)
    {
        var found = ImmutableArray.CreateBuilder<DeliveryRow>();
        while (rows.Next())
        {
            found.Add(Read(rows));
        }

        return found.ToImmutable();
    }
}
