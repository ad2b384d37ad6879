using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What can be wrong with the sharing matrix, and what an operator should know of it.</summary>
[FaultRows]
public static class SharingFaults
{
    public static readonly FaultCode ArticleMissing = Row("SHARING_ARTICLE_MISSING",
        "法律依据没有写明条款", "The legal basis names no article", "填写条款，如 \"36\"；没有依据的共享不得授权", "Name the article, such as \"36\"; nothing is shared without a ground");

    public static readonly FaultCode ConditionIdle = Row("SHARING_CONDITION_IDLE",
        "这里没有业务可供判断，条件永远不成立", "There is no exchange here to judge by, so the condition never holds",
        "去掉 when；开始步骤与 call 不能带业务条件", "Remove `when`; an opening step and a `call` take no condition on an exchange");

    public static readonly FaultCode FieldsMisplaced = Row("SHARING_FIELDS_MISPLACED",
        "报文整体共享，不能删减字段", "A message goes whole or not at all", "去掉 fields", "Remove `fields`");

    public static readonly FaultCode FieldInvalid = Row("SHARING_FIELD_INVALID",
        "字段路径写法不对", "The field path is not well-formed", "用点连接字段名；最后一段写 * 表示其下全部", "Join field names by dots; a last * means everything below");

    public static readonly FaultCode FieldUnknown = Row("SHARING_FIELD_UNKNOWN",
        "{1} 的视图没有字段 {0}", "The view of {1} has no field {0}", "以栏目名开头，核对字段名（camelCase）", "Begin with the section and check the field's name (camelCase)");

    public static readonly FaultCode ServiceInvalid = Row("SHARING_SERVICE_INVALID",
        "服务写法不对", "The service is not well-formed", "写成 {机构}/{服务}", "Write {agency}/{service}");

    public static readonly FaultCode QuotaMisplaced = Row("SHARING_QUOTA_MISPLACED",
        "只有调用计次：call、service、fact", "Only calls are counted: `call`, `service` and `fact`", "去掉 quota，或写在相应的 call 行上", "Remove `quota`, or put it on the row of the `call`");

    public static readonly FaultCode RowExpired = Row("SHARING_ROW_EXPIRED",
        "授权行 {0} 已于 {1} 到期", "The row {0} ended on {1}", "删除，或由责任机构续期", "Remove it, or have its owner renew it");

    public static readonly FaultCode RowExpiring = Row("SHARING_ROW_EXPIRING",
        "授权行 {0} 将于 {1} 到期", "The row {0} ends on {1}", "请责任机构 owner 决定是否续期", "Have its owner decide whether to renew it");

    public static readonly FaultCode RowUnused = Row("SHARING_ROW_UNUSED",
        "授权行 {0} 没有任何机构、步骤、角色或服务用到", "Nothing uses the row {0}: no agency, step, role or service", "核对后删除或更正", "Correct or remove it");

    public static readonly FaultCode RowShadowed = Row("SHARING_ROW_SHADOWED",
        "授权行 {0} 已被 {1} 完全包含，不起作用", "The row {0} grants nothing beyond {1}", "删除其中一行；要收紧就改窄另一行", "Remove one; to grant less, narrow the other");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
