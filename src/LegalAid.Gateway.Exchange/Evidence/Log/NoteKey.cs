using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>How a key signs (c2sp.org/signed-note, "Signature types").</summary>
public enum NoteAlgorithm
{
    /// <summary>Ed25519 over the text: what a log signs its checkpoints with.</summary>
    Ed25519 = 1,

    /// <summary>Ed25519 over the time and the text (c2sp.org/tlog-cosignature): what a witness signs with.</summary>
    Cosignature = 4,
}

/// <summary>A public key of signed notes: a vkey. Two are equal that have the same text.</summary>
public sealed record NoteKey
{
    private const int PublicBytes = 32;
    private const int TimeBytes = sizeof(ulong);
    private const int NameLengthMax = 255;

    private readonly byte[] _public;

    /// <exception cref="ArgumentException">The name is not one, or the key not of 32 bytes.</exception>
    public NoteKey(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        if (!IsName(name) || publicKey.Length != PublicBytes)
        {
            throw new ArgumentException("a note key needs a name without spaces and plus signs and a key of 32 bytes", nameof(name));
        }

        Name = name;
        Algorithm = algorithm;
        _public = publicKey.ToArray();
        Id = IdOf(name, algorithm, publicKey);
    }

    public string Name { get; }

    public NoteAlgorithm Algorithm { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ key): tells keys of one name apart, and is no proof of anything.</summary>
    public uint Id { get; }

    /// <summary>SHA-256 thumbprint of the key as a JWK (RFC 7638, RFC 8037 section 2), base64url: the same key under whatever name.</summary>
    public string Thumbprint => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.EncodeToString(_public)}}"}""")));

    /// <summary>Reads <c>name+hash+base64</c>. Null where it is malformed, the hash is not the key's, or the algorithm is unknown.</summary>
    public static NoteKey? Parse(string vkey)
    {
        var parts = vkey.Split('+', 3); // base64 may hold plus signs, a name may not
        return parts.Length == 3 && IsName(parts[0]) && StrictBase64.Decode(parts[2]) is { Length: 1 + PublicBytes } key
            && key[0] is (byte)NoteAlgorithm.Ed25519 or (byte)NoteAlgorithm.Cosignature
            && new NoteKey(parts[0], (NoteAlgorithm)key[0], key.AsSpan(1)) is var read && parts[1] == HexOf(read.Id)
            ? read
            : null;
    }

    /// <summary>A key or origin name: without white space, plus and control characters, 1 to 255 characters.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= NameLengthMax && !name.Any(letter => letter == '+' || char.IsWhiteSpace(letter) || char.IsControl(letter));

    public override string ToString() => $"{Name}+{HexOf(Id)}+{Convert.ToBase64String([(byte)Algorithm, .. _public])}";

    public bool Equals(NoteKey? other) => other is not null && Name == other.Name && Algorithm == other.Algorithm && _public.AsSpan().SequenceEqual(other._public);

    public override int GetHashCode() => HashCode.Combine(Name, Id);

    /// <summary>Whether this key made the signature over the text; for a cosignature also when.</summary>
    internal bool Verifies(string text, NoteSignature signature, out DateTimeOffset? at)
    {
        at = null;
        var bytes = signature.Value.AsSpan();
        if (Algorithm == NoteAlgorithm.Ed25519)
        {
            return Verifies(Encoding.UTF8.GetBytes(text), bytes);
        }

        if (bytes.Length != TimeBytes + Ed25519.SignatureSize || BinaryPrimitives.ReadUInt64BigEndian(bytes) is var seconds && seconds > TimeMax)
        {
            return false;
        }

        at = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return Verifies(CosignedMessage((long)seconds, text), bytes[TimeBytes..]);
    }

    internal static uint IdOf(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        byte[] hashed = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)algorithm, .. publicKey];
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(hashed));
    }

    internal static byte[] CosignedMessage(long seconds, string text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    internal static string HexOf(uint id) => id.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>The last second that has a date here. The format allows later ones; no honest clock tells them.</summary>
    private static ulong TimeMax { get; } = (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private bool Verifies(byte[] message, ReadOnlySpan<byte> signature) =>
        signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature.ToArray(), 0, _public, 0, message, 0, message.Length);
}
