namespace LegalAid.Gateway.Testing;

/// <summary>Waits for what a gateway does after it answered. Looks again as soon as it may, and gives up loudly.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within 20 s.</exception>
    public static Task HoldsAsync(Func<bool> condition, string what, Action? meanwhile = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, meanwhile);

    /// <summary>Waits until the condition, which takes a call to know, holds.</summary>
    /// <exception cref="TimeoutException">It did not within 20 s.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, Action? meanwhile = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Between, TimeProvider.System);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"after {Patience.TotalSeconds} s still not: {what}");
            }

            meanwhile?.Invoke();
            await timer.WaitForNextTickAsync();
        }
    }
}
