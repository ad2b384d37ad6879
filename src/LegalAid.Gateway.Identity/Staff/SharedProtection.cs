using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace LegalAid.Gateway.Identity.Staff;

/// <summary>
/// Seals what browsers carry for us (sessions, forms) under keys that are derived from the gateway's key folder: every node opens what any of them
/// sealed, with no key of its own to share, and a restart signs nobody out. The framework's own ring would keep keys in a home folder.
/// AES-256-GCM under a key for each message (HKDF over purpose and a random salt), so that no number of messages wears a key out.
/// </summary>
internal sealed class SharedProtection(byte[] key, string purpose = "legalaid") : IDataProtectionProvider, IDataProtector
{
    private const int SaltBytes = 32, TagBytes = 16, NonceBytes = 12;

    public IDataProtector CreateProtector(string purpose1) => new SharedProtection(key, $"{purpose}\0{purpose1}");

    public byte[] Protect(byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var box = new byte[SaltBytes + plaintext.Length + TagBytes];
        var salt = box.AsSpan(0, SaltBytes);
        RandomNumberGenerator.Fill(salt);
        using var aes = Cipher(salt);
        aes.Encrypt(stackalloc byte[NonceBytes], plaintext, box.AsSpan(SaltBytes, plaintext.Length), box.AsSpan(SaltBytes + plaintext.Length));
        return box;
    }

    /// <exception cref="CryptographicException">It was sealed for another purpose or by others, or was changed.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        ArgumentNullException.ThrowIfNull(protectedData);
        if (protectedData.Length < SaltBytes + TagBytes)
        {
            throw new CryptographicException("too short to have been sealed here");
        }

        var plain = new byte[protectedData.Length - SaltBytes - TagBytes];
        using var aes = Cipher(protectedData.AsSpan(0, SaltBytes));
        aes.Decrypt(stackalloc byte[NonceBytes], protectedData.AsSpan(SaltBytes, plain.Length), protectedData.AsSpan(^TagBytes..), plain);
        return plain;
    }

    /// <summary>The nonce is zero: each key seals one message.</summary>
    private AesGcm Cipher(ReadOnlySpan<byte> salt)
    {
        Span<byte> derived = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, Encoding.UTF8.GetBytes(purpose));
        return new AesGcm(derived, TagBytes);
    }
}
