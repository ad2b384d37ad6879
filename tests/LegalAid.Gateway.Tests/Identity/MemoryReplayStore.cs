using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>A replay store for one process and one test: bounded, forgetting what has expired, refusing loudly when full.</summary>
internal sealed class MemoryReplayStore(TimeProvider time, int entriesMax) : IReplayStore
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, DateTimeOffset> _known = new(StringComparer.Ordinal);

    public ValueTask<bool> TryRememberAsync(byte[] keyHash, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        Assert.Equal(32, keyHash.Length);
        lock (_turn)
        {
            var now = time.GetUtcNow();
            foreach (var dead in _known.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
            {
                _known.Remove(dead);
            }

            return _known.Count < entriesMax
                ? new(_known.TryAdd(Convert.ToHexString(keyHash), expires))
                : throw new InvalidOperationException("The replay store is full.");
        }
    }
}
