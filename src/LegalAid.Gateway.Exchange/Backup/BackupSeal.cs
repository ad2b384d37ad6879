using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>
/// What a passphrase gives: one key that encrypts the key folder, one that authenticates the manifest and through its digests the whole archive.
/// Whoever has the file alone can neither read content nor put other rows into it.
/// </summary>
internal sealed class BackupSeal : IDisposable
{
    /// <summary>Time that a try costs; OWASP's figure for PBKDF2-HMAC-SHA-256.</summary>
    public const int Iterations = 600_000;

    /// <summary>Most that a manifest may ask for: a forged one must not keep the reader busy for hours.</summary>
    public const int IterationsMax = 10_000_000;

    public const int SaltBytes = 16;

    private readonly byte[] _sealing;
    private readonly byte[] _authenticating;

    public BackupSeal(string passphrase, ReadOnlySpan<byte> salt, int iterations)
    {
        var both = Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, iterations, HashAlgorithmName.SHA256, 2 * KeyRing.KeyBytes);
        (_sealing, _authenticating) = (both[..KeyRing.KeyBytes], both[KeyRing.KeyBytes..]);
        CryptographicOperations.ZeroMemory(both);
    }

    public byte[] Seal(string backupId, ReadOnlySpan<byte> keys) => SealedBox.Seal(_sealing, keys, Associated(backupId));

    /// <exception cref="CryptographicException">Another passphrase, or the box was changed.</exception>
    public byte[] Open(string backupId, ReadOnlySpan<byte> box) => SealedBox.Open(_sealing, box, Associated(backupId));

    public byte[] Authenticate(ReadOnlySpan<byte> manifest) => HMACSHA256.HashData(_authenticating, manifest);

    public bool IsAuthentic(ReadOnlySpan<byte> manifest, ReadOnlySpan<byte> authenticator) =>
        CryptographicOperations.FixedTimeEquals(Authenticate(manifest), authenticator);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_sealing);
        CryptographicOperations.ZeroMemory(_authenticating);
    }

    private static byte[] Associated(string backupId) => Encoding.UTF8.GetBytes($"legalaid backup keys {backupId}");
}
