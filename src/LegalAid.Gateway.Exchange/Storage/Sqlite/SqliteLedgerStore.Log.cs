using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>The evidence log.</summary>
public sealed partial class SqliteLedgerStore
{
    public ValueTask<LogHead?> FindLogHeadAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("FindLogHeadAsync");

    public ValueTask<ImmutableArray<UnindexedLeaf>> ListUnindexedAsync(int countMax, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListUnindexedAsync");

    public ValueTask<bool> ExtendLogAsync(LogExtension extension, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ExtendLogAsync");

    public ValueTask<ImmutableArray<LogTile>> ReadTilesAsync(ImmutableArray<TileId> ids, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ReadTilesAsync");

    public ValueTask<ImmutableArray<IndexedLeaf>> ListLogAsync(long fromIndex, int countMax, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListLogAsync");

    public ValueTask<(LeafRow Leaf, long? Index)?> FindLeafAsync(LeafId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("FindLeafAsync");

    public ValueTask<(LeafRow Leaf, long? Index)?> FindMessageLeafAsync(ExchangeId exchange, MessageId message, CancellationToken cancellationToken) =>
        throw new NotSupportedException("FindMessageLeafAsync");

    public ValueTask<bool> AddCheckpointAsync(CheckpointRow checkpoint, CancellationToken cancellationToken) =>
        throw new NotSupportedException("AddCheckpointAsync");

    public ValueTask<bool> ReplaceNoteAsync(string origin, long size, string before, string after, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ReplaceNoteAsync");

    public ValueTask<CheckpointRow?> LatestCheckpointAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("LatestCheckpointAsync");

    public ValueTask<CheckpointRow?> FindCheckpointAsync(long size, CancellationToken cancellationToken) =>
        throw new NotSupportedException("FindCheckpointAsync");

    public ValueTask<ImmutableArray<CheckpointRow>> ListCheckpointsAsync(long afterSize, int countMax, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListCheckpointsAsync");

    public ValueTask<ILeadership?> TryLeadAsync(string duty, CancellationToken cancellationToken) =>
        throw new NotSupportedException("TryLeadAsync");
}
