namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>Waits for what a gateway does by itself. Looks often and cheaply: it is timed by it.</summary>
internal static class Until
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <exception cref="TimeoutException">It did not hold within five minutes.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException("what was waited for did not come");
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }
    }
}
