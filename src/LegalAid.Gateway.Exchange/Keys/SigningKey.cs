using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Keys;

/// <summary>An EC P-256 key that signs (ES256). Safe on any thread: each signature borrows its own instance.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Length of a signature.</summary>
    public const int SignatureBytes = 64;

    private readonly ConcurrentBag<ECDsa> _idle = [];
    private readonly ECParameters _parameters;

    /// <param name="kid">RFC 7638 thumbprint or another name, unique among the gateway's keys.</param>
    public SigningKey(string kid, ECDsa key)
    {
        Kid = kid;
        _parameters = key.ExportParameters(includePrivateParameters: true);
        _idle.Add(key);
    }

    public string Kid { get; }

    /// <summary>The public point, for a JWK.</summary>
    public ECPoint PublicPoint => _parameters.Q;

    /// <summary>IEEE P1363 form, 64 bytes (RFC 7518 3.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        if (!_idle.TryTake(out var key))
        {
            key = ECDsa.Create(_parameters);
        }

        try
        {
            return key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _idle.Add(key);
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var key))
        {
            key.Dispose();
        }
    }
}
