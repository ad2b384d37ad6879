using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// The end of the log, as the leader holds it. It moves only together with the store's head, by compare-and-set, so what it signs has been
/// committed: a leader that slept while another went on has every extension refused, and the heads it knew are still true ones.
/// </summary>
internal sealed class LogTail
{
    private readonly ILogStore _store;
    private readonly LogKeys _keys;
    private readonly TimeProvider _time;
    private TreeEdge _edge;

    private LogTail(ILogStore store, LogKeys keys, TimeProvider time, LogHead head, TreeEdge edge) =>
        (_store, _keys, _time, Head, _edge) = (store, keys, time, head, edge);

    public LogHead Head { get; private set; }

    /// <summary>
    /// Takes the log over, beginning it where there is none: checks it, then raises the epoch, by which all that a former leader has prepared
    /// is refused. A process that dies in between has written nothing but an epoch.
    /// </summary>
    /// <returns>The tail; or what is wrong; or neither, where another node took it over meanwhile.</returns>
    public static async ValueTask<(LogTail? Tail, LogTrouble? Trouble)> TakeOverAsync(
        ILogStore store, LogKeys keys, string origin, TimeProvider time, CancellationToken cancellationToken)
    {
        // The checkpoint first: what a leader not yet fenced off signs in between is covered by the head that is read after it.
        var last = await store.LatestCheckpointAsync(cancellationToken);
        var before = await store.FindLogHeadAsync(cancellationToken);
        var edge = TreeEdge.Empty;
        if (before is not null)
        {
            (var trouble, var found) = await LogCheck.RunAsync(store, keys, before, last, cancellationToken);
            if (trouble is not null || found is null)
            {
                return (null, trouble);
            }

            edge = found;
        }
        else if (last is not null)
        {
            return (null, new LogTrouble(LogFault.CheckpointBeyondHead, $"checkpoint of size {last.Size}, no head"));
        }

        var after = before is null
            ? new LogHead(origin, Epoch: 1, Size: 0, [.. TreeHash.OfNothing.ToArray()])
            : before with { Epoch = before.Epoch + 1 };
        return await store.ExtendLogAsync(new LogExtension(before, after, [], []), cancellationToken)
            ? (new LogTail(store, keys, time, after, edge), null)
            : (null, null);
    }

    /// <summary>Gives the next leaves their places. Their number, or null where the head was moved by another: the lead is lost.</summary>
    public async ValueTask<int?> ExtendAsync(int leavesMax, CancellationToken cancellationToken)
    {
        var leaves = await _store.ListUnindexedAsync(leavesMax, cancellationToken);
        if (leaves.IsEmpty)
        {
            return 0;
        }

        var (edge, tiles) = _edge.Append([.. leaves.Select(leaf => new TreeHash(leaf.Hash))]);
        var after = Head with { Size = edge.Size, Root = [.. edge.Root.ToArray()] };
        var extension = new LogExtension(Head, after, [.. leaves.Select(leaf => leaf.Id)], [.. tiles.Select(Row)]);
        if (!await _store.ExtendLogAsync(extension, cancellationToken))
        {
            return null;
        }

        (Head, _edge) = (after, edge);
        return leaves.Length;
    }

    /// <summary>
    /// Signs the head, which is committed, and stores the checkpoint. A process that dies between the two loses a signature that nobody has;
    /// the next leader makes it again. Where a checkpoint of this size is there already, it is the one.
    /// </summary>
    public async ValueTask<CheckpointRow> SignAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var note = _keys.Sign(new Checkpoint(Head.Origin, Head.Size, new TreeHash(Head.Root.AsSpan())), now);
        var row = new CheckpointRow(Head.Origin, Head.Size, Head.Root, now, note.ToString());
        if (await _store.AddCheckpointAsync(row, cancellationToken))
        {
            return row;
        }

        var first = await _store.FindCheckpointAsync(Head.Size, cancellationToken);
        return first is not null && first.Size == Head.Size && first.Root.AsSpan().SequenceEqual(Head.Root.AsSpan())
            ? first
            : throw new InvalidDataException($"the checkpoint of size {Head.Size} in the store is of another tree");
    }

    private static LogTile Row(Tile tile) => new(new TileId(tile.Path.Level, tile.Path.Position), tile.Content.ToArray());
}
