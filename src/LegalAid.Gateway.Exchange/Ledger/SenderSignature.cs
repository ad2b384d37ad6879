using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// What an agency signed of what brought a message: of a request, by RFC 9421, or a file's JWS. It is kept beside the payload, sealed with it and committed to by the
/// message's leaf, so that whoever may read the message can show years later that the agency itself said it, without asking the agency.
/// </summary>
/// <param name="KeyId">The key's id at the agency's client.</param>
/// <param name="Jwk">The public key as it was enrolled then (RFC 7517), canonical JSON: enrolments change.</param>
/// <param name="Base">The very text that was signed: a signature base, which holds the digest of the body, or a JWS's header and payload.</param>
/// <param name="Signature">As the field had it, decoded.</param>
/// <param name="Body">The body as it was sent, whose digest stands in the base; empty where it is not kept.</param>
public sealed record SenderSignature(
    string KeyId, JsonObject Jwk, ReadOnlyMemory<byte> Base, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether what was signed is the content itself, as of a JWS.</summary>
    public bool BaseHoldsContent { get; init; }

    /// <summary>
    /// As it stands in an exchange of a request that opened several: the content tells of all of them, and what is erased with one person's
    /// exchange must not live on in another's. Of a signature over a digest the rest is kept, which the sender's own copy still fits; of another nothing.
    /// </summary>
    public SenderSignature? AmongSeveral() => BaseHoldsContent ? null : this with { Body = default };

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
