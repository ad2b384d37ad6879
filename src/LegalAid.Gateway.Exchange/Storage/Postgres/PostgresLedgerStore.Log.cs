using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>The evidence log.</summary>
public sealed partial class PostgresLedgerStore
{
    public ValueTask<LogHead?> FindLogHeadAsync(CancellationToken cancellationToken) => new(_log.FindHeadAsync(cancellationToken));

    public ValueTask<ImmutableArray<UnindexedLeaf>> ListUnindexedAsync(int countMax, CancellationToken cancellationToken) =>
        new(_log.ListUnindexedAsync(countMax, cancellationToken));

    public ValueTask<bool> ExtendLogAsync(LogExtension extension, CancellationToken cancellationToken)
    {
        UnitRules.Require(extension);
        return _logWriter.ExtendAsync(extension, cancellationToken);
    }

    public ValueTask<ImmutableArray<LogTile>> ReadTilesAsync(ImmutableArray<TileId> ids, CancellationToken cancellationToken) =>
        new(_log.ReadTilesAsync(ids, cancellationToken));

    public ValueTask<ImmutableArray<IndexedLeaf>> ListLogAsync(long fromIndex, int countMax, CancellationToken cancellationToken) =>
        new(_log.ListLogAsync(fromIndex, countMax, cancellationToken));

    public ValueTask<(LeafRow Leaf, long? Index)?> FindLeafAsync(LeafId id, CancellationToken cancellationToken) =>
        new(_log.FindLeafAsync(id, cancellationToken));

    public ValueTask<(LeafRow Leaf, long? Index)?> FindMessageLeafAsync(ExchangeId exchange, MessageId message, CancellationToken cancellationToken) =>
        new(_log.FindMessageLeafAsync(exchange, message, cancellationToken));

    public ValueTask<bool> AddCheckpointAsync(CheckpointRow checkpoint, CancellationToken cancellationToken) =>
        _logWriter.AddCheckpointAsync(checkpoint, cancellationToken);

    public ValueTask<bool> ReplaceNoteAsync(string origin, long size, string before, string after, CancellationToken cancellationToken) =>
        _logWriter.ReplaceNoteAsync(origin, size, before, after, cancellationToken);

    public ValueTask<CheckpointRow?> LatestCheckpointAsync(CancellationToken cancellationToken) => new(_log.LatestCheckpointAsync(cancellationToken));

    public ValueTask<CheckpointRow?> FindCheckpointAsync(long size, CancellationToken cancellationToken) =>
        new(_log.FindCheckpointAsync(size, cancellationToken));

    public ValueTask<ImmutableArray<CheckpointRow>> ListCheckpointsAsync(long afterSize, int countMax, CancellationToken cancellationToken) =>
        new(_log.ListCheckpointsAsync(afterSize, countMax, cancellationToken));
}
