using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Exchange.Keys;

/// <summary>
/// The keys under which data keys are wrapped, and the key of the blind indexes. The newest wrapping key wraps, all of them unwrap:
/// rotation adds one, and old exchanges open with theirs. A key that another node took up since is looked for once more before an exchange
/// counts as closed. Safe on any thread.
/// </summary>
public sealed class KeyRing
{
    /// <summary>Length of every key, in bytes.</summary>
    public const int KeyBytes = 32;

    private const int IdBytes = 8;

    private readonly byte[] _index;
    private readonly Func<ImmutableArray<RingKey>>? _again;
    private volatile RingKey[] _wrapping;

    /// <param name="wrapping">Oldest first, at least one.</param>
    /// <param name="index">Key of the blind indexes. It does not rotate: every hold and search term would change.</param>
    /// <param name="again">The wrapping keys as they are now: asked when a data key is wrapped by one that is not in the ring. New data keys go on being wrapped by the newest of the start.</param>
    /// <param name="wraps">Of which names keys may wrap; null: all.</param>
    public KeyRing(ImmutableArray<RingKey> wrapping, byte[] index, Func<ImmutableArray<RingKey>>? again = null, Predicate<string>? wraps = null)
    {
        if (wrapping.IsDefaultOrEmpty || wrapping.Any(key => key.Key.Length != KeyBytes || key.Id.Length != IdBytes) || index.Length != KeyBytes)
        {
            throw new ArgumentException($"a key ring needs wrapping keys and an index key of {KeyBytes} bytes", nameof(wrapping));
        }

        _wrapping = [.. wrapping];
        _index = index;
        _again = again;
        Newest = wrapping.LastOrDefault(key => wraps is null || wraps(key.Name)) ?? throw new ArgumentException("none of the keys may wrap", nameof(wraps));
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(index, "legalaid key ring"u8))[..16];
    }

    /// <summary>Names the ring without telling the keys. A store remembers it and opens with no other.</summary>
    public string Id { get; }

    /// <summary>The key that wraps.</summary>
    public RingKey Newest { get; }

    /// <summary>The ids of the wrapping keys, oldest first.</summary>
    public ImmutableArray<string> Names => [.. _wrapping.Select(key => key.Name)];

    /// <summary>Whether a key of this id can be unwrapped by.</summary>
    public bool Holds(string id) => _wrapping.Any(key => key.Name == id);

    /// <summary>The id of the key by which a data key is wrapped.</summary>
    public static string WrappedBy(ReadOnlySpan<byte> wrapped) => Convert.ToHexStringLower(wrapped[..IdBytes]);

    /// <summary>The key of a new exchange, and the form in which the store keeps it.</summary>
    public (byte[] Key, byte[] Wrapped) NewDataKey(Guid exchange)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        return (key, [.. Newest.Id, .. SealedBox.Seal(Newest.Key, key, exchange.ToByteArray(bigEndian: true))]);
    }

    /// <summary>The data key of an exchange.</summary>
    /// <exception cref="CryptographicException">The wrapping key is not in the ring, or the wrapped key was changed.</exception>
    public byte[] Unwrap(Guid exchange, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length <= IdBytes)
        {
            throw new CryptographicException("the wrapped data key is too short");
        }

        if (Find(wrapped) is not { } by)
        {
            if (_again is not null)
            {
                _wrapping = [.. _again()];
            }

            by = Find(wrapped)
                ?? throw new CryptographicException($"the data key is wrapped by {WrappedBy(wrapped)}, which is not in the ring: copy its file into ring/ of the key folder");
        }

        return SealedBox.Open(by.Key, wrapped[IdBytes..], exchange.ToByteArray(bigEndian: true));
    }

    /// <summary>
    /// Seals a value that belongs to no exchange, under a key derived for the purpose from the newest wrapping key: <c>id(8) ‖ box</c>. It is not wrapped
    /// anew: once its wrapping key is taken out of the ring, it is closed for good.
    /// </summary>
    /// <param name="id">What it belongs to: in another's place it does not open.</param>
    public byte[] Seal(string purpose, Guid id, ReadOnlySpan<byte> content) =>
        [.. Newest.Id, .. SealedBox.Seal(Derived(Newest, purpose), content, id.ToByteArray(bigEndian: true))];

    /// <summary>What was sealed; null where its key is not in the ring.</summary>
    /// <exception cref="CryptographicException">It was changed, or belongs to something else.</exception>
    public byte[]? Open(string purpose, Guid id, ReadOnlySpan<byte> sealedValue) =>
        sealedValue.Length < IdBytes ? throw new CryptographicException("the sealed value is too short")
        : Find(sealedValue) is { } by ? SealedBox.Open(Derived(by, purpose), sealedValue[IdBytes..], id.ToByteArray(bigEndian: true))
        : null;

    private static byte[] Derived(RingKey by, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, by.Key, KeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    private RingKey? Find(ReadOnlySpan<byte> wrapped)
    {
        foreach (var key in _wrapping)
        {
            if (wrapped[..IdBytes].SequenceEqual(key.Id.AsSpan()))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>A data key wrapped by the newest key; null where it is already.</summary>
    /// <exception cref="CryptographicException">As <see cref="Unwrap"/>.</exception>
    public byte[]? Rewrap(Guid exchange, ReadOnlySpan<byte> wrapped)
    {
        var by = Newest;
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
public sealed record RingKey(ImmutableArray<byte> Id, byte[] Key)
{
    /// <summary>The id in hex, as in its file's name.</summary>
    public string Name => Convert.ToHexStringLower(Id.AsSpan());
}
