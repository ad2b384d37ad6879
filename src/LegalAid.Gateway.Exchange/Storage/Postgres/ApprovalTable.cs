using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Approvals;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Writes and reads what takes two people, each step with its leaf.</summary>
internal sealed class ApprovalTable(SoloWrites writes, StoreReader reader)
{
    private const string Columns = """
        id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
        decision_reason, ended_at, outcome
        """;

    public const string AddSql = $"""
        INSERT INTO approval ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """;

    public const string MoveSql = """
        UPDATE approval SET status = $3, decided_by = $4, decided_name = $5, decided_at = $6, decision_reason = $7, ended_at = $8, outcome = $9
        WHERE id = $1 AND status = $2
        """;

    public const string FindSql = $"SELECT {Columns} FROM approval WHERE id = $1";

    public const string ListSql = $"SELECT {Columns} FROM approval WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2";

    public const string ListInSql = $"SELECT {Columns} FROM approval WHERE status = $3 AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2";

    /// <summary>Not repeated over a lost answer: the second try would find the first one's row. Who asked looks whether it is there.</summary>
    public async ValueTask AddAsync(ApprovalRow row, LeafRow leaf, CancellationToken cancellationToken) => await writes.RunAsync(
        repeatable: false,
        async transaction =>
        {
            await transaction.ExecuteAsync(
                AddSql,
                to => to.With(row.Id.Value).With(row.Act).With(row.Order).With(row.Digest).With(row.Reason).With(row.AskedBy).With(row.AskedName)
                    .With(row.AskedAt).With(row.ExpiresAt).With((int)row.Status).With(row.DecidedBy).With(row.DecidedName).With(row.DecidedAt)
                    .With(row.DecisionReason).With(row.EndedAt).With(row.Outcome)).ConfigureAwait(false);
            await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
            return (true, true);
        },
        cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> MoveAsync(ApprovalRow after, ApprovalStatus from, LeafRow leaf, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: false,
        async transaction =>
        {
            var moved = await transaction.ExecuteAsync(
                MoveSql,
                to => to.With(after.Id.Value).With((int)from).With((int)after.Status).With(after.DecidedBy).With(after.DecidedName).With(after.DecidedAt)
                    .With(after.DecisionReason).With(after.EndedAt).With(after.Outcome)).ConfigureAwait(false) == 1;
            if (moved)
            {
                await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
            }

            return (moved, moved);
        },
        cancellationToken);

    public Task<ApprovalRow?> FindAsync(ApprovalId id, CancellationToken cancellationToken) =>
        reader.FindAsync(FindSql, to => to.With(id.Value), Read, cancellationToken);

    public Task<ImmutableArray<ApprovalRow>> ListAsync(ApprovalStatus? status, ApprovalId? before, int countMax, CancellationToken cancellationToken) =>
        status is { } one
            ? reader.ListAsync(ListInSql, to => to.With(before?.Value).With((long)countMax).With((int)one), Read, cancellationToken)
            : reader.ListAsync(ListSql, to => to.With(before?.Value).With((long)countMax), Read, cancellationToken);

    private static ApprovalRow Read(NpgsqlDataReader row) => new(
        new ApprovalId(row.Uuid(0)), row.GetString(1), [.. row.Blob(2)], row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
        row.Instant(7), row.Instant(8), (ApprovalStatus)row.GetInt32(9), row.TextOrNull(10), row.TextOrNull(11), row.InstantOrNull(12), row.GetString(13),
        row.InstantOrNull(14), row.GetString(15));
}
