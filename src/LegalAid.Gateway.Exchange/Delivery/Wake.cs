namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Wakes whoever waits. Nothing is lost: who takes <see cref="Next"/> before looking for work, and then waits for it, is woken by every
/// raise since. Any number may wait; safe on any thread.
/// </summary>
internal sealed class Wake
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes with the next raise.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>Waits until <paramref name="raised"/> completes or the time has passed; throws only where the caller gave up.</summary>
    public static async Task WaitAsync(Task raised, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (atMost <= TimeSpan.Zero)
        {
            return;
        }

        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(raised, Task.Delay(atMost, time, done.Token));
        await done.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    // Who is woken goes on elsewhere: a raise comes from the store's signal, which must not run the waiters' work.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
