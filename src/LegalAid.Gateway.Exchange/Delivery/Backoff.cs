namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>How long to wait after a failure: exponential with full jitter, so that those who failed together do not come back together.</summary>
internal static class Backoff
{
    // 2^40 × the least base is beyond every bound; past it doubling would only overflow.
    private const int DoublingsMax = 40;

    /// <summary>The bound on the wait: <c>base × 2^(failures − 1)</c>, at most <paramref name="max"/>.</summary>
    /// <param name="failures">How many in a row, this one included; at least 1.</param>
    public static TimeSpan Ceiling(int failures, TimeSpan @base, TimeSpan max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var doubled = @base.Ticks * Math.Pow(2, Math.Min(failures - 1, DoublingsMax));
        return doubled < max.Ticks ? TimeSpan.FromTicks((long)doubled) : max;
    }

    /// <summary>The wait: <paramref name="random"/>, of [0, 1), of the ceiling.</summary>
    public static TimeSpan Delay(int failures, double random, TimeSpan @base, TimeSpan max) => Ceiling(failures, @base, max) * random;
}
