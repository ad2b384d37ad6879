using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Writes the addresses of calendars, each step with its leaf.</summary>
internal sealed class CalendarFeedWriter(Connection connection, LeafWriter leaves)
{
    private readonly Statement _forget = connection.Prepare("""
        DELETE FROM calendar_feed
        WHERE id IN (SELECT id FROM calendar_feed WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
        """);

    private readonly Statement _add = connection.Prepare($"""
        INSERT INTO calendar_feed ({CalendarFeedReader.Columns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
        WHERE (SELECT count(*) FROM calendar_feed INDEXED BY calendar_feed_agency WHERE agency = ?3 AND revoked_at IS NULL AND expires_at > ?9) < ?12
        ON CONFLICT (request_key) DO NOTHING
        """);

    private readonly Statement _revoke = connection.Prepare("UPDATE calendar_feed SET revoked_at = ?1 WHERE id = ?2 AND revoked_at IS NULL");

    public bool Add(CalendarFeedRow row, int openMax, LeafRow leaf)
    {
        _forget.With().Bind(row.CreatedAt - CalendarFeedRow.KeptAfter).Bind((long)CalendarFeedRow.ForgottenMax).Execute();
        var added = _add.With()
            .Bind(row.Id.Value).Bind(row.TokenHash.AsSpan()).Bind(row.Agency).Bind(row.Station).Bind(row.LawyerTerm).Bind(row.LawyerCipher)
            .Bind(row.RequestKey.AsSpan()).Bind(row.RequestDigest.AsSpan()).Bind(row.CreatedAt).Bind(row.ExpiresAt).Bind(row.RevokedAt)
            .Bind((long)openMax)
            .Execute() == 1;
        if (added)
        {
            leaves.Append(leaf);
        }

        return added;
    }

    public bool Revoke(CalendarFeedId id, DateTimeOffset at, LeafRow leaf)
    {
        var revoked = _revoke.With().Bind(at).Bind(id.Value).Execute() == 1;
        if (revoked)
        {
            leaves.Append(leaf);
        }

        return revoked;
    }
}
