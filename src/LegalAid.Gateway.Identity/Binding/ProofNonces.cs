using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Identity.Binding;

/// <summary>What a proof's nonce is worth.</summary>
internal enum NonceStanding
{
    /// <summary>Of this window.</summary>
    Current,

    /// <summary>Of the window before, or of a node whose clock is a little ahead: good, and the answer brings the current one.</summary>
    Aging,

    /// <summary>None of ours, or too old.</summary>
    Refused,
}

/// <summary>
/// Nonces for proofs (RFC 9449 section 8), kept nowhere: a window's number and a MAC over it under a key that all nodes share. So each node
/// knows every node's nonces, before and after a restart. A nonce is good in its window and the next, hence for one window at the least.
/// It bounds how far ahead a proof can be made; that a proof is used once is <see cref="IReplayStore"/>'s. Safe from several threads.
/// </summary>
internal sealed class ProofNonces(byte[] key, TimeSpan window)
{
    private const int MacBytes = 16;

    private volatile Windows? _known;

    /// <summary>The nonce to hand out.</summary>
    public string Current(DateTimeOffset now) => At(now).This;

    public NonceStanding Judge(string nonce, DateTimeOffset now)
    {
        var known = At(now);
        return Same(nonce, known.This) ? NonceStanding.Current
            : Same(nonce, known.Before) || Same(nonce, known.Next) ? NonceStanding.Aging
            : NonceStanding.Refused;
    }

    private Windows At(DateTimeOffset now)
    {
        var number = now.UtcTicks / window.Ticks;
        if (_known is { } known && known.Number == number)
        {
            return known;
        }

        // Several threads may compute the same; none waits.
        return _known = new Windows(number, Make(number - 1), Make(number), Make(number + 1));
    }

    private string Make(long number)
    {
        Span<byte> text = stackalloc byte[sizeof(long) + MacBytes];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(text, number);
        HMACSHA256.HashData(key, text[..sizeof(long)], mac);
        mac[..MacBytes].CopyTo(text[sizeof(long)..]);
        return Base64Url.EncodeToString(text);
    }

    private static bool Same(string shown, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(expected));

    private sealed record Windows(long Number, string Before, string This, string Next);
}
