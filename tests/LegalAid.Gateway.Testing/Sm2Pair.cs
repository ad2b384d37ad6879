using System.Buffers.Text;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace LegalAid.Gateway.Testing;

/// <summary>A key pair on the SM2 curve, as an agency under the commercial cryptography rules has one in its signing device.</summary>
public sealed class Sm2Pair
{
    private readonly ECPrivateKeyParameters _private;
    private readonly ECPublicKeyParameters _public;

    public Sm2Pair()
    {
        var generator = new ECKeyPairGenerator();
        generator.Init(new ECKeyGenerationParameters(new ECDomainParameters(GMNamedCurves.GetByName("SM2P256V1")), new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        (_private, _public) = ((ECPrivateKeyParameters)pair.Private, (ECPublicKeyParameters)pair.Public); // as the generator makes them
    }

    /// <summary>The public half, with its algorithm.</summary>
    public JsonObject Jwk => new()
    {
        ["kty"] = "EC",
        ["crv"] = "SM2",
        ["alg"] = "SM2",
        ["x"] = Base64Url.EncodeToString(_public.Q.AffineXCoord.GetEncoded()),
        ["y"] = Base64Url.EncodeToString(_public.Q.AffineYCoord.GetEncoded()),
    };

    /// <summary>r and s of 32 bytes each, over SM3 and under the default signer's id.</summary>
    public byte[] Sign(byte[] message)
    {
        var signer = new SM2Signer(PlainDsaEncoding.Instance);
        signer.Init(forSigning: true, new ParametersWithRandom(_private, new SecureRandom()));
        signer.BlockUpdate(message);
        return signer.GenerateSignature();
    }
}
