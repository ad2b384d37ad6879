namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>The newest checkpoint that is known here; receipts name it.</summary>
public interface ICheckpointSource
{
    /// <summary>Null before the first.</summary>
    Checkpoint? Current { get; }
}

/// <summary>Holds it. Safe on any thread; never goes back.</summary>
public sealed class NewestCheckpoint : ICheckpointSource
{
    private Checkpoint? _current;

    public Checkpoint? Current => Volatile.Read(ref _current);

    /// <summary>Takes it where it is newer: larger, or the first of a log that began a new origin.</summary>
    public void Offer(Checkpoint checkpoint)
    {
        while (Current is var known && (known is null || checkpoint.Size > known.Size || checkpoint.Origin != known.Origin)
            && Interlocked.CompareExchange(ref _current, checkpoint, known) != known)
        {
            // Another offer came between: compare again.
        }
    }
}
