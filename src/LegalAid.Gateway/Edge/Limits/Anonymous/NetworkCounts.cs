namespace LegalAid.Gateway.Edge.Limits.Anonymous;

/// <summary>
/// Counts something by network in windows of a minute, and all of it together. Memory is bounded: a window's table takes so many networks and is emptied with it.
/// The framework's partitioned limiters would not do: they keep a limiter for each partition that anybody names, without a bound, and go by the machine's clock alone.
/// Safe on any thread.
/// </summary>
/// <param name="max">Of one network in a window.</param>
/// <param name="allMax">Of all together, before each network has a tenth of <paramref name="max"/>, at least one.</param>
/// <param name="networksMax">Networks with a count of their own in a window.</param>
internal sealed class NetworkCounts(int max, int allMax, int networksMax, TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<CallerNetwork, int> _counts = [];
    private long _started = time.GetTimestamp();
    private int _all;

    /// <summary>How many networks have a count at present.</summary>
    public int Networks
    {
        get
        {
            lock (_gate)
            {
                return _counts.Count;
            }
        }
    }

    /// <summary>How long the network must wait; null: it need not. One that has counted nothing in this window never need.</summary>
    public TimeSpan? WaitOf(CallerNetwork? network)
    {
        lock (_gate)
        {
            var left = Roll();
            return Exceeds(network) ? left : null;
        }
    }

    public void Add(CallerNetwork? network)
    {
        lock (_gate)
        {
            Roll();
            Count(network);
        }
    }

    /// <summary>Counts one where the network need not wait; else says how long it must.</summary>
    public TimeSpan? Take(CallerNetwork? network)
    {
        lock (_gate)
        {
            var left = Roll();
            if (Exceeds(network))
            {
                return left;
            }

            Count(network);
            return null;
        }
    }

    private bool Exceeds(CallerNetwork? network) =>
        network is { } own && _counts.TryGetValue(own, out var count) && count >= (_all >= allMax ? Math.Max(1, max / 10) : max);

    private void Count(CallerNetwork? network)
    {
        _all = Math.Min(_all + 1, allMax);
        if (network is not { } own)
        {
            return;
        }

        if (_counts.TryGetValue(own, out var count))
        {
            _counts[own] = Math.Min(count + 1, max);
        }
        else if (_counts.Count < networksMax)
        {
            _counts.Add(own, 1);
        }
    }

    /// <summary>What is left of the window, which begins anew where it has ended.</summary>
    private TimeSpan Roll()
    {
        var passed = time.GetElapsedTime(_started);
        if (passed < Window)
        {
            return Window - passed;
        }

        (_started, _all) = (time.GetTimestamp(), 0);
        _counts.Clear();
        return Window;
    }
}
