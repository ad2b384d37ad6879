using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>
/// Signs receipts (回执): a JWS in compact form (RFC 7515), ES256. It is signed before the commit and stored with the message, so that a
/// repeated request gets the same one, and is given out only after the commit: nobody holds a receipt for what was not kept.
/// </summary>
public sealed class ReceiptSigner(SigningKey key, Uri issuer, ICheckpointSource checkpoints)
{
    /// <summary>Media type in the header's <c>typ</c>.</summary>
    public const string Type = "legalaid-receipt+jws";

    private readonly byte[] _header = Header(key, Type);

    /// <summary>
    /// Signs the claims. <c>iss</c> is added, and as <c>checkpoint</c> the newest head of the evidence log that was known: the log must be
    /// consistent with it for ever, so a receipt binds the past as well as its message.
    /// </summary>
    public string Sign(JsonObject claims)
    {
        if (checkpoints.Current is { } newest)
        {
            claims["checkpoint"] = new JsonObject { ["origin"] = newest.Origin, ["size"] = newest.Size, ["root"] = newest.Root.ToString() };
        }

        return Sign(_header, claims);
    }

    /// <summary>Signs claims that are no receipt, under the type that says what they are; <c>iss</c> is added.</summary>
    public string Sign(JsonObject claims, string type) => Sign(Header(key, type), claims);

    /// <summary>Signs content that stands elsewhere: a compact form whose payload is left out (RFC 7515, appendix F).</summary>
    public string SignDetached(ReadOnlySpan<byte> content, string type)
    {
        var header = Header(key, type);
        byte[] signed = [.. header, .. Base64Url.EncodeToUtf8(content)];
        return $"{Encoding.ASCII.GetString(header)}.{Base64Url.EncodeToString(key.Sign(signed))}";
    }

    private string Sign(byte[] header, JsonObject claims)
    {
        claims["iss"] = issuer.OriginalString;
        var payload = CanonicalJson.Canonicalise(claims);
        var signed = header.Length + Base64Url.GetEncodedLength(payload.Length);
        var jws = new byte[signed + 1 + Base64Url.GetEncodedLength(SigningKey.SignatureBytes)];
        header.CopyTo(jws, 0);
        Base64Url.EncodeToUtf8(payload, jws.AsSpan(header.Length));
        jws[signed] = (byte)'.';
        Base64Url.EncodeToUtf8(key.Sign(jws.AsSpan(0, signed)), jws.AsSpan(signed + 1));
        return Encoding.ASCII.GetString(jws);
    }

    /// <summary>The encoded header and the dot behind it.</summary>
    private static byte[] Header(SigningKey key, string type) =>
    [
        .. Base64Url.EncodeToUtf8(CanonicalJson.Canonicalise(new JsonObject { ["alg"] = "ES256", ["kid"] = key.Kid, ["typ"] = type })), (byte)'.',
    ];
}
