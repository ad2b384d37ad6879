using Microsoft.AspNetCore.Connections.Features;

namespace LegalAid.Gateway.Edge.Limits;

/// <summary>
/// How many requests a connection's caller gave up while they were under way (RST_STREAM), in windows of ten seconds; a feature of the connection. The server itself
/// bounds streams that are open or still end (CVE-2023-44487), so that a flood of resets costs it little where each request ends at once; each costs us a token's
/// check all the same, outside of any quota. Safe on any thread.
/// </summary>
internal sealed class StreamResets(int max, TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _started = time.GetTimestamp();
    private int _count;

    /// <summary>Counts one. Whether it is the first too many of the window.</summary>
    public bool IsTooMany(out int count)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_started) >= Window)
            {
                (_started, _count) = (time.GetTimestamp(), 0);
            }

            count = ++_count;
            return count == max + 1;
        }
    }
}

/// <summary>Closes a connection whose caller resets stream after stream. Outside of everything that a request costs.</summary>
internal sealed class ResetGuard(RequestDelegate next, ILogger<ResetGuard> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            // A connection that broke ends all of its requests so too: closing it does no harm.
            if (context.RequestAborted.IsCancellationRequested && context.Features.Get<StreamResets>() is { } resets && resets.IsTooMany(out var count))
            {
                EdgeLog.ResetsTooMany(logger, count);
                context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
            }
        }
    }
}
