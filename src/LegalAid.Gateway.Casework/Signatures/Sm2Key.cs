using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace LegalAid.Gateway.Casework.Signatures;

/// <summary>
/// A public key on the curve of GB/T 32918.5 that verifies SM2 signatures (GB/T 32918.2) over SM3, under the default signer's id of GM/T 0009 section 10
/// (<c>1234567812345678</c>). The platform's own ECDSA takes the curve too, but what it makes there is no SM2 signature.
/// Only read: safe from several threads.
/// </summary>
public sealed class Sm2Key
{
    public const int CoordinateBytes = 32;

    private static readonly ECDomainParameters Curve = new(GMNamedCurves.GetByName("SM2P256V1"));

    private readonly ECPublicKeyParameters _key;

    private Sm2Key(ECPublicKeyParameters key) => _key = key;

    /// <summary>From coordinates of 32 bytes, most significant first; null where they are no point of the curve.</summary>
    public static Sm2Key? TryCreate(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        if (x.Length != CoordinateBytes || y.Length != CoordinateBytes)
        {
            return null;
        }

        try
        {
            return new(new ECPublicKeyParameters(Curve.Curve.ValidatePoint(new BigInteger(1, x), new BigInteger(1, y)), Curve));
        }
        catch (ArgumentException)
        {
            return null; // off the curve, or past the field
        }
    }

    /// <summary>Whether the signature, r and s of 32 bytes each, is this key's over the message. Never throws on a malformed one.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * CoordinateBytes)
        {
            return false;
        }

        var verifier = new SM2Signer(PlainDsaEncoding.Instance);
        verifier.Init(forSigning: false, _key);
        verifier.BlockUpdate(message);
        return verifier.VerifySignature(signature.ToArray());
    }
}
