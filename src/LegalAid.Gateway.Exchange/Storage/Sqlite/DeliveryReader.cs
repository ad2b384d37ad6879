using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Reads deliveries.</summary>
internal sealed class DeliveryReader(Connection connection)
{
    public const string Columns =
        "id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, "
        + "delivered_at, last_outcome";

    public const string FindSql = $"SELECT {Columns} FROM delivery WHERE id = ?1";

    private readonly Statement _find = connection.Prepare(FindSql);

    private readonly Statement _list = connection.Prepare($"SELECT {Columns} FROM delivery WHERE exchange_id = ?1");

    // One statement sees one snapshot: a delivery that passes from leased to waiting meanwhile is not missed.
    private readonly Statement _next = connection.Prepare("""
        SELECT min(at) FROM (
            SELECT min(due_at) AS at FROM delivery INDEXED BY delivery_waiting WHERE recipient = ?1 AND ready = 1 AND status = 0
            UNION ALL
            SELECT min(lease_until) FROM delivery INDEXED BY delivery_leased WHERE recipient = ?1 AND status = 1)
        """);

    public DeliveryRow? Find(DeliveryId id)
    {
        using var rows = _find.With().Bind(id.Value).Query();
        return rows.Next() ? Read(rows) : null;
    }

    public ImmutableArray<DeliveryRow> List(ExchangeId exchange)
    {
        var found = new List<DeliveryRow>();
        using var rows = _list.With().Bind(exchange.Value).Query();
        while (rows.Next())
        {
            found.Add(Read(rows));
        }

        // Messages of one exchange are few; a UUIDv7 sorts by the time it was made.
        found.Sort(static (a, b) => (a.Message.Value, a.Recipient).CompareTo((b.Message.Value, b.Recipient)));
        return [.. found];
    }

    public DateTimeOffset? NextAt(ImmutableArray<AgencyId> recipients)
    {
        DateTimeOffset? earliest = null;
        foreach (var recipient in recipients)
        {
            using var rows = _next.With().Bind(recipient).Query();
            if (rows.Next() && rows.InstantOrNull(0) is { } at && !(at >= earliest))
            {
                earliest = at;
            }
        }

        return earliest;
    }

    public static DeliveryRow Read(Statement.Rows rows) => new(
        new DeliveryId(rows.Uuid(0)), new ExchangeId(rows.Uuid(1)), new MessageId(rows.Uuid(2)), rows.Agency(3), rows.Text(4),
        rows.Int64(5), rows.Text(6), rows.Bool(7), (DeliveryStatus)rows.Int32(8), rows.Instant(9), rows.Int32(10), rows.UuidOrNull(11),
        rows.InstantOrNull(12), rows.InstantOrNull(13), rows.Text(14));
}
