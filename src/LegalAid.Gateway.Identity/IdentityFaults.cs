using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Identity;

/// <summary>Rows of the error table for credentials (RFC 6750).</summary>
[FaultRows]
public static class IdentityFaults
{
    private const string FetchZh = "以客户端凭证重新取得令牌后重试";
    private const string FetchEn = "Fetch a new token with the client's credentials and repeat";

    public static readonly FaultCode TokenMissing = Row("TOKEN_MISSING", FaultActor.CallerSystem,
        "请求未携带访问令牌", "The request carries no access token",
        "在 Authorization 头中以 Bearer 或 DPoP 方式携带访问令牌", "Send the access token as Bearer or DPoP in the Authorization header");

    public static readonly FaultCode TokenMalformed = Row("TOKEN_MALFORMED", FaultActor.CallerSystem,
        "访问令牌格式不正确", "The access token is malformed", FetchZh, FetchEn);

    public static readonly FaultCode TokenInvalid = Row("TOKEN_INVALID", FaultActor.CallerSystem,
        "访问令牌的签发方、类型或签名不被接受", "The access token's issuer, type or signature is not accepted", FetchZh, FetchEn);

    public static readonly FaultCode TokenExpired = Row("TOKEN_EXPIRED", FaultActor.CallerSystem,
        "访问令牌已过期", "The access token has expired", FetchZh, FetchEn);

    public static readonly FaultCode TokenNotYetValid = Row("TOKEN_NOT_YET_VALID", FaultActor.CallerSystem,
        "访问令牌尚未生效", "The access token is not valid yet",
        "校准系统时间后重新取得令牌", "Set the system's clock right and fetch a new token");

    public static readonly FaultCode TokenWrongAudience = Row("TOKEN_WRONG_AUDIENCE", FaultActor.CallerSystem,
        "访问令牌不是签发给本网关使用的", "The access token is meant for another audience", FetchZh, FetchEn);

    public static readonly FaultCode TokenRevoked = Row("TOKEN_REVOKED", FaultActor.CallerSystem,
        "访问令牌已被撤销", "The access token has been revoked", FetchZh, FetchEn);

    public static readonly FaultCode TokenUnbound = Row("TOKEN_UNBOUND", FaultActor.CallerSystem,
        "该客户端的访问令牌必须与密钥绑定", "This client's access tokens must be bound to a key",
        "取令牌时携带 DPoP 证明或客户端证书", "Send a DPoP proof, or use a client certificate, when fetching the token");

    public static readonly FaultCode TokenDowngraded = Row("TOKEN_DOWNGRADED", FaultActor.CallerSystem,
        "访问令牌的出示方式与其绑定方式不符", "The access token is not shown in the way in which it is bound",
        "以 DPoP 方式出示绑定密钥的令牌并附一个 DPoP 证明；未绑定的令牌以 Bearer 方式出示",
        "Show a token that is bound to a key by the scheme DPoP with one DPoP proof; show one that is not as Bearer");

    public static readonly FaultCode TokenUnchecked = new("TOKEN_UNCHECKED", FaultKind.Unavailable, FaultActor.GatewayOperator,
        "暂时无法核对访问令牌", "The access token, or whether it was revoked, cannot be checked at present",
        "稍后重试", "Try again later");

    public static readonly FaultCode TokenOtherCertificate = Row("TOKEN_OTHER_CERTIFICATE", FaultActor.CallerSystem,
        "访问令牌绑定于另一张客户端证书，或未出示证书", "The access token is bound to another client certificate, or none was shown",
        "经双向 TLS 地址、以取令牌时的证书调用", "Call the mutual-TLS address with the certificate with which the token was fetched");

    public static readonly FaultCode ProofInvalid = Row("PROOF_INVALID", FaultActor.CallerSystem,
        "DPoP 证明缺失、重复、格式不正确、算法不被接受或签名不符",
        "The DPoP proof is missing, there are two, or its form, algorithm or signature is not accepted",
        "按 RFC 9449 第 4.2 节为每个请求生成一个证明", "Make one proof a request as RFC 9449 section 4.2 says");

    public static readonly FaultCode ProofWrongTarget = Row("PROOF_WRONG_TARGET", FaultActor.CallerSystem,
        "DPoP 证明不是为该方法、该地址或该令牌生成的", "The DPoP proof was made for another method, address or token",
        "htm 填请求方法，htu 填网关公开地址下的请求地址（不含查询），ath 填令牌的 SHA-256",
        "Give the method as htm, the address under the gateway's public address without query as htu, and the token's SHA-256 as ath");

    public static readonly FaultCode ProofExpired = Row("PROOF_EXPIRED", FaultActor.CallerSystem,
        "DPoP 证明的签发时间过早或在将来", "The DPoP proof was issued too long ago, or in the future",
        "校准系统时间，为每个请求重新生成证明", "Set the system's clock right and make a proof for each request");

    public static readonly FaultCode ProofNonce = Row("PROOF_NONCE_REQUIRED", FaultActor.CallerSystem,
        "DPoP 证明缺少网关给出的随机数，或已过时", "The DPoP proof lacks the gateway's nonce, or it is too old",
        "以应答头 DPoP-Nonce 的值作为 nonce 重新生成证明后重试", "Make the proof again with the value of the answer's DPoP-Nonce header as nonce, and repeat");

    public static readonly FaultCode ProofOtherKey = Row("PROOF_OTHER_KEY", FaultActor.CallerSystem,
        "DPoP 证明的密钥不是令牌所绑定的密钥", "The DPoP proof is by another key than the token is bound to",
        "使用取令牌时的密钥生成证明", "Make the proof with the key with which the token was fetched");

    public static readonly FaultCode ProofReplayed = Row("PROOF_REPLAYED", FaultActor.CallerSystem,
        "DPoP 证明已被使用过", "The DPoP proof has been used already",
        "为每个请求重新生成证明", "Make a proof for each request");

    public static readonly FaultCode ProofUnchecked = new("PROOF_UNCHECKED", FaultKind.Unavailable, FaultActor.GatewayOperator,
        "暂时无法核对 DPoP 证明是否被使用过", "It cannot be checked at present whether the DPoP proof was used before",
        "稍后以新的证明重试", "Try again later with a new proof");

    public static readonly FaultCode ClientUnknown = Row("CLIENT_UNKNOWN", FaultActor.GatewayOperator,
        "客户端未在本网关登记", "The client is not registered with this gateway",
        "联系网关管理员登记客户端", "Ask the operator to register the client");

    public static readonly FaultCode ClientDisabled = Row("CLIENT_DISABLED", FaultActor.GatewayOperator,
        "客户端已停用", "The client is disabled", "联系网关管理员恢复客户端", "Ask the operator to enable the client");

    public static readonly FaultCode ScopeInsufficient = new("TOKEN_SCOPE_INSUFFICIENT", FaultKind.Denied, FaultActor.CallerSystem,
        "访问令牌的授权范围不足", "The access token lacks a scope",
        "以 gateway 范围重新取得令牌", "Fetch a token with the scope gateway");

    private static FaultCode Row(string code, FaultActor actor, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Unauthenticated, actor, zh, en, remedyZh, remedyEn);
}
