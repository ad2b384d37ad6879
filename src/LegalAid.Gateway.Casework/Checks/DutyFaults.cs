using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Why a check refuses a step of a duty shift.</summary>
[FaultRows]
public static class DutyFaults
{
    public static readonly FaultCode ShiftPast = Row("DUTY_SHIFT_PAST",
        "班次开始时间已过", "The shift has begun already", "填写将来的时间", "Give a time to come");

    public static readonly FaultCode TravelAtHome = Row("DUTY_TRAVEL_AT_HOME",
        "电话、网络值班没有路途时间", "Nobody travels to a shift by telephone or network", "删除路途时间，或更正值班方式", "Remove the journeys, or correct the mode");

    public static readonly FaultCode StationDiffers = Row("DUTY_STATION_DIFFERS",
        "不是该班次的值班地点", "It is not the station of the shift", "填写排班时的值班地点", "Name the station of the booking");

    public static readonly FaultCode SubstituteSame = Row("DUTY_SUBSTITUTE_SAME",
        "替班的就是原值班律师", "The substitute is the lawyer who is on duty", "另选律师", "Name another lawyer");

    public static readonly FaultCode NotAsProposed = Row("DUTY_NOT_AS_PROPOSED",
        "与替班申请不一致", "It is not what was proposed", "按申请填写律师和路途时间，不改其他内容", "Give the lawyer and the journeys of the proposal, and change nothing else");

    public static readonly FaultCode NotBegun = new("DUTY_NOT_BEGUN", FaultKind.WrongState, FaultActor.CallerStaff,
        "班次尚未开始", "The shift has not begun", "开始后再办理", "Wait until it begins");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
