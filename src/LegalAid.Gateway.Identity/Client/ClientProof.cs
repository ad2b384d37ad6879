using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LegalAid.Gateway.Identity.Client;

/// <summary>Makes what an agency's system shows with each request to prove that it has the key of its token (RFC 9449 section 4.2).</summary>
public static class ClientProof
{
    /// <summary>A compact JWS, signed with ES256, good for one request.</summary>
    /// <param name="key">A private key on P-256: of the token requests and of the calls the same.</param>
    /// <param name="target">The request's address under the gateway's public address; query and fragment are left out.</param>
    /// <param name="nonce">The newest <c>DPoP-Nonce</c> of the gateway, or null before the first.</param>
    /// <param name="token">The access token that is shown; null at the token endpoint.</param>
    public static string Create(ECDsa key, string method, Uri target, DateTimeOffset now, string? nonce, string? token)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(target);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return CompactJws.Sign(
            key,
            header =>
            {
                header.WriteString("alg", "ES256");
                header.WriteString("typ", "dpop+jwt");
                header.WriteStartObject("jwk");
                header.WriteString("kty", "EC");
                header.WriteString("crv", "P-256");
                header.WriteString("x", Base64Url.EncodeToString(point.X));
                header.WriteString("y", Base64Url.EncodeToString(point.Y));
                header.WriteEndObject();
            },
            claims =>
            {
                claims.WriteString("jti", RandomNumberGenerator.GetHexString(32, lowercase: true));
                claims.WriteString("htm", method);
                claims.WriteString("htu", target.GetLeftPart(UriPartial.Path));
                claims.WriteNumber("iat", now.ToUnixTimeSeconds());
                if (nonce is not null)
                {
                    claims.WriteString("nonce", nonce);
                }

                if (token is not null)
                {
                    claims.WriteString("ath", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))));
                }
            });
    }
}
