using System.Buffers.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Signatures;

namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>
/// SM2 with SM3 (GB/T 32918.2, 商用密码签名算法), for agencies under the commercial cryptography rules. Neither JOSE nor RFC 9421 has registered it: the JOSE
/// names are those of draft-dang-webauthn-sm2, the other is that of TLS (RFC 8998).
/// </summary>
internal sealed class Sm2 : JwsAlgorithm
{
    public override string Name => "SM2";

    public override string SignatureName => "sm2sig_sm3";

    public override JwsKey? ReadKey(JsonElement jwk) =>
        JoseJson.Text(jwk, "kty") == "EC" && JoseJson.Text(jwk, "crv") == "SM2"
            && Base64Text.TryDecode(JoseJson.Text(jwk, "x")) is { } x && Base64Text.TryDecode(JoseJson.Text(jwk, "y")) is { } y
            && Sm2Key.TryCreate(x, y) is { } key
                ? new PublicKey(x, y, key)
                : null;

    private sealed class PublicKey(byte[] x, byte[] y, Sm2Key key)
        : JwsKey($$"""{"crv":"SM2","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""")
    {
        public override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) => key.Verifies(signed, signature);
    }
}
