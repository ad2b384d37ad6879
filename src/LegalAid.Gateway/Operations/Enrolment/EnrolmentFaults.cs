using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>Refusals of an enrolment.</summary>
[FaultRows]
internal static class EnrolmentFaults
{
    public static readonly FaultCode Code = new("ENROLMENT_CODE_REFUSED", FaultKind.Denied, FaultActor.CallerStaff,
        "接入码不存在、已使用或已过期", "The enrolment code does not exist, was used or has expired",
        "核对接入码，或请网关管理员另发一个", "Compare the code, or ask the gateway's administrator for another");

    public static readonly FaultCode Key = new("ENROLMENT_KEY_REFUSED", FaultKind.Invalid, FaultActor.CallerSystem,
        "不是 P-256 或 SM2 公钥，或未能证明持有其私钥", "This is no public key on P-256 or SM2, or it was not shown that you have its private half",
        "提交自签名的 CSR，或 jwk 及其对接入码的 JWS", "Send a CSR that signs itself, or a jwk with its JWS over the code");

    public static readonly FaultCode KeyTaken = new("ENROLMENT_KEY_IN_USE", FaultKind.Conflict, FaultActor.CallerSystem,
        "该公钥已由另一客户端使用", "Another client has this key already",
        "为本系统另行生成密钥", "Generate a key for this system alone");

    public static readonly FaultCode Moved = new("ENROLMENT_MOVED", FaultKind.Conflict, FaultActor.CallerSystem,
        "该客户端的登记同时被改动", "The client's enrolment was changed at the same time",
        "稍后重试", "Try again");

    public static readonly FaultCode Configured = new("CLIENT_IS_CONFIGURED", FaultKind.WrongState, FaultActor.GatewayOperator,
        "该客户端的密钥写在网关配置中，不能由此更换", "This client's keys stand in the gateway's configuration and are not changed here",
        "请网关管理员在配置中更换", "Ask the gateway's administrator to change them there");
}
