using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>What came of a reconciliation.</summary>
public abstract record ReconcileOutcome
{
    private ReconcileOutcome()
    {
    }

    /// <summary>The log goes on under a new origin.</summary>
    public sealed record Begun(string Origin, long Size) : ReconcileOutcome;

    /// <summary>Nothing was kept against the log: there is nothing to reconcile.</summary>
    public sealed record NothingKept : ReconcileOutcome;

    /// <summary>The store's log disagrees with itself; a new origin would not mend it. Restore a backup.</summary>
    public sealed record Damaged(LogTrouble Trouble) : ReconcileOutcome;

    /// <summary>The head was moved meanwhile; look again.</summary>
    public sealed record Moved : ReconcileOutcome;
}

/// <summary>
/// An operator's decision after a restored backup or a fork: the former log ends in public, a new origin goes on from the kept leaves.
/// The first leaf of it says so, for ever: which log it was, how far it is kept, what was found. Whoever holds a receipt of a leaf that
/// was lost can show it against that leaf.
/// </summary>
public static class LogReconciliation
{
    /// <summary>
    /// Appends the leaf, then moves the head to the new origin with that leaf in it. A process that dies between the two leaves a leaf
    /// without a place; the next reconciliation writes another, and both get their places under the new origin.
    /// </summary>
    public static async ValueTask<ReconcileOutcome> RunAsync(
        ILedgerStore store, LogKeys keys, TimeProvider time, IIdSource ids, CancellationToken cancellationToken)
    {
        var last = await store.LatestCheckpointAsync(cancellationToken); // before the head, as in LogTail
        if (await store.FindLogHeadAsync(cancellationToken) is not { } head || await KeptAsync(store, head.Origin, cancellationToken) is not { } kept)
        {
            return new ReconcileOutcome.NothingKept();
        }

        var (trouble, edge) = await LogCheck.RunAsync(store, keys, head, last, cancellationToken);
        if (trouble is not null || edge is null)
        {
            return new ReconcileOutcome.Damaged(trouble ?? new LogTrouble(LogFault.RootDiffers, ""));
        }

        var origin = NextOrigin(head.Origin);
        var leaf = Leaf.Of(new LeafId(ids.NewId()), LeafKinds.LogReconciled, null, null, null, time.GetUtcNow(), new JsonObject
        {
            ["origin"] = origin,
            ["formerOrigin"] = head.Origin,
            ["keptSize"] = head.Size,
            ["keptRoot"] = edge.Root.ToString(),
            ["lastCheckpoint"] = last?.Size ?? 0,
            ["fault"] = kept.Fault.ToString(),
            ["detail"] = kept.Detail,
        });
        await store.AppendLeafAsync(leaf, cancellationToken);
        var (grown, tiles) = edge.Append([new TreeHash(leaf.Hash)]);
        var after = new LogHead(origin, head.Epoch + 1, grown.Size, [.. grown.Root.ToArray()]);
        var extension = new LogExtension(
            head, after, [leaf.Id], [.. tiles.Select(tile => new LogTile(new TileId(tile.Path.Level, tile.Path.Position), tile.Content.ToArray()))]);
        return await store.ExtendLogAsync(extension, cancellationToken)
            ? new ReconcileOutcome.Begun(origin, grown.Size)
            : new ReconcileOutcome.Moved();
    }

    /// <summary>
    /// What stands against the log. The mark of a restored store is turned into a refusal first and taken away then: it must not outlive the origin that
    /// it speaks of, and a process that dies in between leaves the refusal.
    /// </summary>
    private static async ValueTask<LogTrouble?> KeptAsync(ILedgerStore store, string origin, CancellationToken cancellationToken)
    {
        var kept = await LogRefusal.FindAsync(store, origin, cancellationToken);
        if (await RestoredMark.FindAsync(store, cancellationToken) is { } restored)
        {
            if (kept is null)
            {
                kept = LogRefusal.OfRestored(restored);
                await LogRefusal.KeepAsync(store, origin, kept, cancellationToken);
            }

            await RestoredMark.ClearAsync(store, cancellationToken);
        }

        return kept;
    }

    /// <summary><c>…/log</c>, <c>…/log/2</c>, <c>…/log/3</c>.</summary>
    internal static string NextOrigin(string origin)
    {
        var slash = origin.LastIndexOf('/');
        return slash >= 0 && int.TryParse(origin[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 2 and < int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"{origin[..slash]}/{number + 1}")
            : $"{origin}/2";
    }
}
