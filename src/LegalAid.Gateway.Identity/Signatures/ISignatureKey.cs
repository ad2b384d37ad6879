namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>A public key under one algorithm. The key decides the algorithm, never the message.</summary>
public interface ISignatureKey
{
    /// <summary>The algorithm's name in the registry of RFC 9421 section 6.2, such as <c>ecdsa-p256-sha256</c>.</summary>
    string Algorithm { get; }

    /// <summary>Whether the signature is the key's over these bytes. Never throws on a malformed one.</summary>
    bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
}
