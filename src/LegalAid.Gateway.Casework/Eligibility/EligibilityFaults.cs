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

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
