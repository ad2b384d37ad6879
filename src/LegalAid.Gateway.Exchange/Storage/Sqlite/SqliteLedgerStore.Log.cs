using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>The evidence log.</summary>
public sealed partial class SqliteLedgerStore
{
    private readonly Leaderships _leaderships = new();

    public ValueTask<LogHead?> FindLogHeadAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync(static session => session.Log.Head(), cancellationToken);

    public ValueTask<ImmutableArray<UnindexedLeaf>> ListUnindexedAsync(int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Log.Unindexed(countMax), cancellationToken);

    public ValueTask<bool> ExtendLogAsync(LogExtension extension, CancellationToken cancellationToken)
    {
        UnitRules.Require(extension);
        return _writer.WriteAsync((session, _) => session.Log.Extend(extension), static extended => extended, cancellationToken);
    }

    public ValueTask<ImmutableArray<LogTile>> ReadTilesAsync(ImmutableArray<TileId> ids, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Log.Tiles(ids), cancellationToken);

    public ValueTask<ImmutableArray<IndexedLeaf>> ListLogAsync(long fromIndex, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Log.List(fromIndex, countMax), cancellationToken);

    public ValueTask<(LeafRow Leaf, long? Index)?> FindLeafAsync(LeafId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Log.FindLeaf(id), cancellationToken);

    public ValueTask<(LeafRow Leaf, long? Index)?> FindMessageLeafAsync(ExchangeId exchange, MessageId message, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Log.FindMessageLeaf(exchange, message), cancellationToken);

    public ValueTask<bool> AddCheckpointAsync(CheckpointRow checkpoint, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Log.AddCheckpoint(checkpoint), static _ => true, cancellationToken);

    public ValueTask<bool> ReplaceNoteAsync(string origin, long size, string before, string after, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Log.ReplaceNote(origin, size, before, after), static _ => true, cancellationToken);

    public ValueTask<CheckpointRow?> LatestCheckpointAsync(CancellationToken cancellationToken) =>
        _readers.ReadAsync(static session => session.Log.LatestCheckpoint(), cancellationToken);

    public ValueTask<CheckpointRow?> FindCheckpointAsync(long size, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Log.FindCheckpoint(size), cancellationToken);

    public ValueTask<ImmutableArray<CheckpointRow>> ListCheckpointsAsync(long afterSize, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Log.ListCheckpoints(afterSize, countMax), cancellationToken);

    public ValueTask<ILeadership?> TryLeadAsync(string duty, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_leaderships.TryTake(duty));
}
