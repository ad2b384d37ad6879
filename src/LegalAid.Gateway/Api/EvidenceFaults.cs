using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api;

/// <summary>Faults of questions about the evidence log.</summary>
[FaultRows]
public static class EvidenceFaults
{
    public static readonly FaultCode NotYet = new("EVIDENCE_NOT_YET", FaultKind.WrongState, FaultActor.CallerSystem,
        "该证据尚未被日志检查点覆盖", "No checkpoint of the log covers this leaf yet",
        "稍后重试，通常不超过一秒", "Try again shortly, usually within a second");

    public static readonly FaultCode BeyondLog = new("EVIDENCE_BEYOND_LOG", FaultKind.NotFound, FaultActor.CallerSystem,
        "日志没有该大小的检查点", "The log has no checkpoint of that size",
        "先读取最新检查点", "Read the newest checkpoint first");

    public static readonly FaultCode Size = new("EVIDENCE_SIZE_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "大小不得为负", "A size must not be negative",
        "使用检查点中的大小，或 0", "Use the size of a checkpoint, or 0");
}
