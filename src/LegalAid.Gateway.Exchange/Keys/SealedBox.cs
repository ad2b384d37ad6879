using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Keys;

/// <summary>
/// Authenticated encryption of one value: AES-256-GCM, <c>version(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)</c>. The associated data binds
/// a value to its row, so that a cipher copied into another row does not open.
/// </summary>
public static class SealedBox
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>What a box is longer than its content.</summary>
    public const int OverheadBytes = 1 + NonceBytes + TagBytes;

    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated)
    {
        var box = new byte[OverheadBytes + content.Length];
        Seal(key, content, associated, box);
        return box;
    }

    /// <summary>The same into a place of the caller's, <see cref="OverheadBytes"/> longer than the content.</summary>
    public static void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content, ReadOnlySpan<byte> associated, Span<byte> box)
    {
        box[0] = Version;
        var nonce = box.Slice(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, content, box.Slice(1 + NonceBytes, content.Length), box[^TagBytes..], associated);
    }

    /// <exception cref="CryptographicException">The box was changed, belongs to another row, or the key is another.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated)
    {
        var content = new byte[Math.Max(0, box.Length - OverheadBytes)];
        Open(key, box, associated, content);
        return content;
    }

    /// <summary>The same into a place of the caller's, <see cref="OverheadBytes"/> shorter than the box.</summary>
    /// <exception cref="CryptographicException">As above.</exception>
    public static void Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated, Span<byte> content)
    {
        if (box.Length < OverheadBytes || box[0] != Version)
        {
            throw new CryptographicException("not a sealed box of a known version");
        }

        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box.Slice(1, NonceBytes), box[(1 + NonceBytes)..^TagBytes], box[^TagBytes..], content, associated);
    }
}
