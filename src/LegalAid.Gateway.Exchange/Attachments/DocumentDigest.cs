using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Both digests of a document, lower-case hexadecimal.</summary>
/// <param name="Sha256">FIPS 180-4.</param>
/// <param name="Sm3">GB/T 32905, which agencies under the commercial cryptography rules compare by.</param>
public sealed record DocumentDigest(string Sha256, string Sm3)
{
    public static DocumentDigest Of(ReadOnlySpan<byte> content)
    {
        using var running = new RunningDigest();
        running.Append(content);
        return running.Finish();
    }
}

/// <summary>Both digests while the bytes pass. One user at a time.</summary>
internal sealed class RunningDigest : IDisposable
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SM3Digest _sm3 = new();

    /// <summary>Bytes that have passed.</summary>
    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<byte> content)
    {
        _sha256.AppendData(content);
        _sm3.BlockUpdate(content);
        Bytes += content.Length;
    }

    public DocumentDigest Finish()
    {
        Span<byte> sm3 = stackalloc byte[_sm3.GetDigestSize()];
        _sm3.DoFinal(sm3);
        return new DocumentDigest(Convert.ToHexStringLower(_sha256.GetHashAndReset()), Convert.ToHexStringLower(sm3));
    }

    public void Dispose() => _sha256.Dispose();
}
