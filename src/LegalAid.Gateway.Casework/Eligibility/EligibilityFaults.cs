using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>Why a case cannot be decided by a pack at all.</summary>
[FaultRows]
public static class EligibilityFaults
{
    public static readonly FaultCode NotInForce = Row("ELIGIBILITY_NOT_IN_FORCE",
        "受理日没有适用的规则包", "No rule pack applies on the day of receipt", "核对受理日，或指明历史规则包", "Check the day of receipt, or name a historical pack");

    public static readonly FaultCode PlaceNotCovered = Row("ELIGIBILITY_PLACE_NOT_COVERED",
        "规则包不适用于受理地", "The rule pack does not cover the receiving place", "核对受理法律援助机构所在地区划代码", "Check the division code of the receiving aid body's place");

    public static readonly FaultCode DecidedBeforeReceipt = Row("ELIGIBILITY_DECIDED_BEFORE_RECEIPT",
        "审查日早于受理日", "The day of the decision is before the day of receipt", "核对两个日期", "Check both dates");

    public static readonly FaultCode FactUnknown = Row("ELIGIBILITY_FACT_UNKNOWN",
        "没有名为 {0} 的事实", "There is no fact named {0}", "按 eligibility/facts.yaml 填写", "Use the names of eligibility/facts.yaml");

    public static readonly FaultCode FactValue = Row("ELIGIBILITY_FACT_VALUE",
        "{0} 的值不是规定的形式：{1}", "The value of {0} is not of its form: {1}", "按 eligibility/facts.yaml 所列取值填写", "Use the form and values of eligibility/facts.yaml");

    public static readonly FaultCode FactNotStatable = Row("ELIGIBILITY_FACT_NOT_STATABLE",
        "{0} 不能由申请人或者窗口陈述", "Neither the applicant nor the desk can state {0}", "有证明材料的选“材料”，否则由有权机构答复或者承诺", "Give a document as its ground, or leave it to the body that answers it, or to an undertaking");

    public static readonly FaultCode FactNotUndertakable = Row("ELIGIBILITY_FACT_NOT_UNDERTAKABLE",
        "{0} 不能以个人诚信承诺代替", "No undertaking can stand in for {0}", "删除该项，改由材料或者查询证明", "Leave it out; show a document or let it be asked");

    public static readonly FaultCode DateAhead = Row("ELIGIBILITY_DATE_AHEAD",
        "日期晚于今日", "The date is in the future", "核对日期", "Check the date");

    public static readonly FaultCode AuthorisationExpired = Row("ELIGIBILITY_AUTHORISATION_EXPIRED",
        "查询授权已过期", "The authorisation to query has expired", "请申请人重新签署授权书", "Have the applicant sign a new one");

    public static readonly FaultCode AuthorisationOfOthers = Row("ELIGIBILITY_AUTHORISATION_OF_OTHERS",
        "查询授权书没有列入申请人", "The authorisation does not cover the applicant", "在 people 中列入申请人", "Name the applicant in `people`");

    public static readonly FaultCode PackUnknown = Row("ELIGIBILITY_PACK_UNKNOWN",
        "没有名为 {0} 的规则包", "There is no rule pack named {0}", "核对名称；不填则用现行规则", "Check the name; leave it out for the pack in force");

    public static readonly FaultCode TooMuchSupplied = Row("ELIGIBILITY_TOO_MUCH_SUPPLIED",
        "一件审查的补充事实不超过 {0} 项", "A verification takes at most {0} supplied facts", "另行申请", "Make another application");

    public static readonly FaultCode FactNotAsked = Row("ELIGIBILITY_FACT_NOT_ASKED",
        "没有询问 {0}", "{0} was not asked for", "只答复所询问的事实", "Answer only what the question asks for");

    public static readonly FaultCode FactTwice = Row("ELIGIBILITY_FACT_TWICE",
        "{0} 答复了两次", "{0} is answered twice", "每项事实只答复一次", "Answer each fact once");

    public static readonly FaultCode AnswerEmpty = Row("ELIGIBILITY_ANSWER_EMPTY",
        "答复中没有任何事实", "The answer has no fact", "查无此人的用 no-match，无法答复的用 decline", "Take the step no-match where there is no such person, decline where you cannot answer");

    public static readonly FaultCode ValidityOver = Row("ELIGIBILITY_VALIDITY_OVER",
        "有效期截止日早于答复所依据之日", "It holds until a day before the day as of which it is so", "核对两个日期", "Check both days");

    public static readonly FaultCode FactOfAnother = Row("ELIGIBILITY_FACT_OF_ANOTHER",
        "该机构不答复 {0}", "The agency does not answer {0}", "向作出答复的机构提出", "Ask the agency that gave the answer");

    public static readonly FaultCode NothingDisputed = Row("ELIGIBILITY_NOTHING_DISPUTED",
        "所称的值与答复的值相同", "What is said to be so is what was answered", "核对两个值", "Check both values");

    public static readonly FaultCode NothingCorrected = Row("ELIGIBILITY_NOTHING_CORRECTED",
        "更正后的值与原答复相同", "The corrected value is what was answered", "不予更正的用 decline", "Take the step decline where you stand by the answer");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
