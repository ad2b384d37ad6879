using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Reads exchanges, who is party to them, idempotency records and clocks.</summary>
internal sealed class ExchangeReader(Connection connection)
{
    public const string Columns =
        "e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, "
        + "e.updated_at, e.next_clock_at, e.provisional, e.control, e.data_key, e.view_cipher, e.erase_at";

    public const string FindIdempotencySql =
        "SELECT key, digest, exchange_id, committed_at, answer_cipher FROM idempotency WHERE key = ?1";

    private readonly Statement _find = connection.Prepare($"SELECT {Columns} FROM exchange e WHERE e.id = ?1");

    private readonly Statement _isParty = connection.Prepare("SELECT 1 FROM party WHERE exchange_id = ?1 AND agency = ?2 LIMIT 1");

    private readonly Statement _findIdempotency = connection.Prepare(FindIdempotencySql);

    private readonly Statement _clocksDue = connection.Prepare("""
        SELECT id FROM exchange INDEXED BY exchange_clock WHERE next_clock_at IS NOT NULL AND next_clock_at <= ?1
        ORDER BY next_clock_at, id LIMIT ?2
        """);

    private readonly Statement _nextClock = connection.Prepare(
        "SELECT min(next_clock_at) FROM exchange INDEXED BY exchange_clock WHERE next_clock_at IS NOT NULL");

    private readonly Statement _provisional = connection.Prepare("""
        SELECT id FROM exchange INDEXED BY exchange_provisional WHERE provisional = 1 AND id > ?1 ORDER BY id LIMIT ?2
        """);

    private readonly Statement _erasureDue = connection.Prepare("""
        SELECT id FROM exchange INDEXED BY exchange_erase WHERE erase_at IS NOT NULL AND data_key IS NOT NULL AND erase_at <= ?1
        ORDER BY erase_at, id LIMIT ?2
        """);

    private readonly Statement _dataKeys = connection.Prepare("""
        SELECT id, data_key FROM exchange INDEXED BY exchange_id WHERE id > ?1 AND data_key IS NOT NULL ORDER BY id LIMIT ?2
        """);

    public ExchangeRow? Find(ExchangeId id)
    {
        using var rows = _find.With().Bind(id.Value).Query();
        return rows.Next() ? Read(rows) : null;
    }

    public bool IsParty(ExchangeId id, AgencyId agency)
    {
        using var rows = _isParty.With().Bind(id.Value).Bind(agency.Value).Query();
        return rows.Next();
    }

    public IdempotencyRow? FindIdempotency(ImmutableArray<byte> key) => ReadIdempotency(_findIdempotency, key);

    public ImmutableArray<ExchangeId> ClocksDue(DateTimeOffset civilNow, int countMax)
    {
        using var rows = _clocksDue.With().Bind(civilNow).Bind(countMax).Query();
        return ReadIds(rows);
    }

    public DateTimeOffset? NextClockAt()
    {
        using var rows = _nextClock.With().Query();
        return rows.Next() ? rows.InstantOrNull(0) : null;
    }

    public ImmutableArray<ExchangeId> Provisional(ExchangeId? after, int countMax)
    {
        using var rows = _provisional.With().Bind(after?.Value ?? Guid.Empty).Bind(countMax).Query();
        return ReadIds(rows);
    }

    public ImmutableArray<ExchangeId> ErasureDue(DateTimeOffset civilNow, int countMax)
    {
        using var rows = _erasureDue.With().Bind(civilNow).Bind(countMax).Query();
        return ReadIds(rows);
    }

    public ImmutableArray<(ExchangeId Exchange, byte[] DataKey)> DataKeys(ExchangeId? after, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<(ExchangeId, byte[])>();
        using var rows = _dataKeys.With().Bind(after?.Value ?? Guid.Empty).Bind(countMax).Query();
        while (rows.Next())
        {
            found.Add((new ExchangeId(rows.Uuid(0)), rows.Blob(1)));
        }

        return found.ToImmutable();
    }

    public static IdempotencyRow? ReadIdempotency(Statement find, ImmutableArray<byte> key)
    {
        using var rows = find.With().Bind(key.AsSpan()).Query();
        return rows.Next()
            ? new IdempotencyRow([.. rows.Blob(0)], [.. rows.Blob(1)], new ExchangeId(rows.Uuid(2)), rows.Blob(4), rows.Instant(3))
            : null;
    }

    public static ExchangeRow Read(Statement.Rows rows) => new(
        new ExchangeId(rows.Uuid(0)), rows.Text(1), rows.Text(2), rows.Uuid(3), rows.Int64(4), rows.Text(5), rows.Bool(6),
        rows.TextOrNull(7), rows.Agency(8), rows.Instant(9), rows.Instant(10), rows.InstantOrNull(11), rows.Bool(12), rows.Blob(13),
        rows.Blob(15), rows.BlobOrNull(14))
    {
        EraseAt = rows.InstantOrNull(16),
    };

    private static ImmutableArray<ExchangeId> ReadIds(Statement.Rows rows)
    {
        var found = ImmutableArray.CreateBuilder<ExchangeId>();
        while (rows.Next())
        {
            found.Add(new ExchangeId(rows.Uuid(0)));
        }

        return found.ToImmutable();
    }
}
