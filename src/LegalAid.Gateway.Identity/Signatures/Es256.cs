using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).</summary>
internal sealed class Es256 : JwsAlgorithm
{
    public override string Name => "ES256";

    public override string SignatureName => "ecdsa-p256-sha256";

    public override JwsKey? ReadKey(JsonElement jwk) =>
        JoseJson.Text(jwk, "kty") == "EC" && JoseJson.Text(jwk, "crv") == "P-256"
            && JoseJson.Text(jwk, "x") is { } x && JoseJson.Text(jwk, "y") is { } y
                ? Es256Key.TryCreate(x, y)
                : null;
}

/// <summary>A public key on P-256.</summary>
internal sealed class Es256Key : JwsKey
{
    private const int CoordinateBytes = 32;

    private readonly ECDsa _key;

    private Es256Key(ECDsa key)
        : base(JwkOf(key.ExportParameters(includePrivateParameters: false).Q)) => _key = key;

    /// <summary>From coordinates of 32 bytes in base64url; null where they are no point of the curve.</summary>
    public static Es256Key? TryCreate(string x, string y)
    {
        if (Base64Text.TryDecode(x) is not { Length: CoordinateBytes } left || Base64Text.TryDecode(y) is not { Length: CoordinateBytes } right)
        {
            return null;
        }

        try
        {
            return new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = left, Y = right } }));
        }
        catch (CryptographicException)
        {
            return null; // the platform checks that the point lies on the curve
        }
    }

    /// <summary>The public half of a key pair. Throws where it is on another curve.</summary>
    public static Es256Key From(ECDsa key) => key.KeySize == 256
        ? new(ECDsa.Create(key.ExportParameters(includePrivateParameters: false)))
        : throw new ArgumentException("The key must be on P-256.", nameof(key));

    /// <summary>A signature is r and s, 32 bytes each.</summary>
    public override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) =>
        signature.Length == 2 * CoordinateBytes
        && _key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private static string JwkOf(ECPoint point) =>
        $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
}
