using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Services;

/// <summary>What is wrong with a call of a published service that the matrix granted.</summary>
[FaultRows]
public static class ServiceFaults
{
    public static readonly FaultCode Query = new("SERVICE_QUERY_UNKNOWN", FaultKind.Invalid, FaultActor.CallerSystem,
        "该服务没有此查询参数，或写了不止一次", "The service has no such query parameter, or it stands more than once",
        "对照 docs/services.md 与服务说明核对参数", "Compare the parameters with what the service takes");

    public static readonly FaultCode HasNone = new("SERVICE_HAS_NONE", FaultKind.NotFound, FaultActor.CallerStaff,
        "对方机构没有所查的内容", "The agency has nothing of that name",
        "核对所查的编号", "Check the number that was asked for");

    public static readonly FaultCode Refused = new("SERVICE_REFUSED", FaultKind.Invalid, FaultActor.CallerStaff,
        "对方机构的服务不接受此请求", "The agency's service does not take the request",
        "核对请求内容；仍不行请联系对方机构", "Check the request; where that does not help, ask the agency");

    public static readonly FaultCode Away = new("SERVICE_UNAVAILABLE", FaultKind.Unavailable, FaultActor.Nobody,
        "对方机构的服务暂时不可用", "The agency's service is not available at present",
        "稍后再试", "Try again later");

    public static readonly FaultCode Late = new("SERVICE_TIMEOUT", FaultKind.Unavailable, FaultActor.Nobody,
        "对方机构的服务未在时限内答复", "The agency's service did not answer in time",
        "稍后再试", "Try again later");

    public static readonly FaultCode Unusable = new("SERVICE_ANSWER_UNUSABLE", FaultKind.Unavailable, FaultActor.GatewayOperator,
        "对方机构的答复无法使用", "The agency's answer cannot be used",
        "请网关管理员与对方机构核对其接口", "Have the gateway's operator look into it with the agency");
}
