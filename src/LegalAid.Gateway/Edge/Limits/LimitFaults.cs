using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Limits;

/// <summary>What is wrong with how often somebody asks.</summary>
[FaultRows]
public static class LimitFaults
{
    public static readonly FaultCode QuotaUsedUp = new("QUOTA_USED_UP", FaultKind.Exhausted, FaultActor.CallerSystem,
        "本时段的调用次数（{0}）已用完", "The quota of this window ({0}) is used up",
        "等到 Retry-After 所示时间再试；不足时请管理员调整授权行的 quota", "Wait as Retry-After says; where that is not enough, ask the operator to change the row's quota");

    public static readonly FaultCode TooManyAttempts = new("TOO_MANY_ATTEMPTS", FaultKind.Exhausted, FaultActor.CallerSystem,
        "来自该网络的失败尝试或匿名请求过多", "Too many failed attempts, or requests without a token, from this network",
        "等到 Retry-After 所示时间；先排除失败的原因，勿原样重试", "Wait as Retry-After says, and first mend why it fails: the same again will fail again");
}
