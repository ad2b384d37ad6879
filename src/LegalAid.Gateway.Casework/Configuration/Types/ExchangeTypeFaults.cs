using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What can be wrong with an exchange type's definition, beyond the form of its file.</summary>
[FaultRows]
public static class ExchangeTypeFaults
{
    public static readonly FaultCode StateUnreachable = Row("TYPE_STATE_UNREACHABLE",
        "没有步骤通向该状态", "No step leads to this state", "增加步骤或删除状态", "Add a step or remove the state");

    public static readonly FaultCode StateFinalLeft = Row("TYPE_STATE_FINAL_LEFT",
        "{0} 已是终结状态，不能再办理", "{0} is final; no step leads out of it", "从 from 中删除，或取消 final", "Remove it from `from`, or do not call it final");

    public static readonly FaultCode StateNoWayOut = Row("TYPE_STATE_NO_WAY_OUT",
        "从该状态无法到达终结状态", "No final state can be reached from this one", "增加步骤，或标为 final", "Add a step, or call it final");

    public static readonly FaultCode OpeningCount = Row("TYPE_OPENING_COUNT",
        "必须且只能有一个没有 from 的开始步骤", "Exactly one step, the opening one, has no `from`", "给其余步骤补上 from", "Give the others their `from`");

    public static readonly FaultCode OpeningRole = Row("TYPE_OPENING_ROLE",
        "开始步骤只能由第一个角色办理，或由网关代其办理，且必须通向某个状态", "The opening step is taken by the first role alone, or by the gateway on its behalf, and leads to a state", "更正 by 和 to", "Correct `by` and `to`");

    public static readonly FaultCode RoleUnfilled = Row("TYPE_ROLE_UNFILLED",
        "没有步骤使机构取得该角色", "No step gives this role to an agency", "在某个步骤的 parties 中指定，或删除角色", "Name it in some step's parties, or remove the role");

    public static readonly FaultCode RoleReserved = Row("TYPE_ROLE_RESERVED",
        "该角色名由网关保留", "The gateway reserves this role's name", "换一个名称", "Choose another name");

    public static readonly FaultCode GatewaysStep = Row("TYPE_GATEWAYS_STEP",
        "网关自己办理的步骤不能同时由机构办理，也不能带 checks、required-attachments；parties 只能在开始步骤，且不带 else", "A step of the gateway's own is taken by nobody else and has no checks or required attachments; only an opening one has parties, and none by `else`",
        "拆成两个步骤，或删除这些键", "Make two steps of it, or remove those keys");

    public static readonly FaultCode TogetherStep = Row("TYPE_TOGETHER_STEP",
        "不能一并办理该步骤：两个步骤都不能是开始步骤或网关自己的步骤；一并办理的步骤不能要求材料，也不能再带 together", "The step cannot be taken along: neither step opens or is the gateway's own, and the one that is taken along requires no documents and has no `together`",
        "更正 take，或删除这些键", "Correct `take`, or remove those keys");

    public static readonly FaultCode TogetherExchange = Row("TYPE_TOGETHER_EXCHANGE",
        "{0} 不是单个值，不能写明业务名称", "{0} is no single value and names no exchange", "填写报文中写明业务名称的字段", "Give the field that holds the name of the exchange");

    public static readonly FaultCode TogetherPayload = Row("TYPE_TOGETHER_PAYLOAD",
        "{0} 处的报文不是 {1}", "What stands at {0} is not {1}", "填写报文中该消息所在的字段；JSON Schema 的报文不支持 together", "Give the field that holds that message; payloads by JSON Schema have no `together`");

    public static readonly FaultCode RoleOpener = Row("TYPE_ROLE_OPENER",
        "开始方的角色不能由步骤授予或解除", "The opener's role is neither given nor taken away by a step", "更正角色", "Correct the role");

    public static readonly FaultCode SchemaUnknown = Row("TYPE_SCHEMA_UNKNOWN",
        "没有名为 {0} 的报文结构", "There is no payload schema named {0}", "填写 proto 消息全名或 schemas/ 下的文件", "Give a proto message's full name or a file under schemas/");

    public static readonly FaultCode PathInvalid = Row("TYPE_PATH_INVALID",
        "路径写法不对", "The path is not well-formed", "用点连接字段名；视图路径以栏目名开头", "Join field names by dots; a path into the view begins with its section");

    public static readonly FaultCode PathUnknown = Row("TYPE_PATH_UNKNOWN",
        "{1} 中没有 {0}", "{1} has no {0}", "核对字段名（camelCase）", "Check the field's name (camelCase)");

    public static readonly FaultCode SectionUnknown = Row("TYPE_SECTION_UNKNOWN",
        "没有步骤写入栏目 {0}", "No step puts the section {0}", "更正栏目名，或在某步骤的 view.put 写入", "Correct the name, or put it by some step");

    public static readonly FaultCode SectionKept = Row("TYPE_SECTION_KEPT",
        "栏目 {0} 不能清除：该步骤正在写入，或占用、检索、时钟等引用它", "The section {0} cannot be cleared: the step changes it, or holds, search or clocks look into it", "从 clears 中删除", "Remove it from `clears`");

    public static readonly FaultCode SectionLate = Row("TYPE_SECTION_LATE",
        "案号所在栏目不是开始步骤写入的", "The case number's section is not put by the opening step", "把案号放在开始步骤的报文中", "Have the case number in the opening step's payload");

    public static readonly FaultCode SectionUnread = Row("TYPE_SECTION_UNREAD",
        "没有角色能读栏目 {0}", "No role reads the section {0}", "如非有意，补充到 roles 的 reads", "Add it to a role's `reads`, unless that is meant");

    public static readonly FaultCode CheckUnknown = Row("TYPE_CHECK_UNKNOWN",
        "没有名为 {0} 的检查", "There is no check named {0}", "更正名称；检查写在 Casework 代码中", "Correct the name; checks are written in code");

    public static readonly FaultCode FinderUnknown = Row("TYPE_FINDER_UNKNOWN",
        "没有名为 {0} 的查找规则", "There is no finder named {0}", "更正名称", "Correct the name");

    public static readonly FaultCode PartySource = Row("TYPE_PARTY_SOURCE",
        "没有说明由谁取得该角色", "Nothing says who takes the role", "填写 from 或 else", "Give `from` or `else`");

    public static readonly FaultCode NotDelivered = Row("TYPE_NOT_DELIVERED",
        "步骤 {0} 不送达角色 {1}", "The step {0} is not delivered to the role {1}", "把角色加入该步骤的 deliver，或更正触发条件", "Add the role to the step's `deliver`, or correct the trigger");

    public static readonly FaultCode LimitInvalid = Row("TYPE_LIMIT_INVALID",
        "期限写法不对", "The limit is not well-formed", "写成 3d、-15d、48h、2wd、1m 或 half-month", "Write 3d, -15d, 48h, 2wd, 1m or half-month");

    public static readonly FaultCode LimitCounting = Row("TYPE_LIMIT_COUNTING",
        "规则 {0} 不能计算期限 {1}", "The rule {0} cannot count {1}", "更换计算规则或期限单位", "Change the counting rule or the limit's unit");

    public static readonly FaultCode DueCounting = Row("TYPE_DUE_COUNTING",
        "规则 {0} 不能计算以日期约定的期限", "The rule {0} cannot count to a date", "改用 criminal-days、civil-days 或 calendar-days-no-roll", "Use criminal-days, civil-days or calendar-days-no-roll");

    public static readonly FaultCode ReferenceNotOpening = Row("TYPE_REFERENCE_NOT_OPENING",
        "所引业务必须在开始步骤的报文中写明", "What is referred to must stand in the opening step's payload", "更正 path", "Correct `path`");

    public static readonly FaultCode ReferenceUnsearchable = Row("TYPE_REFERENCE_UNSEARCHABLE",
        "search 中没有该路径，网关无法查找引用某项业务的业务", "`search` has no such path, and the gateway cannot find what refers to an exchange",
        "在 search 中增加该路径，as: text", "Add the path to `search`, as: text");

    public static readonly FaultCode ReferenceStep = Row("TYPE_REFERENCE_STEP",
        "业务类型 {0} 没有网关自行办理、报文为 {2} 的步骤 {1}", "The type {0} has no step {1} of the gateway's own with the payload {2}",
        "在所引业务类型中增加该步骤，或更正 take", "Add the step to that type, or correct `take`");

    public static readonly FaultCode WarningOrder = Row("TYPE_WARNING_ORDER",
        "提醒必须由早到晚，且不重复", "Warnings go from the earliest to the latest, each once", "按提前量从大到小排列", "Order them from the longest lead to the shortest");

    public static readonly FaultCode WarningTooLong = Row("TYPE_WARNING_TOO_LONG",
        "提前量不短于期限本身", "The lead is not shorter than the limit", "缩短提前量", "Shorten it");

    public static readonly FaultCode ClockCycle = Row("TYPE_CLOCK_CYCLE",
        "时钟互相启动成环：{0}", "The clocks start each other in a circle: {0}", "更正 start", "Correct a start");

    public static readonly FaultCode ClockUnused = Row("TYPE_CLOCK_UNUSED",
        "没有变体使用该时钟", "No variant uses this clock", "加入某个变体的 clocks，或删除", "Add it to a variant's clocks, or remove it");

    public static readonly FaultCode PauseWithoutResume = Row("TYPE_PAUSE_WITHOUT_RESUME",
        "pause 与 resume 必须成对", "`pause` and `resume` go together", "补充另一个", "Add the other");

    public static readonly FaultCode ClockEndless = Row("TYPE_CLOCK_ENDLESS",
        "没有步骤能使该时钟停止", "No step stops this clock", "填写 stop", "Give `stop`");

    public static readonly FaultCode HoldFinal = Row("TYPE_HOLD_FINAL",
        "{0} 是终结状态，不能占用", "{0} is final and can hold nothing", "从 while 中删除", "Remove it from `while`");

    public static readonly FaultCode SpanStep = Row("TYPE_SPAN_STEP",
        "一天不能按该时长等分", "A day cannot be cut into pieces of that length", "写成 15min、30min 或 1h 等", "Write 15min, 30min, 1h or the like");

    public static readonly FaultCode RetentionOrder = Row("TYPE_RETENTION_ORDER",
        "审计记录的保存期短于报文", "Audit rows go before payloads", "audit-days 不少于 payload-days", "Let audit-days be no less than payload-days");

    public static readonly FaultCode OpenToMisplaced = Row("TYPE_OPEN_TO",
        "没有说明哪类机构可以发起，或写在了两处", "Nothing says which kinds of agency may open it, or two places do", "没有变体时写在第一个角色，有变体时写在各变体", "Say it at the first role, or, with variants, at each of them");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
