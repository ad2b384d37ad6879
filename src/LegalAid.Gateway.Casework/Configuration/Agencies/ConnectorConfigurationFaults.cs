using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What can be wrong with an agency's connectors.</summary>
[FaultRows]
public static class ConnectorConfigurationFaults
{
    public static readonly FaultCode PlaceholderInvalid = Row("CONNECTOR_PLACEHOLDER_INVALID",
        "占位符未闭合，或没有这个名称；可用：{0}", "A placeholder is not closed, or there is none of this name; known: {0}", "写成 {{{{名称}}}}", "Write {{{{name}}}}");

    public static readonly FaultCode PersonInAddress = Row("CONNECTOR_PERSON_IN_ADDRESS",
        "地址中不得出现个人信息或凭证，地址会被各处日志记下", "Nothing of a person, and no secret, may stand in an address: addresses are written into logs",
        "改为用请求体（POST）或请求头查询", "Ask by the body (POST) or by a header");

    public static readonly FaultCode SecretMisplaced = Row("CONNECTOR_SECRET_MISPLACED",
        "占位符 secret 与 auth 的 in-request 须同时使用", "The placeholder `secret` goes with `in-request` of auth, and only with it", "补充或删除其中一个", "Add or remove one of them");

    public static readonly FaultCode BodyInvalid = Row("CONNECTOR_BODY_INVALID",
        "请求体模板不成立：{0}", "The body's template does not hold: {0}", "更正；占位符只能在文字或属性值之内", "Correct it; placeholders stand inside of texts or attributes only");

    public static readonly FaultCode BodyOfGet = Row("CONNECTOR_BODY_OF_GET",
        "GET 没有请求体", "A GET has no body", "改用 POST，或删除请求体", "Use POST, or remove the body");

    public static readonly FaultCode ExpressionInvalid = Row("CONNECTOR_EXPRESSION_INVALID",
        "表达式不成立：{0}", "The expression does not hold: {0}", "JSON 与 gRPC 用 JMESPath，XML 用 XPath 1.0 并声明前缀", "JMESPath for JSON and gRPC; XPath 1.0 for XML, with its prefixes declared");

    public static readonly FaultCode FactForeign = Row("CONNECTOR_FACT_FOREIGN",
        "{0} 类机构不能回答这个事实；能回答的：{1}", "An agency of kind {0} does not answer this fact; who does: {1}", "更正事实，或在 facts.yaml 的 bodies 中补充", "Correct the fact, or add the kind to its bodies in facts.yaml");

    public static readonly FaultCode ValuesMisfit = Row("CONNECTOR_VALUES_MISFIT",
        "事实类型为 {0}：choice 须有 values，yes-no 可有，其他不得有；unit 只用于 money，且必填；format 只用于日期", "The fact is of kind {0}: choice has `values`, yes-no may, no other does; `unit` is for money and required there; `format` is for dates",
        "补充或删除该键", "Add or remove the key");

    public static readonly FaultCode ValueUnknown = Row("CONNECTOR_VALUE_UNKNOWN",
        "不是该事实的取值；可用：{0}", "Not a value of this fact; known: {0}", "从可用取值中选择；来源自己也不知道的写 not-known", "Choose one of them; write not-known where the source itself does not know");

    public static readonly FaultCode CanonicalIncomplete = Row("CONNECTOR_CANONICAL_INCOMPLETE",
        "签名串须含 timestamp，以及 body 或 body-digest；有 nonce 请求头的须含 nonce", "The string to sign has `timestamp`, and `body` or `body-digest`; with a nonce header it has `nonce`", "补充 canonical", "Complete canonical");

    public static readonly FaultCode QuestionMissing = Row("CONNECTOR_QUESTION_MISSING",
        "没有一列含 {{{{question.id}}}}，答复无法对应", "No column has {{{{question.id}}}}: an answer could not be matched", "补充一列", "Add such a column");

    public static readonly FaultCode DescriptorsInvalid = Row("CONNECTOR_DESCRIPTORS_INVALID",
        "描述文件不成立：{0}", "The descriptor set does not hold: {0}", "用 protoc --include_imports --descriptor_set_out 重新生成", "Make it anew with protoc --include_imports --descriptor_set_out");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
