namespace LegalAid.Gateway.Casework.Faults;

/// <summary>Rows that any part may need.</summary>
[FaultRows]
public static class GeneralFaults
{
    public static readonly FaultCode Required = new("FIELD_REQUIRED", FaultKind.Invalid, FaultActor.CallerSystem,
        "缺少必填项", "A required field is missing or empty", "补充该字段后重新提交", "Fill in the field and send again");

    public static readonly FaultCode NotFound = new("NOT_FOUND", FaultKind.NotFound, FaultActor.CallerSystem,
        "没有该资源，或无权知悉", "There is no such resource, or it is not yours to know", "核对资源名称与本机构权限", "Check the resource name and your agency's grants");

    public static readonly FaultCode Internal = new("INTERNAL", FaultKind.Internal, FaultActor.GatewayOperator,
        "网关内部错误", "The gateway failed", "凭追踪号联系网关管理员；可用同一请求号重试", "Tell the operator the trace id; the same request id may be repeated");
}
