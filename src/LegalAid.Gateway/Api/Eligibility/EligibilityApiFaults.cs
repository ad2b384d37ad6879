using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api.Eligibility;

/// <summary>Faults of calls about eligibility that only the service sees.</summary>
[FaultRows]
public static class EligibilityApiFaults
{
    public static readonly FaultCode Wait = new("WAIT_DURATION_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "等待时间应为 0 至 {0} 秒", "The wait must be from 0 to {0} seconds",
        "调整 waitDuration；结论之后也会发到邮箱", "Change waitDuration; the finding also comes as a message");

    public static readonly FaultCode NotDetermined = new("ELIGIBILITY_NOT_DETERMINED", FaultKind.WrongState, FaultActor.CallerStaff,
        "审查尚未得出结论", "Nothing has been determined yet",
        "等待审查结束后再查看理由", "Ask for the reasons when the checking has ended");
}
