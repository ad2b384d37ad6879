using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace LegalAid.Gateway.Exchange.Evidence.Bundle;

/// <summary>
/// Signs a bundle's manifest: a detached JWS (RFC 7515 appendix F), ES256 with the nonce of RFC 6979, so that the same case gives the same
/// bytes. The platform's own ECDSA draws its nonce at random.
/// </summary>
public sealed class ManifestSigner
{
    private const int CoordinateBytes = 32;

    private readonly string _kid;
    private readonly ECPrivateKeyParameters _key;

    /// <param name="key">EC P-256 with its private part; it is copied.</param>
    public ManifestSigner(string kid, ECDsa key)
    {
        _kid = kid;
        var curve = SecNamedCurves.GetByName("secp256r1");
        _key = new ECPrivateKeyParameters(
            new BigInteger(1, key.ExportParameters(includePrivateParameters: true).D),
            new ECDomainParameters(curve.Curve, curve.G, curve.N, curve.H));
    }

    public string Sign(ReadOnlySpan<byte> manifest)
    {
        var header = Base64Url.EncodeToString(CanonicalJson.Canonicalise(
            new JsonObject { ["alg"] = CompactJws.Es256, ["kid"] = _kid, ["typ"] = BundleNames.ManifestType }));
        var signed = Encoding.ASCII.GetBytes($"{header}.{Base64Url.EncodeToString(manifest)}");
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, _key);
        var parts = signer.GenerateSignature(SHA256.HashData(signed));
        return $"{header}..{Base64Url.EncodeToString([.. Coordinate(parts[0]), .. Coordinate(parts[1])])}";
    }

    /// <summary>Big-endian, of fixed length (RFC 7518 3.4).</summary>
    private static byte[] Coordinate(BigInteger number)
    {
        var bytes = number.ToByteArrayUnsigned();
        return [.. new byte[CoordinateBytes - bytes.Length], .. bytes];
    }
}
