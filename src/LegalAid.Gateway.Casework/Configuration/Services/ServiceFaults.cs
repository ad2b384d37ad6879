using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What can be wrong with a published service.</summary>
[FaultRows]
public static class ServiceConfigurationFaults
{
    public static readonly FaultCode PathInvalid = Row("SERVICE_PATH_INVALID",
        "路径写法不对", "The path is not well-formed", "以 / 开头；各段为字母、数字、- . _ ~，或 {name}", "Begin with /; segments of letters, digits, - . _ ~, or {name}");

    public static readonly FaultCode HeaderInvalid = Row("SERVICE_HEADER_INVALID",
        "凭证不能放在这个请求头", "The credential cannot go into this header", "写 Authorization 或该机构自定义的请求头", "Name Authorization, or a header of the agency's own");

    public static readonly FaultCode CallTwice = Row("SERVICE_CALL_TWICE",
        "两处写了同一个调用", "The same call stands twice", "删除其中一处", "Remove one of them");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
