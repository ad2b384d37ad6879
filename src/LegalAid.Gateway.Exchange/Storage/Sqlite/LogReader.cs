using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Reads the evidence log.</summary>
internal sealed class LogReader(Connection connection)
{
    private const string LeafColumns = "id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index";
    private const string CheckpointColumns = "origin, size, root, signed_at, note";

    private readonly Statement _head = connection.Prepare("SELECT origin, epoch, size, root FROM log_head WHERE one = 1");

    private readonly Statement _unindexed = connection.Prepare(
        "SELECT id, hash FROM leaf INDEXED BY leaf_unindexed WHERE log_index IS NULL ORDER BY id LIMIT ?1");

    private readonly Statement _tile = connection.Prepare("SELECT hashes FROM log_tile WHERE level = ?1 AND position = ?2");

    private readonly Statement _listLog = connection.Prepare(
        $"SELECT {LeafColumns} FROM leaf INDEXED BY leaf_log_index WHERE log_index >= ?1 ORDER BY log_index LIMIT ?2");

    private readonly Statement _findLeaf = connection.Prepare($"SELECT {LeafColumns} FROM leaf WHERE id = ?1");

    private readonly Statement _findMessageLeaf = connection.Prepare($"""
        SELECT {LeafColumns} FROM leaf INDEXED BY leaf_exchange
        WHERE exchange_id = ?1 AND subject = ?2 AND kind = '{LeafKinds.Message}' LIMIT 1
        """);

    private readonly Statement _latestCheckpoint = connection.Prepare(
        $"SELECT {CheckpointColumns} FROM checkpoint ORDER BY size DESC, origin DESC LIMIT 1");

    private readonly Statement _findCheckpoint = connection.Prepare(
        $"SELECT {CheckpointColumns} FROM checkpoint WHERE size >= ?1 ORDER BY size, origin LIMIT 1");

    private readonly Statement _listCheckpoints = connection.Prepare(
        $"SELECT {CheckpointColumns} FROM checkpoint WHERE size > ?1 ORDER BY size, origin LIMIT ?2");

    public LogHead? Head()
    {
        using var rows = _head.With().Query();
        return rows.Next() ? new LogHead(rows.Text(0), rows.Int64(1), rows.Int64(2), [.. rows.Blob(3)]) : null;
    }

    public ImmutableArray<UnindexedLeaf> Unindexed(int countMax)
    {
        var found = ImmutableArray.CreateBuilder<UnindexedLeaf>();
        using var rows = _unindexed.With().Bind(countMax).Query();
        while (rows.Next())
        {
            found.Add(new UnindexedLeaf(new LeafId(rows.Uuid(0)), rows.Blob(1)));
        }

        return found.ToImmutable();
    }

    public ImmutableArray<LogTile> Tiles(ImmutableArray<TileId> ids)
    {
        var found = ImmutableArray.CreateBuilder<LogTile>(ids.Length);
        foreach (var id in ids)
        {
            using var rows = _tile.With().Bind(id.Level).Bind(id.Position).Query();
            if (rows.Next())
            {
                found.Add(new LogTile(id, rows.Blob(0)));
            }
        }

        return found.ToImmutable();
    }

    public ImmutableArray<IndexedLeaf> List(long fromIndex, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<IndexedLeaf>();
        using var rows = _listLog.With().Bind(fromIndex).Bind(countMax).Query();
        while (rows.Next())
        {
            found.Add(new IndexedLeaf(rows.Int64(8), ReadLeaf(rows)));
        }

        return found.ToImmutable();
    }

    public (LeafRow Leaf, long? Index)? FindLeaf(LeafId id) => One(_findLeaf.With().Bind(id.Value));

    public (LeafRow Leaf, long? Index)? FindMessageLeaf(ExchangeId exchange, MessageId message) =>
        One(_findMessageLeaf.With().Bind(exchange.Value).Bind(message.Value));

    public CheckpointRow? LatestCheckpoint() => Checkpoints(_latestCheckpoint.With()).FirstOrDefault();

    public CheckpointRow? FindCheckpoint(long size) => Checkpoints(_findCheckpoint.With().Bind(size)).FirstOrDefault();

    public ImmutableArray<CheckpointRow> ListCheckpoints(long afterSize, int countMax) =>
        Checkpoints(_listCheckpoints.With().Bind(afterSize).Bind(countMax));

    private static (LeafRow Leaf, long? Index)? One(Statement bound)
    {
        using var rows = bound.Query();
        return rows.Next() ? (ReadLeaf(rows), rows.IsNull(8) ? null : rows.Int64(8)) : null;
    }

    private static ImmutableArray<CheckpointRow> Checkpoints(Statement bound)
    {
        var found = ImmutableArray.CreateBuilder<CheckpointRow>();
        using var rows = bound.Query();
        while (rows.Next())
        {
            found.Add(new CheckpointRow(rows.Text(0), rows.Int64(1), [.. rows.Blob(2)], rows.Instant(3), rows.Text(4)));
        }

        return found.ToImmutable();
    }

    private static LeafRow ReadLeaf(Statement.Rows rows) => new(
        new LeafId(rows.Uuid(0)), rows.Text(1), rows.UuidOrNull(2) is { } of ? new ExchangeId(of) : null, rows.UuidOrNull(3),
        rows.AgencyOrNull(4), rows.Instant(5), rows.Blob(6), rows.Blob(7));
}
