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
        "在 Authorization 头中以 Bearer 方式携带访问令牌", "Send the access token as Bearer in the Authorization header");

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
