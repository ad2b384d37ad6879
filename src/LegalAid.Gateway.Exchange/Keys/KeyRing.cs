using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Exchange.Keys;

/// <summary>
/// The keys under which data keys are wrapped, and the key of the blind indexes. The newest wrapping key wraps, all of them unwrap:
/// rotation adds one, and old exchanges open with theirs. Immutable; safe on any thread.
/// </summary>
public sealed class KeyRing
{
    /// <summary>Length of every key, in bytes.</summary>
    public const int KeyBytes = 32;

    private const int IdBytes = 8;

    private readonly ImmutableArray<RingKey> _wrapping;
    private readonly byte[] _index;

    /// <param name="wrapping">Oldest first, at least one.</param>
    /// <param name="index">Key of the blind indexes. It does not rotate: every hold and search term would change.</param>
    public KeyRing(ImmutableArray<RingKey> wrapping, byte[] index)
    {
        if (wrapping.IsDefaultOrEmpty || wrapping.Any(key => key.Key.Length != KeyBytes || key.Id.Length != IdBytes) || index.Length != KeyBytes)
        {
            throw new ArgumentException($"a key ring needs wrapping keys and an index key of {KeyBytes} bytes", nameof(wrapping));
        }

        _wrapping = wrapping;
        _index = index;
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(index, "legalaid key ring"u8))[..16];
    }

    /// <summary>Names the ring without telling the keys. A store remembers it and opens with no other.</summary>
    public string Id { get; }

    /// <summary>The key of a new exchange, and the form in which the store keeps it.</summary>
    public (byte[] Key, byte[] Wrapped) NewDataKey(Guid exchange)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var by = _wrapping[^1];
        return (key, [.. by.Id, .. SealedBox.Seal(by.Key, key, exchange.ToByteArray(bigEndian: true))]);
    }

    /// <summary>The data key of an exchange.</summary>
    /// <exception cref="CryptographicException">The wrapping key is not in the ring, or the wrapped key was changed.</exception>
    public byte[] Unwrap(Guid exchange, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length > IdBytes)
        {
            foreach (var by in _wrapping)
            {
                if (wrapped[..IdBytes].SequenceEqual(by.Id.AsSpan()))
                {
                    return SealedBox.Open(by.Key, wrapped[IdBytes..], exchange.ToByteArray(bigEndian: true));
                }
            }
        }

        throw new CryptographicException("the data key is wrapped by a key that is not in the ring");
    }

    /// <summary>A data key wrapped by the newest key; null where it is already.</summary>
    /// <exception cref="CryptographicException">As <see cref="Unwrap"/>.</exception>
    public byte[]? Rewrap(Guid exchange, ReadOnlySpan<byte> wrapped)
    {
        var by = _wrapping[^1];
        if (wrapped.Length > IdBytes && wrapped[..IdBytes].SequenceEqual(by.Id.AsSpan()))
        {
            return null;
        }

        var key = Unwrap(exchange, wrapped);
        byte[] anew = [.. by.Id, .. SealedBox.Seal(by.Key, key, exchange.ToByteArray(bigEndian: true))];
        CryptographicOperations.ZeroMemory(key);
        return anew;
    }

    /// <summary>A keyed hash of a value for one purpose: equal values are found, and nobody without the key can try values.</summary>
    public ImmutableArray<byte> Blind(string purpose, ReadOnlySpan<byte> value)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _index);
        hmac.AppendData(Encoding.UTF8.GetBytes(purpose));
        hmac.AppendData([0]);
        hmac.AppendData(value);
        return [.. hmac.GetHashAndReset()];
    }

    public ImmutableArray<byte> Blind(string purpose, string value) => Blind(purpose, Encoding.UTF8.GetBytes(value));
}

/// <summary>A wrapping key.</summary>
/// <param name="Id">8 bytes, random.</param>
public sealed record RingKey(ImmutableArray<byte> Id, byte[] Key);
