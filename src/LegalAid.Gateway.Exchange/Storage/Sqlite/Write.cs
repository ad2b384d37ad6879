namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>A write on its way through the writer. Its task completes only after the COMMIT that holds it has returned.</summary>
internal abstract class Write
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Abandoned = 2;

    private int _state;

    public WriteEffects Effects { get; } = new();

    /// <summary>Whether its caller has the result or the failure.</summary>
    public abstract bool IsDone { get; }

    /// <summary>The writer takes it up. False where the caller has gone.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) != Abandoned;

    /// <summary>The caller goes. Without effect once the writer has begun.</summary>
    public void Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting);

    /// <summary>Applies it. False: what was written is to be rolled back, and the result stands all the same.</summary>
    public abstract bool Apply(WriterSession session);

    public abstract void Complete();

    public abstract void Fail(Exception cause);
}

/// <param name="apply">Writes and returns the result.</param>
/// <param name="keeps">Whether what was written is to stay, by the result.</param>
internal sealed class Write<T>(Func<WriterSession, WriteEffects, T> apply, Func<T, bool> keeps) : Write
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!; // set by Apply, which comes before Complete

    public Task<T> Task => _completion.Task;

    public override bool IsDone => Task.IsCompleted;

    public override bool Apply(WriterSession session)
    {
        Effects.Clear(); // it may be applied again after its group was lost
        _result = apply(session, Effects);
        return keeps(_result);
    }

    public override void Complete() => _completion.TrySetResult(_result);

    public override void Fail(Exception cause) => _completion.TrySetException(cause);
}
