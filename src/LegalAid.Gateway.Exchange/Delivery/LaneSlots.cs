namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>How many attempts one lane may have under way: the first always, more as far as the shared slots go. Safe on any thread.</summary>
internal sealed class LaneSlots(SharedSlots shared)
{
    private readonly Lock _gate = new();
    private int _held;

    /// <summary>Claims what can be had now, at most <paramref name="wanted"/>, without waiting for another lane, until <paramref name="max"/> are held.</summary>
    public int Claim(int max, int wanted)
    {
        lock (_gate)
        {
            var before = _held;
            while (_held < max && _held - before < wanted && (_held == 0 || shared.TryTake()))
            {
                _held++;
            }

            return _held - before;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            // The last one held is the lane's own; those above it are shared.
            if (--_held > 0)
            {
                shared.Return();
            }
        }
    }
}

/// <summary>Slots that lanes share beyond their own. Nobody waits for one.</summary>
internal sealed class SharedSlots(int count)
{
    private int _free = count;

    public bool TryTake()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref _free);
        return false;
    }

    public void Return() => Interlocked.Increment(ref _free);
}
