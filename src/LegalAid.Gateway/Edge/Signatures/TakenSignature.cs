using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Edge.Signatures;

/// <summary>A feature of a request whose signature holds.</summary>
/// <param name="request">As it was signed: the answer's signature names parts of it.</param>
/// <param name="body">What was read of the body; null where there is none, or where the endpoint keeps none.</param>
internal sealed class TakenSignature(SignedRequest request, AcceptedSignature accepted, AgencyClientKey key, KeptBody? body)
{
    public SignedRequest Request => request;

    /// <summary>What is kept with the message that the request brings. The body has been read to its end, and compared with its digest, by then.</summary>
    public SenderSignature ForMessage() => new(accepted.KeyId, key.ToJwk(), accepted.Base, accepted.Signature, body?.Bytes ?? default);
}

/// <summary>Where commands find it.</summary>
internal static class TakenSignatureFeature
{
    /// <summary>The caller's signature of this request; null where it was not signed.</summary>
    public static SenderSignature? SenderSignature(this HttpContext context) => context.Features.Get<TakenSignature>()?.ForMessage();
}
