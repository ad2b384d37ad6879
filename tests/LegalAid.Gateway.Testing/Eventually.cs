using System.Runtime.CompilerServices;

namespace LegalAid.Gateway.Testing;

/// <summary>Waits in real time for what happens by itself. Looks again as soon as it may, and gives up loudly.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    /// <inheritdoc cref="HoldsAsync(Func{Task{bool}}, string, Action?, TimeSpan?)"/>
    public static Task HoldsAsync(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "", Action? meanwhile = null, TimeSpan? patience = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, meanwhile, patience);

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="what">What is waited for, in words; by default the condition as it is written.</param>
    /// <param name="meanwhile">Done between two looks, such as moving a clock.</param>
    /// <param name="patience">60 s by default, as the machine may be busy.</param>
    /// <exception cref="TimeoutException">Patience ended first.</exception>
    public static async Task HoldsAsync(
        Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "", Action? meanwhile = null, TimeSpan? patience = null)
    {
        var bound = patience ?? Patience;
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Between, TimeProvider.System);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > bound)
            {
                throw new TimeoutException($"after {bound.TotalSeconds} s still not: {what}");
            }

            meanwhile?.Invoke();
            await timer.WaitForNextTickAsync();
        }
    }
}
