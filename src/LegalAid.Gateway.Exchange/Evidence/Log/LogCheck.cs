using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>What is wrong with a log. Names are stable: they stand in the log of events, in health and in the reports of verification.</summary>
public enum LogFault
{
    /// <summary>The tiles do not give the head's root: leaves, tiles or head were changed.</summary>
    RootDiffers,

    /// <summary>The last checkpoint is of a tree that these tiles do not begin with.</summary>
    CheckpointDiffers,

    /// <summary>The last checkpoint covers more leaves than the log has: something was lost.</summary>
    CheckpointBeyondHead,

    /// <summary>The last checkpoint is not signed by a key of this gateway: keys and store do not belong together.</summary>
    CheckpointNotOurs,

    /// <summary>A witness cosigned more leaves than the last checkpoint has: an older copy of the store is in use.</summary>
    WitnessKnowsMore,

    /// <summary>A witness cosigned another tree under this origin: the log was forked.</summary>
    WitnessKnowsOther,

    /// <summary>The store came out of a backup, and no witness is configured that could tell what the former log signed after it.</summary>
    Restored,
}

/// <summary>A fault, and in words what was compared. No personal data.</summary>
public sealed record LogTrouble(LogFault Fault, string Detail);

/// <summary>Compares what a store says of its log with itself: head, tiles and last checkpoint.</summary>
public static class LogCheck
{
    /// <summary>The trouble, or the right edge of the tree where all agree.</summary>
    public static async ValueTask<(LogTrouble? Trouble, TreeEdge? Edge)> RunAsync(
        ILogStore store, LogKeys keys, LogHead head, CheckpointRow? last, CancellationToken cancellationToken)
    {
        var tiles = new StoredTiles(store);
        try
        {
            var edge = await new TiledTree(tiles, head.Size).EdgeAsync(cancellationToken);
            if (edge.Root != new TreeHash(head.Root.AsSpan()))
            {
                return (new LogTrouble(LogFault.RootDiffers, $"size {head.Size}"), null);
            }

            return last is not null && await CompareAsync(tiles, keys, head, last, cancellationToken) is { } trouble ? (trouble, null) : (null, edge);
        }
        catch (InvalidDataException e)
        {
            return (new LogTrouble(LogFault.RootDiffers, e.Message), null); // a tile is missing or cut short
        }
    }

    private static async ValueTask<LogTrouble?> CompareAsync(
        StoredTiles tiles, LogKeys keys, LogHead head, CheckpointRow last, CancellationToken cancellationToken)
    {
        if (SignedNote.Parse(last.Note) is not { } note || note.Check(keys.Of(last.Origin), out _) != NoteFinding.Valid
            || Checkpoint.Parse(note.Text) != new Checkpoint(last.Origin, last.Size, new TreeHash(last.Root.AsSpan())))
        {
            return new LogTrouble(LogFault.CheckpointNotOurs, $"checkpoint of size {last.Size}");
        }

        if (last.Size > head.Size)
        {
            return new LogTrouble(LogFault.CheckpointBeyondHead, $"checkpoint of size {last.Size}, head of size {head.Size}");
        }

        var then = await new TiledTree(tiles, last.Size).EdgeAsync(cancellationToken);
        return then.Root == new TreeHash(last.Root.AsSpan()) ? null : new LogTrouble(LogFault.CheckpointDiffers, $"checkpoint of size {last.Size}");
    }
}
