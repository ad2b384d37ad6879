using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Feeds;
using LegalAid.Gateway.Exchange.Ledger;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Writes and reads the addresses of calendars, each step with its leaf.</summary>
internal sealed class CalendarFeedTable(SoloWrites writes, StoreReader reader)
{
    private const string Columns =
        "id, token_hash, agency, station, lawyer_term, lawyer_cipher, request_key, request_digest, created_at, expires_at, revoked_at";

    public const string ForgetSql = """
        DELETE FROM calendar_feed WHERE id = ANY (ARRAY (
            SELECT id FROM calendar_feed WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    public const string AddSql = $"""
        INSERT INTO calendar_feed ({Columns}) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        WHERE (SELECT count(*) FROM calendar_feed WHERE agency = $3 AND revoked_at IS NULL AND expires_at > $9) < $12
        ON CONFLICT (request_key) DO NOTHING
        """;

    public const string RevokeSql = "UPDATE calendar_feed SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

    public const string FindSql = $"SELECT {Columns} FROM calendar_feed WHERE id = $1";

    public const string FindByTokenSql = $"SELECT {Columns} FROM calendar_feed WHERE token_hash = $1";

    public const string FindByRequestSql = $"SELECT {Columns} FROM calendar_feed WHERE request_key = $1";

    public const string ListSql =
        $"SELECT {Columns} FROM calendar_feed WHERE agency = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3";

    /// <summary>May be repeated over a lost answer: the second try finds the first one's row by the request's key, and so does who asked, by its id.</summary>
    public ValueTask<bool> AddAsync(CalendarFeedRow row, int openMax, LeafRow leaf, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: true,
        async transaction =>
        {
            await transaction.ExecuteAsync(
                ForgetSql, to => to.With(row.CreatedAt - CalendarFeedRow.KeptAfter).With((long)CalendarFeedRow.ForgottenMax)).ConfigureAwait(false);
            var added = await transaction.ExecuteAsync(
                AddSql,
                to => to.With(row.Id.Value).With(row.TokenHash).With(row.Agency).With(row.Station).With(row.LawyerTerm).With(row.LawyerCipher)
                    .With(row.RequestKey).With(row.RequestDigest).With(row.CreatedAt).With(row.ExpiresAt).With(row.RevokedAt)
                    .With((long)openMax)).ConfigureAwait(false) == 1;
            if (added)
            {
                await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
            }

            return (added, added);
        },
        cancellationToken);

    /// <summary>May be repeated over a lost answer: the second try finds it revoked, which is what was wanted.</summary>
    public ValueTask<bool> RevokeAsync(CalendarFeedId id, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: true,
        async transaction =>
        {
            var revoked = await transaction.ExecuteAsync(RevokeSql, to => to.With(id.Value).With(at)).ConfigureAwait(false) == 1;
            if (revoked)
            {
                await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
            }

            return (revoked, revoked);
        },
        cancellationToken);

    public Task<CalendarFeedRow?> FindAsync(CalendarFeedId id, CancellationToken cancellationToken) =>
        reader.FindAsync(FindSql, to => to.With(id.Value), Read, cancellationToken);

    public Task<CalendarFeedRow?> FindByTokenAsync(ImmutableArray<byte> tokenHash, CancellationToken cancellationToken) =>
        reader.FindAsync(FindByTokenSql, to => to.With(tokenHash), Read, cancellationToken);

    public Task<CalendarFeedRow?> FindByRequestAsync(ImmutableArray<byte> requestKey, CancellationToken cancellationToken) =>
        reader.FindAsync(FindByRequestSql, to => to.With(requestKey), Read, cancellationToken);

    public Task<ImmutableArray<CalendarFeedRow>> ListAsync(AgencyId agency, CalendarFeedId? before, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(ListSql, to => to.With(agency).With(before?.Value).With((long)countMax), Read, cancellationToken);

    private static CalendarFeedRow Read(NpgsqlDataReader row) => new(
        new CalendarFeedId(row.Uuid(0)), [.. row.Blob(1)], row.Agency(2), row.AgencyOrNull(3), row.BlobOrNull(4), row.BlobOrNull(5), [.. row.Blob(6)],
        [.. row.Blob(7)], row.Instant(8), row.Instant(9), row.InstantOrNull(10));
}
