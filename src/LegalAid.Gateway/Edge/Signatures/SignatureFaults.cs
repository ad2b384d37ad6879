using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Edge.Signatures;

/// <summary>Refusals of a request for its signature (RFC 9421) or the digest of its body (RFC 9530).</summary>
[FaultRows]
internal static class SignatureFaults
{
    public static readonly FaultCode Required = Denied("SIGNATURE_REQUIRED",
        "本客户端的请求须带消息签名", "This client's requests must be signed",
        "按 RFC 9421 签名后重发，须涵盖的部分见 Accept-Signature 头", "Sign the request (RFC 9421) and send again; Accept-Signature says what to cover");

    public static readonly FaultCode Malformed = Invalid("SIGNATURE_MALFORMED",
        "签名字段的格式不对，或缺少 created、keyid、nonce、tag 之一", "The signature's fields are malformed, or lack created, keyid, nonce or tag",
        "只带一个签名，参数见接口文档", "Send exactly one signature with the parameters that the interface document names");

    public static readonly FaultCode Uncovered = Invalid("SIGNATURE_COVERS_TOO_LITTLE",
        "签名未涵盖应涵盖的部分", "The signature does not cover all that it must",
        "须涵盖的部分见 Accept-Signature 头；请求体的摘要须含 sha-256", "Accept-Signature says what to cover; the body's digest must hold sha-256");

    public static readonly FaultCode Expired = Denied("SIGNATURE_EXPIRED",
        "签名已过期", "The signature is too old",
        "核对时钟，重新签名", "Check the clock and sign again");

    public static readonly FaultCode NotYetValid = Denied("SIGNATURE_NOT_YET_VALID",
        "签名时间在将来", "The signature was made in the future",
        "核对时钟，重新签名", "Check the clock and sign again");

    public static readonly FaultCode Wrong = Denied("SIGNATURE_INVALID",
        "签名不成立", "The signature does not hold",
        "核对密钥、签名算法与对外地址", "Check the key, the algorithm and the gateway's public address");

    public static readonly FaultCode Replayed = Denied("SIGNATURE_REPLAYED",
        "该签名已经用过", "The signature was used before",
        "每次发送都用新的 nonce 重新签名", "Sign each sending anew, with a nonce of its own");

    public static readonly FaultCode DigestMalformed = Invalid("CONTENT_DIGEST_MALFORMED",
        "Content-Digest 的格式不对，或不含 sha-256", "Content-Digest is malformed or holds no sha-256",
        "例如 sha-256=:Base64:（RFC 9530）", "For example sha-256=:Base64: (RFC 9530)");

    public static readonly FaultCode DigestDiffers = Invalid("CONTENT_DIGEST_MISMATCH",
        "请求体与 Content-Digest 不符", "The body is not that of Content-Digest",
        "核对后重新签名并发送", "Check it, sign again and send again");

    private static FaultCode Denied(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Denied, FaultActor.CallerSystem, zh, en, remedyZh, remedyEn);

    /// <summary>What a signature that does not hold is refused with.</summary>
    public static FaultCode Of(SignatureOutcome outcome) => outcome switch
    {
        SignatureOutcome.Malformed => Malformed,
        SignatureOutcome.Uncovered => Uncovered,
        SignatureOutcome.Expired => Expired,
        SignatureOutcome.NotYetValid => NotYetValid,
        SignatureOutcome.Invalid => Wrong,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "An outcome without a fault."),
    };

    private static FaultCode Invalid(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerSystem, zh, en, remedyZh, remedyEn);
}
