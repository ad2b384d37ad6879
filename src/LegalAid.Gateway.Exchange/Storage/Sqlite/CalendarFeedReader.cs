using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Reads the addresses of calendars.</summary>
internal sealed class CalendarFeedReader(Connection connection)
{
    public const string Columns =
        "id, token_hash, agency, station, lawyer_term, lawyer_cipher, request_key, request_digest, created_at, expires_at, revoked_at";

    private readonly Statement _find = connection.Prepare($"SELECT {Columns} FROM calendar_feed WHERE id = ?1");

    private readonly Statement _byToken = connection.Prepare($"SELECT {Columns} FROM calendar_feed WHERE token_hash = ?1");

    private readonly Statement _byRequest = connection.Prepare($"SELECT {Columns} FROM calendar_feed WHERE request_key = ?1");

    private readonly Statement _list = connection.Prepare($"""
        SELECT {Columns} FROM calendar_feed INDEXED BY calendar_feed_agency
        WHERE agency = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3
        """);

    public CalendarFeedRow? Find(CalendarFeedId id) => One(_find.With().Bind(id.Value));

    public CalendarFeedRow? FindByToken(ImmutableArray<byte> tokenHash) => One(_byToken.With().Bind(tokenHash.AsSpan()));

    public CalendarFeedRow? FindByRequest(ImmutableArray<byte> requestKey) => One(_byRequest.With().Bind(requestKey.AsSpan()));

    public ImmutableArray<CalendarFeedRow> List(AgencyId agency, CalendarFeedId? before, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<CalendarFeedRow>();
        using var rows = _list.With().Bind(agency).Bind(before?.Value ?? Guid.AllBitsSet).Bind((long)countMax).Query();
        while (rows.Next())
        {
            found.Add(Read(rows));
        }

        return found.ToImmutable();
    }

    private static CalendarFeedRow? One(Statement statement)
    {
        using var rows = statement.Query();
        return rows.Next() ? Read(rows) : null;
    }

    private static CalendarFeedRow Read(Statement.Rows row) => new(
        new CalendarFeedId(row.Uuid(0)), [.. row.Blob(1)], row.Agency(2), row.AgencyOrNull(3), row.BlobOrNull(4), row.BlobOrNull(5), [.. row.Blob(6)],
        [.. row.Blob(7)], row.Instant(8), row.Instant(9), row.InstantOrNull(10));
}
