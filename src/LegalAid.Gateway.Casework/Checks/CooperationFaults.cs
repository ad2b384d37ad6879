using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Why a check refuses a step of a cooperation between centres.</summary>
[FaultRows]
public static class CooperationFaults
{
    public static readonly FaultCode RecipientSelf = Invalid("COOPERATION_RECIPIENT_SELF",
        "协作机构不能是本机构", "The centre that is asked must be another than your own",
        "填写异地的法律援助机构", "Name the centre of the other place");

    public static readonly FaultCode ItemTwice = Invalid("COOPERATION_ITEM_TWICE",
        "协作事项的编号重复", "The number of the item stands twice",
        "每项使用不同的编号，每项只反馈一次", "Give each item a number of its own, and each one result");

    public static readonly FaultCode ItemUnknown = Invalid("COOPERATION_ITEM_UNKNOWN",
        "协作函中没有该编号的事项", "The request has no item of this number",
        "核对协作函（含更正）中的事项编号", "Check the items of the request, amendments included");

    public static readonly FaultCode ItemsOpen = Invalid("COOPERATION_ITEMS_OPEN",
        "还有 {0} 项未反馈，也未说明原因", "Items that are neither answered nor explained: {0}",
        "逐项填写结果；未能办理的说明原因", "Give each item a result; where nothing was done, say why");

    public static readonly FaultCode ResultMissing = Invalid("COOPERATION_RESULT_MISSING",
        "已办理的事项未填结果", "The item is said to be done, and nothing says what came of it",
        "填写办理结果", "Say what was found or done");

    public static readonly FaultCode ReasonsMissing = Invalid("COOPERATION_REASONS_MISSING",
        "未办理或部分办理的事项未说明原因", "The item was not done, or not whole, and nothing says why",
        "说明原因", "Give the reasons");

    public static readonly FaultCode DatePassed = Invalid("COOPERATION_DATE_PASSED",
        "办理期限早于今日", "The date has passed",
        "填写今日或以后的日期", "Give today or a later day");

    public static readonly FaultCode DateFar = Invalid("COOPERATION_DATE_FAR",
        "办理期限超过 {0} 年", "The date is more than {0} years ahead",
        "核对日期", "Check the date");

    public static readonly FaultCode DateStands = Invalid("COOPERATION_DATE_STANDS",
        "提议的日期与现行期限相同", "The date is the one that stands already",
        "提议另一日期，或无需改期", "Propose another, or none");

    public static readonly FaultCode DateNotProposed = new("COOPERATION_DATE_NOT_PROPOSED", FaultKind.Conflict, FaultActor.CallerStaff,
        "该日期不是对方最近提议的日期", "The date is not the one that was proposed last",
        "重新读取业务，按最近的提议答复", "Read it again and answer the latest proposal");

    public static readonly FaultCode ForwardedBack = Invalid("COOPERATION_FORWARDED_BACK",
        "该机构是请求机构，或已经收到过此协作函", "The centre asked for this itself, or had it before",
        "转送其他有关机构；确无机构可转送的，书面说明不予协作的理由", "Pass it on to another centre; where there is none, decline and say why");

    private static FaultCode Invalid(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
