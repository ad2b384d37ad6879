namespace LegalAid.Gateway.Identity.Resource;

/// <summary>
/// What is known here of something that changes elsewhere. Whoever asks is answered from memory: the first that finds it older than usual has it read
/// again beside the call, and only where it is older than <see cref="Max"/> does a call wait for it. So what changes elsewhere is known here within
/// <see cref="Max"/> and one reading, in all less than five seconds; where it cannot be read for so long, it is not known. What nobody asks for is not
/// read. Safe from several threads.
/// </summary>
internal sealed class Aged<T>(TimeProvider time, TimeSpan usual)
    where T : class
{
    /// <summary>What is older is waited for.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly Lock _turn = new();
    private Task _reading = Task.CompletedTask;
    private volatile Known? _known;

    /// <summary>What was read last, however old.</summary>
    public T? Latest => _known?.Value;

    /// <summary>What is known; null where it is too old and cannot be read.</summary>
    /// <param name="read">Reads it, or gives null where it cannot be read now; cancelled where it takes too long.</param>
    public async ValueTask<T?> GetAsync(Func<CancellationToken, Task<T?>> read)
    {
        var known = _known;
        if (IsOlder(known, usual))
        {
            var reading = Read(read);
            if (IsOlder(known, Max))
            {
                await reading;
                known = _known;
                if (IsOlder(known, Max + Patience))
                {
                    return null;
                }
            }
        }

        return known?.Value;
    }

    /// <summary>Waits for a reading that begins after now: one under way may have begun before.</summary>
    public async Task AgainAsync(Func<CancellationToken, Task<T?>> read)
    {
        Task before;
        lock (_turn)
        {
            before = _reading;
        }

        await before;
        await Read(read);
    }

    private bool IsOlder(Known? known, TimeSpan age) => known is null || time.GetElapsedTime(known.AsOf) > age;

    /// <summary>Joins a reading under way, or begins one.</summary>
    private Task Read(Func<CancellationToken, Task<T?>> read)
    {
        lock (_turn)
        {
            return _reading = _reading.IsCompleted ? ReadAsync(read) : _reading;
        }
    }

    /// <summary>Leaves the old value where it fails; its age then says so.</summary>
    private async Task ReadAsync(Func<CancellationToken, Task<T?>> read)
    {
        await Task.Yield(); // out of the lock
        var asOf = time.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            if (await read(patience.Token) is { } value)
            {
                _known = new Known(asOf, value);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // It took too long: as if it could not be read.
        }
    }

    private sealed record Known(long AsOf, T Value);
}
