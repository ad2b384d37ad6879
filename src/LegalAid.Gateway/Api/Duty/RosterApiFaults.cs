using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>Faults of calls about rosters that only the service sees.</summary>
[FaultRows]
public static class RosterApiFaults
{
    public static readonly FaultCode Busy = new("ROSTER_BUSY", FaultKind.Exhausted, FaultActor.CallerSystem,
        "正在为其他人编排值班表", "Another roster is being drafted",
        "稍后再试", "Try again in a moment");

    public static readonly FaultCode TimeOfDay = new("TIME_OF_DAY_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "时间应写成 09:00", "A time of day is written 09:00",
        "更正该时间", "Correct the time");

    public static readonly FaultCode TimeLimit = new("ROSTER_TIME_LIMIT", FaultKind.Invalid, FaultActor.CallerSystem,
        "编排时限应为 1 秒至 {0} 秒", "The time limit must be from 1 to {0} seconds",
        "调整 timeLimit", "Change timeLimit");

    public static readonly FaultCode OneChange = new("ROSTER_ONE_CHANGE", FaultKind.Invalid, FaultActor.CallerSystem,
        "absence、cancelledShift、addedShift 应当填且只填一项", "Exactly one of absence, cancelledShift and addedShift must be given",
        "分次调整", "Make one change after the other");
}
