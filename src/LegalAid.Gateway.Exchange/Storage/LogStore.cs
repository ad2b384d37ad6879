using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>
/// The part of a <see cref="ILedgerStore"/> that keeps the evidence log: which leaf stands where, the tiles of the tree over them, and the
/// signed checkpoints. What the hashes mean is not the store's business.
/// </summary>
public interface ILogStore
{
    /// <summary>The head, or null before the log was begun.</summary>
    ValueTask<LogHead?> FindLogHeadAsync(CancellationToken cancellationToken);

    /// <summary>Committed leaves that have no place in the log yet, by id. Looks at what is there, so that a slow commit is never passed over.</summary>
    ValueTask<ImmutableArray<UnindexedLeaf>> ListUnindexedAsync(int countMax, CancellationToken cancellationToken);

    /// <summary>
    /// Gives leaves their places and moves the head, whole or not at all. False, with nothing written, where the head is not
    /// <see cref="LogExtension.Before"/>, or a leaf has a place already.
    /// </summary>
    ValueTask<bool> ExtendLogAsync(LogExtension extension, CancellationToken cancellationToken);

    /// <summary>The tiles as they stand; one that does not exist is left out.</summary>
    ValueTask<ImmutableArray<LogTile>> ReadTilesAsync(ImmutableArray<TileId> ids, CancellationToken cancellationToken);

    /// <summary>Leaves by their place, from <paramref name="fromIndex"/> on.</summary>
    ValueTask<ImmutableArray<IndexedLeaf>> ListLogAsync(long fromIndex, int countMax, CancellationToken cancellationToken);

    /// <summary>A leaf and its place, null while it has none.</summary>
    ValueTask<(LeafRow Leaf, long? Index)?> FindLeafAsync(LeafId id, CancellationToken cancellationToken);

    /// <summary>The leaf that says that a message was committed, and its place.</summary>
    ValueTask<(LeafRow Leaf, long? Index)?> FindMessageLeafAsync(ExchangeId exchange, MessageId message, CancellationToken cancellationToken);

    /// <summary>Stores a signed checkpoint of the head or of an earlier one. False where one of that size and origin is there: the first stays.</summary>
    ValueTask<bool> AddCheckpointAsync(CheckpointRow checkpoint, CancellationToken cancellationToken);

    /// <summary>Puts a note with more signatures in place of the one before. False where it is another by now.</summary>
    ValueTask<bool> ReplaceNoteAsync(string origin, long size, string before, string after, CancellationToken cancellationToken);

    /// <summary>The checkpoint of the greatest size, or null.</summary>
    ValueTask<CheckpointRow?> LatestCheckpointAsync(CancellationToken cancellationToken);

    /// <summary>The smallest checkpoint that covers at least <paramref name="size"/> leaves, or null.</summary>
    ValueTask<CheckpointRow?> FindCheckpointAsync(long size, CancellationToken cancellationToken);

    /// <summary>Checkpoints by size, from the one after <paramref name="afterSize"/>.</summary>
    ValueTask<ImmutableArray<CheckpointRow>> ListCheckpointsAsync(long afterSize, int countMax, CancellationToken cancellationToken);
}

/// <summary>Where the log ends.</summary>
/// <param name="Origin">Name of the log in its checkpoints.</param>
/// <param name="Epoch">Grows when somebody takes the log over: what was prepared before compares unequal.</param>
/// <param name="Size">Leaves in the log.</param>
/// <param name="Root">RFC 6962 2.1 tree hash of them, 32 bytes.</param>
public sealed record LogHead(string Origin, long Epoch, long Size, ImmutableArray<byte> Root);

/// <summary>A committed leaf without a place.</summary>
public sealed record UnindexedLeaf(LeafId Id, byte[] Hash);

/// <summary>A leaf with its place.</summary>
public sealed record IndexedLeaf(long Index, LeafRow Leaf);

/// <summary>The next step of the log.</summary>
/// <param name="Before">The head it was computed from; null: the log is begun.</param>
/// <param name="Leaves">Get the places from <c>Before.Size</c> on, in this order; as many as the sizes differ by.</param>
/// <param name="Tiles">Those that changed, whole.</param>
public sealed record LogExtension(LogHead? Before, LogHead After, ImmutableArray<LeafId> Leaves, ImmutableArray<LogTile> Tiles);

/// <summary>A tile's place (C2SP tlog-tiles): level 0 holds leaf hashes, each higher level the roots of 256 below.</summary>
public readonly record struct TileId(int Level, long Position);

/// <summary>A tile: 1 to 256 hashes of 32 bytes, one after the other.</summary>
public sealed record LogTile(TileId Id, byte[] Hashes);

/// <summary>A signed checkpoint.</summary>
/// <param name="Note">C2SP signed note, with the witnesses' cosignatures as they come.</param>
public sealed record CheckpointRow(string Origin, long Size, ImmutableArray<byte> Root, DateTimeOffset SignedAt, string Note);
