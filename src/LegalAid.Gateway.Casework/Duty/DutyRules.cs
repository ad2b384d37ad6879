using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>The hard rules of a roster (排班硬性规则), each with its stable code. <see cref="RosterRules"/> says where one is broken.</summary>
[FaultRows]
public static class DutyRules
{
    public static readonly FaultCode UnknownShift = Row("DUTY_UNKNOWN_SHIFT",
        "值班表写有不存在的班次", "The roster names a shift that is not there", "核对班次，或先增设", "Correct the shift, or add it first");

    public static readonly FaultCode UnknownLawyer = Row("DUTY_UNKNOWN_LAWYER",
        "值班表写有不在名册上的律师", "The roster names a lawyer who is not on the list", "核对律师编号，或先列入名册", "Correct the lawyer, or list them first");

    public static readonly FaultCode UnknownStation = Row("DUTY_UNKNOWN_STATION",
        "班次所在站点不存在", "The shift is at a station that is not there", "核对站点，或先登记", "Correct the station, or register it first");

    public static readonly FaultCode SameTwice = Row("DUTY_SAME_TWICE",
        "同一律师在同一班次重复出现", "A lawyer stands twice on one shift", "删除重复的一条", "Remove one of them");

    public static readonly FaultCode TooFew = Row("DUTY_TOO_FEW",
        "班次人数不足", "The shift has too few lawyers", "补派律师，或减少名额", "Assign more, or lower its slots");

    public static readonly FaultCode TooMany = Row("DUTY_TOO_MANY",
        "班次人数超出名额", "The shift has more lawyers than slots", "撤下多余的律师，或增加名额", "Take some off, or raise its slots");

    public static readonly FaultCode Qualification = Row("DUTY_QUALIFICATION",
        "律师不具备班次要求的专长、资格或者执业年限", "The lawyer lacks a speciality, qualification or years of practice that the shift needs", "改派符合条件的律师", "Assign one who has them");

    public static readonly FaultCode OnLeave = Row("DUTY_ON_LEAVE",
        "律师当天请假", "The lawyer is on leave that day", "改派他人，或与律师商定销假", "Assign another, or agree on another leave");

    public static readonly FaultCode Barred = Row("DUTY_BARRED",
        "律师应当回避该站点", "The lawyer may not serve at the station", "改派他人", "Assign another");

    public static readonly FaultCode TwoPlaces = Row("DUTY_TWO_PLACES",
        "两个班次时间重叠，或者来不及在两地之间往返", "Two shifts overlap, or leave no time to travel between them", "改派其中一班", "Assign one of them to another");

    public static readonly FaultCode Rest = Row("DUTY_REST",
        "两天的班次之间休息时间不足", "Too little rest between the shifts of two days", "改派其中一班", "Assign one of them to another");

    public static readonly FaultCode DailyMax = Row("DUTY_DAILY_MAX",
        "超过律师每日班次上限", "More shifts in a day than the lawyer may have", "改派其中一班，或经同意提高上限", "Assign one to another, or raise the maximum by consent");

    public static readonly FaultCode WeeklyMax = Row("DUTY_WEEKLY_MAX",
        "超过律师每周班次上限", "More shifts in a week than the lawyer may have", "改派其中一班，或经同意提高上限", "Assign one to another, or raise the maximum by consent");

    public static readonly FaultCode MonthlyMax = Row("DUTY_MONTHLY_MAX",
        "超过律师每月班次上限", "More shifts in a month than the lawyer may have", "改派其中一班，或经同意提高上限", "Assign one to another, or raise the maximum by consent");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
