using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Operations;

/// <summary>Faults that the host itself finds.</summary>
[FaultRows]
public static class OperationsFaults
{
    public static readonly FaultCode PayloadSchema = new("PAYLOAD_SCHEMA", FaultKind.Invalid, FaultActor.CallerSystem,
        "内容不符合该业务类型的模式：{0}", "The payload does not fit the type's schema: {0}",
        "按目录服务给出的模式修改", "Change it to fit the schema that the directory names");
}
