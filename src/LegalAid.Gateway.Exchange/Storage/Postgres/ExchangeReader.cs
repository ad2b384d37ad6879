using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Reads exchanges, who is party to them, idempotency records and clocks.</summary>
internal sealed class ExchangeReader(StoreReader reader)
{
    public const string Columns =
        "e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, "
        + "e.next_clock_at, e.provisional, e.erase_at, e.control, e.data_key, e.view_cipher";

    public const string FindSql = $"SELECT {Columns} FROM exchange e WHERE e.id = $1";

    public const string IsPartySql = "SELECT 1 FROM party WHERE exchange_id = $1 AND agency = $2 LIMIT 1";

    public const string FindIdempotencySql = "SELECT key, digest, exchange_id, committed_at, answer_cipher FROM idempotency WHERE key = $1";

    public const string ClocksDueSql = """
        SELECT id FROM exchange WHERE next_clock_at IS NOT NULL AND next_clock_at <= $1 ORDER BY next_clock_at, id LIMIT $2
        """;

    public const string NextClockSql = "SELECT next_clock_at FROM exchange WHERE next_clock_at IS NOT NULL ORDER BY next_clock_at LIMIT 1";

    public const string ProvisionalSql = "SELECT id FROM exchange WHERE provisional AND id > $1 ORDER BY id LIMIT $2";

    public const string ErasureDueSql = """
        SELECT id FROM exchange WHERE erase_at IS NOT NULL AND data_key IS NOT NULL AND erase_at <= $1 ORDER BY erase_at, id LIMIT $2
        """;

    public const string DataKeysSql = "SELECT id, data_key FROM exchange WHERE id > $1 AND data_key IS NOT NULL ORDER BY id LIMIT $2";

    public Task<ExchangeRow?> FindAsync(ExchangeId id, CancellationToken cancellationToken) =>
        reader.FindAsync(FindSql, to => to.With(id.Value), Read, cancellationToken);

    public async Task<bool> IsPartyAsync(ExchangeId id, AgencyId agency, CancellationToken cancellationToken) =>
        !(await reader.ListAsync(IsPartySql, to => to.With(id.Value).With(agency.Value), static row => row.GetInt32(0), cancellationToken).ConfigureAwait(false)).IsEmpty;

    public Task<IdempotencyRow?> FindIdempotencyAsync(ImmutableArray<byte> key, CancellationToken cancellationToken) =>
        reader.FindAsync(FindIdempotencySql, to => to.With(key), ReadIdempotency, cancellationToken);

    public Task<ImmutableArray<ExchangeId>> ClocksDueAsync(DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(ClocksDueSql, to => to.With(civilNow).With((long)countMax), ReadId, cancellationToken);

    public async Task<DateTimeOffset?> NextClockAtAsync(CancellationToken cancellationToken)
    {
        var found = await reader.ListAsync(NextClockSql, static _ => { }, static row => row.Instant(0), cancellationToken).ConfigureAwait(false);
        return found.IsEmpty ? null : found[0];
    }

    public Task<ImmutableArray<ExchangeId>> ProvisionalAsync(ExchangeId? after, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(ProvisionalSql, to => to.With(after?.Value ?? Guid.Empty).With((long)countMax), ReadId, cancellationToken);

    public Task<ImmutableArray<ExchangeId>> ErasureDueAsync(DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(ErasureDueSql, to => to.With(civilNow).With((long)countMax), ReadId, cancellationToken);

    public Task<ImmutableArray<(ExchangeId Exchange, byte[] DataKey)>> DataKeysAsync(ExchangeId? after, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(
            DataKeysSql, to => to.With(after?.Value ?? Guid.Empty).With((long)countMax), static row => (ReadId(row), row.Blob(1)), cancellationToken);

    public static IdempotencyRow ReadIdempotency(NpgsqlDataReader row) =>
        new([.. row.Blob(0)], [.. row.Blob(1)], new ExchangeId(row.Uuid(2)), row.Blob(4), row.Instant(3));

    public static ExchangeRow Read(NpgsqlDataReader row) => Read(row, 0);

    public static ExchangeRow Read(NpgsqlDataReader row, int at) => new(
        new ExchangeId(row.Uuid(at)), row.GetString(at + 1), row.GetString(at + 2), row.Uuid(at + 3), row.GetInt64(at + 4), row.GetString(at + 5),
        row.GetBoolean(at + 6), row.TextOrNull(at + 7), row.Agency(at + 8), row.Instant(at + 9), row.Instant(at + 10), row.InstantOrNull(at + 11),
        row.GetBoolean(at + 12), row.Blob(at + 14), row.Blob(at + 16), row.BlobOrNull(at + 15))
    {
        EraseAt = row.InstantOrNull(at + 13),
    };

    private static ExchangeId ReadId(NpgsqlDataReader row) => new(row.Uuid(0));
}
