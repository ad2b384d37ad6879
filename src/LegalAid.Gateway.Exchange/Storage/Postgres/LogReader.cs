using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Reads leaves, the log's head and tiles, and checkpoints.</summary>
internal sealed class LogReader(StoreReader reader)
{
    private const string LeafColumns = "id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index";

    private const string CheckpointColumns = "origin, size, root, signed_at, note";

    public const string HeadSql = "SELECT origin, epoch, size, root FROM log_head WHERE one";

    public const string UnindexedSql = "SELECT id, hash FROM leaf WHERE log_index IS NULL ORDER BY id LIMIT $1";

    public const string TilesSql = """
        SELECT t.level, t.position, t.hashes FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS n (level, position, ord)
        JOIN log_tile t ON t.level = n.level AND t.position = n.position ORDER BY n.ord
        """;

    public const string ListLogSql =
        $"SELECT {LeafColumns} FROM leaf WHERE log_index IS NOT NULL AND log_index >= $1 ORDER BY log_index LIMIT $2";

    public const string ListLeavesSql = $"SELECT {LeafColumns} FROM leaf WHERE exchange_id = $1 AND id > $2 ORDER BY id LIMIT $3";

    public const string FindLeafSql = $"SELECT {LeafColumns} FROM leaf WHERE id = $1";

    public const string FindMessageLeafSql =
        $"SELECT {LeafColumns} FROM leaf WHERE exchange_id = $1 AND subject = $2 AND kind = 'message' ORDER BY id LIMIT 1";

    public const string LatestCheckpointSql = $"SELECT {CheckpointColumns} FROM checkpoint ORDER BY size DESC, origin DESC LIMIT 1";

    public const string FindCheckpointSql = $"SELECT {CheckpointColumns} FROM checkpoint WHERE size >= $1 ORDER BY size, origin LIMIT 1";

    public const string ListCheckpointsSql = $"SELECT {CheckpointColumns} FROM checkpoint WHERE size > $1 ORDER BY size, origin LIMIT $2";

    public Task<LogHead?> FindHeadAsync(CancellationToken cancellationToken) => reader.FindAsync(
        HeadSql, static _ => { }, static row => new LogHead(row.GetString(0), row.GetInt64(1), row.GetInt64(2), [.. row.Blob(3)]), cancellationToken);

    public Task<ImmutableArray<UnindexedLeaf>> ListUnindexedAsync(int countMax, CancellationToken cancellationToken) => reader.ListAsync(
        UnindexedSql, to => to.With((long)countMax), static row => new UnindexedLeaf(new LeafId(row.Uuid(0)), row.Blob(1)), cancellationToken);

    public Task<ImmutableArray<LogTile>> ReadTilesAsync(ImmutableArray<TileId> ids, CancellationToken cancellationToken) => reader.ListAsync(
        TilesSql, to => to.With(ids.Select(static id => id.Level).ToArray()).With(ids.Select(static id => id.Position).ToArray()),
        static row => new LogTile(new TileId(row.GetInt32(0), row.GetInt64(1)), row.Blob(2)), cancellationToken);

    public Task<ImmutableArray<IndexedLeaf>> ListLogAsync(long fromIndex, int countMax, CancellationToken cancellationToken) => reader.ListAsync(
        ListLogSql, to => to.With(fromIndex).With((long)countMax), static row => new IndexedLeaf(row.GetInt64(8), ReadLeaf(row)), cancellationToken);

    public Task<ImmutableArray<LeafRow>> ListLeavesAsync(ExchangeId id, LeafId? after, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(
            ListLeavesSql, to => to.With(id.Value).With(after?.Value ?? Guid.Empty).With((long)countMax), ReadLeaf, cancellationToken);

    public Task<(LeafRow Leaf, long? Index)?> FindLeafAsync(LeafId id, CancellationToken cancellationToken) =>
        FindLeafAsync(FindLeafSql, to => to.With(id.Value), cancellationToken);

    public Task<(LeafRow Leaf, long? Index)?> FindMessageLeafAsync(ExchangeId exchange, MessageId message, CancellationToken cancellationToken) =>
        FindLeafAsync(FindMessageLeafSql, to => to.With(exchange.Value).With(message.Value), cancellationToken);

    public Task<CheckpointRow?> LatestCheckpointAsync(CancellationToken cancellationToken) =>
        reader.FindAsync(LatestCheckpointSql, static _ => { }, ReadCheckpoint, cancellationToken);

    public Task<CheckpointRow?> FindCheckpointAsync(long size, CancellationToken cancellationToken) =>
        reader.FindAsync(FindCheckpointSql, to => to.With(size), ReadCheckpoint, cancellationToken);

    public Task<ImmutableArray<CheckpointRow>> ListCheckpointsAsync(long afterSize, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(ListCheckpointsSql, to => to.With(afterSize).With((long)countMax), ReadCheckpoint, cancellationToken);

    private async Task<(LeafRow Leaf, long? Index)?> FindLeafAsync(
        string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellationToken)
    {
        var found = await reader.ListAsync(sql, bind, static row => (ReadLeaf(row), row.Int64OrNull(8)), cancellationToken).ConfigureAwait(false);
        return found.IsEmpty ? null : found[0];
    }

    private static LeafRow ReadLeaf(NpgsqlDataReader row) => new(
        new LeafId(row.Uuid(0)), row.GetString(1), row.UuidOrNull(2) is { } of ? new ExchangeId(of) : null, row.UuidOrNull(3), row.AgencyOrNull(4),
        row.Instant(5), row.Blob(6), row.Blob(7));

    private static CheckpointRow ReadCheckpoint(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), [.. row.Blob(2)], row.Instant(3), row.GetString(4));
}
