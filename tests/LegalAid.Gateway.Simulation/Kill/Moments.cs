namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>Points of the traffic at which a kill may be aimed.</summary>
internal enum Moment
{
    /// <summary>A request is on its way.</summary>
    Asked,

    /// <summary>An answer has come.</summary>
    Answered,

    /// <summary>A recipient holds a delivery and has not acknowledged it.</summary>
    Taken,

    /// <summary>A recipient has acknowledged a delivery.</summary>
    Acknowledged,

    /// <summary>A push has come in.</summary>
    Pushed,
}

/// <summary>Tells the killer what happens, as it happens. Thread-safe.</summary>
internal sealed class Moments
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiting;
    private Moment _moment;

    public void Raise(Moment moment)
    {
        lock (_gate)
        {
            if (_waiting is not null && _moment == moment)
            {
                _waiting.TrySetResult();
                _waiting = null;
            }
        }
    }

    /// <summary>Ends at the next such moment, or after the bound.</summary>
    public async Task NextAsync(Moment moment, TimeSpan bound, TimeProvider time, CancellationToken cancellationToken)
    {
        Task next;
        lock (_gate)
        {
            (_waiting, _moment) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), moment);
            next = _waiting.Task;
        }

        try
        {
            await next.WaitAsync(bound, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing of the kind happened: the kill comes all the same.
        }
    }
}
