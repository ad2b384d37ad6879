using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What can be wrong with facts, rule packs and their worked examples.</summary>
[FaultRows]
public static class EligibilityConfigurationFaults
{
    public static readonly FaultCode TestMisfit = Row("ELIGIBILITY_TEST_MISFIT",
        "这种判断不适用于该事实的类型；可用：{0}", "A test of this kind does not fit the fact; it takes: {0}", "改用适合的判断，或更正事实名称", "Use a test that fits, or correct the fact");

    public static readonly FaultCode ValueInvalid = Row("ELIGIBILITY_VALUE_INVALID",
        "不是该事实的取值；应为：{0}", "Not a value of this fact; expected: {0}", "更正取值；金额加引号，最多两位小数", "Correct the value; quote money, two decimals at most");

    public static readonly FaultCode ArticleMissing = Row("ELIGIBILITY_ARTICLE_MISSING",
        "规则须写明条款", "A rule names its article", "补充依据的条、款、项", "Name the article, paragraph or item");

    public static readonly FaultCode ChoicesMisplaced = Row("ELIGIBILITY_CHOICES_MISPLACED",
        "类型为 choice 的事实须列出取值，其他类型不得列出", "A fact of kind choice lists its choices, and no other does", "补充或删除 choices", "Add or remove choices");

    public static readonly FaultCode ValuesIncomplete = Row("ELIGIBILITY_VALUES_INCOMPLETE",
        "每一地区都须有数值，且不得多出：{0}", "Each area has a value, and nothing else has: {0}", "补充；尚不知道的写 \"?\"", "Complete it; write \"?\" for what is not known");

    public static readonly FaultCode RowsUnordered = Row("ELIGIBILITY_ROWS_UNORDERED",
        "各行须按起始日期递增", "Rows ascend by their first day", "调整顺序，删除重复的日期", "Put them in order; remove a date that stands twice");

    public static readonly FaultCode RowsStartLate = Row("ELIGIBILITY_ROWS_START_LATE",
        "第一行晚于规则最早用到它的日期 {0}", "The first row begins after {0}, when a rule first asks for it", "补充较早的一行；不知道的写 \"?\"", "Add an earlier row; write \"?\" for what is not known");

    public static readonly FaultCode ParameterIdle = Row("ELIGIBILITY_PARAMETER_IDLE",
        "没有规则使用这个参数", "No rule asks for this parameter", "删除参数，或更正规则中的名称", "Remove it, or correct the name in a rule");

    public static readonly FaultCode PlaceTwice = Row("ELIGIBILITY_PLACE_TWICE",
        "区划代码属于两个地区", "The place lies in two areas", "只保留一处", "Keep it in one");

    public static readonly FaultCode PacksOverlap = Row("ELIGIBILITY_PACKS_OVERLAP",
        "与现行规则包 {0} 在同一地区和时间重叠", "In force at the same place and time as {0}", "更正起止日期或适用地区；规则包不会合并", "Correct the dates or places; packs are never merged");

    public static readonly FaultCode TooComplex = Row("ELIGIBILITY_TOO_COMPLEX",
        "规则组合超过 {0} 个节点", "The rules together need more than {0} nodes", "拆分规则，减少相互牵连的事实", "Split the rules; let fewer facts depend on each other");

    public static readonly FaultCode ExampleFails = Row("ELIGIBILITY_EXAMPLE_FAILS",
        "示例结果为 {0}，与所写不符", "The example comes out as {0}", "核对法条后更正规则或示例", "Read the law, then correct the rule or the example");

    public static readonly FaultCode FigureOld = Row("ELIGIBILITY_FIGURE_OLD",
        "数值自 {0} 起未更新，已超过 {1} 个月", "The figure is of {0}, over {1} months ago", "查找新标准并补充一行", "Look for a newer one and add a row");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
