using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>
/// Signs receipts (回执): a JWS in compact form (RFC 7515), ES256. It is signed before the commit and stored with the message, so that a
/// repeated request gets the same one, and is given out only after the commit: nobody holds a receipt for what was not kept.
/// </summary>
public sealed class ReceiptSigner(SigningKey key, Uri issuer)
{
    /// <summary>Media type in the header's <c>typ</c>.</summary>
    public const string Type = "legalaid-receipt+jws";

    private readonly string _header = Encode(CanonicalJson.Canonicalise(
        new JsonObject { ["alg"] = "ES256", ["kid"] = key.Kid, ["typ"] = Type }));

    /// <summary>Signs the claims; <c>iss</c> is added.</summary>
    public string Sign(JsonObject claims)
    {
        claims["iss"] = issuer.OriginalString;
        var signed = $"{_header}.{Encode(CanonicalJson.Canonicalise(claims))}";
        return $"{signed}.{Encode(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
