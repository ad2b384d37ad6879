using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// What an agency signed of the request that brought a message (RFC 9421). It is kept beside the payload, sealed with it and committed to by the
/// message's leaf, so that whoever may read the message can show years later that the agency itself said it, without asking the agency.
/// </summary>
/// <param name="KeyId">The key's id at the agency's client.</param>
/// <param name="Jwk">The public key as it was enrolled then (RFC 7517), canonical JSON: enrolments change.</param>
/// <param name="Base">The signature base: the very text that was signed. It holds the digest of the body and no content of it.</param>
/// <param name="Signature">As the field had it, decoded.</param>
/// <param name="Body">The body as it was sent, whose digest stands in the base; empty where it is not kept.</param>
public sealed record SenderSignature(
    string KeyId, JsonObject Jwk, ReadOnlyMemory<byte> Base, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Body)
{
    /// <summary>
    /// As it stands in an exchange of a request that opened several: the body tells of all of them, and what is erased with one person's
    /// exchange must not live on in another's. The sender's own copy still fits the digest.
    /// </summary>
    public SenderSignature AmongSeveral() => this with { Body = default };

    /// <summary>Canonical JSON: <c>{"base":…,"body":…,"jwk":{…},"kid":…,"signature":…}</c>, bytes in base64.</summary>
    internal byte[] ToCanonicalJson()
    {
        var json = new JsonObject
        {
            ["base"] = Encoding.ASCII.GetString(Base.Span),
            ["jwk"] = Jwk.DeepClone(),
            ["kid"] = KeyId,
            ["signature"] = Convert.ToBase64String(Signature.Span),
        };
        if (!Body.IsEmpty)
        {
            json["body"] = Convert.ToBase64String(Body.Span);
        }

        return CanonicalJson.Canonicalise(json);
    }
}
