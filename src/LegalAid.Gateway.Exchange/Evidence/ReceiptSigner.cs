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

    /// <summary>The encoded header and the dot behind it.</summary>
    private readonly byte[] _header =
    [
        .. Base64Url.EncodeToUtf8(CanonicalJson.Canonicalise(new JsonObject { ["alg"] = "ES256", ["kid"] = key.Kid, ["typ"] = Type })), (byte)'.',
    ];

    /// <summary>Signs the claims; <c>iss</c> is added.</summary>
    public string Sign(JsonObject claims)
    {
        claims["iss"] = issuer.OriginalString;
        var payload = CanonicalJson.Canonicalise(claims);
        var signed = _header.Length + Base64Url.GetEncodedLength(payload.Length);
        var jws = new byte[signed + 1 + Base64Url.GetEncodedLength(SigningKey.SignatureBytes)];
        _header.CopyTo(jws, 0);
        Base64Url.EncodeToUtf8(payload, jws.AsSpan(_header.Length));
        jws[signed] = (byte)'.';
        Base64Url.EncodeToUtf8(key.Sign(jws.AsSpan(0, signed)), jws.AsSpan(signed + 1));
        return Encoding.ASCII.GetString(jws);
    }
}
