using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>A private key of signed notes. Immutable; safe on any thread.</summary>
public sealed class NoteSigner
{
    private const int SeedBytes = 32;
    private const string Prefix = "PRIVATE+KEY+";

    private readonly byte[] _seed;
    private readonly byte[] _public = new byte[Ed25519.PublicKeySize];

    /// <param name="seed">32 bytes (RFC 8032 5.1.5).</param>
    public NoteSigner(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"a seed has {SeedBytes} bytes", nameof(seed));
        }

        _seed = seed.ToArray();
        Ed25519.GeneratePublicKey(_seed, 0, _public, 0);
        Key = new NoteKey(name, algorithm, _public);
    }

    /// <summary>The public half.</summary>
    public NoteKey Key { get; }

    public static NoteSigner Generate(string name, NoteAlgorithm algorithm) => new(name, algorithm, RandomNumberGenerator.GetBytes(SeedBytes));

    /// <summary>Reads <c>PRIVATE+KEY+name+hash+base64</c>. Null where it is malformed, the hash is not the key's, or the algorithm is unknown.</summary>
    public static NoteSigner? Parse(string skey)
    {
        if (!skey.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = skey[Prefix.Length..].Split('+', 3);
        return parts.Length == 3 && NoteKey.IsName(parts[0]) && StrictBase64.Decode(parts[2]) is { Length: 1 + SeedBytes } key
            && key[0] is (byte)NoteAlgorithm.Ed25519 or (byte)NoteAlgorithm.Cosignature
            && new NoteSigner(parts[0], (NoteAlgorithm)key[0], key.AsSpan(1)) is var read && parts[1] == NoteKey.HexOf(read.Key.Id)
            ? read
            : null;
    }

    /// <summary>The same key under another name, for a log that begins a new origin.</summary>
    public NoteSigner Renamed(string name) => new(name, Key.Algorithm, _seed);

    /// <summary>The private key as text: a secret.</summary>
    public string Export() =>
        $"{Prefix}{Key.Name}+{NoteKey.HexOf(Key.Id)}+{Convert.ToBase64String([(byte)Key.Algorithm, .. _seed])}";

    /// <param name="at">Stands in a cosignature, to the second; a plain signature has no time.</param>
    public NoteSignature Sign(string text, DateTimeOffset at)
    {
        if (Key.Algorithm == NoteAlgorithm.Ed25519)
        {
            return new NoteSignature(Key.Name, Key.Id, [.. Sign(Encoding.UTF8.GetBytes(text))]);
        }

        var seconds = at.ToUnixTimeSeconds();
        var time = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(time, (ulong)seconds);
        return new NoteSignature(Key.Name, Key.Id, [.. time, .. Sign(NoteKey.CosignedMessage(seconds, text))]);
    }

    private byte[] Sign(byte[] message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, 0, _public, 0, message, 0, message.Length, signature, 0);
        return signature;
    }
}
