using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>SHA-256 of a token: what is kept can name a token, but not be shown as one.</summary>
internal readonly record struct TokenDigest(ulong A, ulong B, ulong C, ulong D)
{
    public static TokenDigest Of(string token)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), digest);
        var words = MemoryMarshal.Cast<byte, ulong>(digest);
        return new(words[0], words[1], words[2], words[3]);
    }

    /// <summary>From 32 bytes.</summary>
    public static TokenDigest From(ReadOnlySpan<byte> bytes) =>
        MemoryMarshal.Cast<byte, ulong>(bytes) is [var a, var b, var c, var d]
            ? new(a, b, c, d)
            : throw new ArgumentException("a digest has 32 bytes", nameof(bytes));

    public byte[] ToBytes() => MemoryMarshal.AsBytes<ulong>([A, B, C, D]).ToArray();

    /// <summary>Whether a text is this digest in base64url, as <c>ath</c> of a proof writes it.</summary>
    public bool IsWritten(string? text) =>
        text is not null && Base64Text.TryDecode(text) is { Length: SHA256.HashSizeInBytes } bytes
        && MemoryMarshal.Cast<byte, ulong>(bytes) is [var a, var b, var c, var d] && new TokenDigest(a, b, c, d) == this;
}

/// <summary>
/// Bounded cache in two generations: entries enter the young one; when it holds half the bound it becomes the old one, and the former old
/// one is dropped whole. What is used in the old one moves to the young one. So an entry in use stays, reading takes no lock, and nothing
/// is ever searched for eviction. Safe from several threads.
/// </summary>
internal sealed class ValidatedTokens<T>
    where T : class
{
    private readonly int _generationMax;
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<TokenDigest, T> _young = new();
    private volatile ConcurrentDictionary<TokenDigest, T> _old = new();

    /// <param name="entriesMax">The bound, at least 2.</param>
    public ValidatedTokens(int entriesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entriesMax, 2);
        _generationMax = entriesMax / 2;
    }

    /// <summary>How many entries are held; never above the bound.</summary>
    public int Count
    {
        get
        {
            lock (_turn)
            {
                return _young.Count + _old.Count;
            }
        }
    }

    public T? Find(TokenDigest digest)
    {
        if (_young.TryGetValue(digest, out var entry))
        {
            return entry;
        }

        if (!_old.TryGetValue(digest, out entry))
        {
            return null;
        }

        Remember(digest, entry);
        return entry;
    }

    public void Remember(TokenDigest digest, T entry)
    {
        lock (_turn)
        {
            _old.TryRemove(digest, out _);
            if (_young.Count >= _generationMax)
            {
                _old = _young;
                _young = new();
            }

            _young[digest] = entry;
        }
    }

    public void Forget(TokenDigest digest)
    {
        lock (_turn)
        {
            _young.TryRemove(digest, out _);
            _old.TryRemove(digest, out _);
        }
    }
}
