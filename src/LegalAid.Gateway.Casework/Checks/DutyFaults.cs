using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Why a check refuses a step of a duty shift or of a request for help.</summary>
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

    public static readonly FaultCode SwapLawyers = Row("DUTY_SWAP_LAWYERS",
        "换班的两名律师与两个班次不符", "The two lawyers are not those of the two shifts", "换入班次须由替班律师值班，并由本班律师接替", "The shift in return must be the substitute's, and goes to the present lawyer");

    public static readonly FaultCode SwapTimes = Row("DUTY_SWAP_TIMES",
        "换入班次的起止时间与现在的排班不符", "It is not when the shift in return is", "重新读取该班次后另行申请", "Read that shift again and propose anew");

    public static readonly FaultCode SwapNotOffered = Row("DUTY_SWAP_NOT_OFFERED",
        "该班次排班时的业务类型没有换班", "The shift was offered under a type that has no swap", "不填 swap，只办替班；或取消后重新排班", "Leave `swap` out and substitute alone, or release the shift and offer it anew");

    public static readonly FaultCode NotBegun = new("DUTY_NOT_BEGUN", FaultKind.WrongState, FaultActor.CallerStaff,
        "班次尚未开始", "The shift has not begun", "开始后再办理", "Wait until it begins");

    public static readonly FaultCode ActsForCoAccused = Row("HELP_ACTS_FOR_CO_ACCUSED",
        "该律师已为同案其他人辩护", "The lawyer defends a co-accused already", "另选律师；一名律师不得为两名以上同案人辩护或提供帮助", "Name another; nobody acts for two co-accused");

    public static readonly FaultCode FormerDutyLawyer = Row("HELP_FORMER_DUTY_LAWYER",
        "该律师曾为同案其他人提供法律帮助，不得担任其中一人的辩护人", "As duty lawyer they helped a co-accused, and may not defend one of those they helped", "另选律师", "Name another lawyer");

    public static readonly FaultCode StageWrong = Row("HELP_STAGE_WRONG",
        "诉讼阶段不对：按当前阶段记录；已拒绝的在其后的阶段再次询问", "The stage is not right: a refusal is of the present stage, and is asked again at a later one", "核对诉讼阶段", "Check the stage");

    public static readonly FaultCode RecordTimes = Row("HELP_RECORD_TIMES",
        "结束时间应晚于开始时间且不晚于现在", "It must end after it begins, and not in the future", "更正起止时间", "Correct the times");

    public static readonly FaultCode ServiceTwice = Row("HELP_SERVICE_TWICE",
        "同一服务重复列出", "A service stands twice", "删除重复项", "Remove the repetition");

    public static readonly FaultCode PleaMissing = Row("HELP_PLEA_MISSING",
        "认罪认罚的服务与其记录须同时填写", "The service of an admission of guilt and what was done for it go together", "补充或删除其中一项", "Give both, or neither");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
