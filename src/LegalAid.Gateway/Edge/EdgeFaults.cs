using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge;

/// <summary>Refusals that the edge decides on its own: what is wrong before any rule of the law is asked.</summary>
[FaultRows]
public static class EdgeFaults
{
    public static readonly FaultCode UnknownField = Caller("UNKNOWN_FIELD",
        "没有这个字段", "There is no such field",
        "对照接口文档核对字段名称", "Compare the field's name with the interface document");

    public static readonly FaultCode UnknownParameter = Caller("UNKNOWN_QUERY_PARAMETER",
        "没有这个查询参数", "There is no such query parameter",
        "对照接口文档核对参数名称", "Compare the parameter's name with the interface document");

    public static readonly FaultCode WrongType = Caller("WRONG_TYPE",
        "值的类型不对，应为 {0}", "The value has the wrong type; {0} is expected",
        "按接口文档的类型填写", "Send the type that the interface document names");

    public static readonly FaultCode OutOfRange = Caller("NUMBER_OUT_OF_RANGE",
        "数值超出 {0} 的范围", "The number is outside the range of {0}",
        "核对数值", "Check the number");

    public static readonly FaultCode UnknownEnumValue = Caller("UNKNOWN_ENUM_VALUE",
        "枚举值未定义", "The value is not defined for this enumeration",
        "使用接口文档列出的值", "Use a value that the interface document lists");

    public static readonly FaultCode DuplicateKey = Caller("DUPLICATE_KEY",
        "同一字段出现两次", "The same field stands twice",
        "每个字段只写一次", "Write each field once");

    public static readonly FaultCode OneofConflict = Caller("ONEOF_CONFLICT",
        "只能填写其中一项，却填写了多项", "Only one of these fields may be given",
        "只保留一项", "Keep one of them");

    public static readonly FaultCode TooLong = Caller("TEXT_TOO_LONG",
        "文字超过 {0} 个字符", "The text is longer than {0} characters",
        "缩短文字，或改用附件", "Shorten the text or send an attachment");

    public static readonly FaultCode TooManyItems = Caller("TOO_MANY_ITEMS",
        "列表超过 {0} 项", "The list has more than {0} items",
        "分次提交", "Send them in several requests");

    public static readonly FaultCode TooManyBytes = Caller("CONTENT_TOO_LARGE",
        "内容超过 {0} 字节", "The content is longer than {0} bytes",
        "压缩或拆分内容", "Compress or split the content");

    public static readonly FaultCode BadFormat = Caller("BAD_FORMAT",
        "格式不对，应为 {0}", "The format is wrong; {0} is expected",
        "按接口文档的格式填写", "Write it in the format that the interface document names");

    public static readonly FaultCode BadBase64 = Caller("BAD_BASE64",
        "不是标准 Base64（含填充）", "This is not standard Base64 with padding",
        "使用标准 Base64 编码", "Encode it in standard Base64");

    public static readonly FaultCode BadTimestamp = Caller("BAD_TIMESTAMP",
        "时间不合 RFC 3339，或超出 0001—9999 年", "The time is not RFC 3339 or is outside the years 0001 to 9999",
        "例如 2026-03-02T09:00:00+08:00", "For example 2026-03-02T09:00:00+08:00");

    public static readonly FaultCode BadDuration = Caller("BAD_DURATION",
        "时长格式不对", "The duration is malformed",
        "例如 60s", "For example 60s");

    public static readonly FaultCode BadText = Caller("INVALID_TEXT",
        "文字含无效的 Unicode 字符", "The text holds invalid Unicode",
        "以有效的 UTF-8 重新提交", "Send valid UTF-8");

    public static readonly FaultCode MalformedJson = Caller("MALFORMED_JSON",
        "JSON 语法错误，第 {0} 行第 {1} 字节", "The JSON is malformed at line {0}, byte {1}",
        "修正 JSON 语法", "Correct the JSON");

    public static readonly FaultCode TooDeep = Caller("JSON_TOO_DEEP",
        "嵌套超过 {0} 层", "The nesting is deeper than {0} levels",
        "减少嵌套", "Nest less");

    public static readonly FaultCode InvalidUtf8 = Caller("INVALID_UTF8",
        "请求体不是有效的 UTF-8", "The request body is not valid UTF-8",
        "以 UTF-8 编码重新提交", "Encode the body in UTF-8");

    public static readonly FaultCode MalformedRequest = Caller("MALFORMED_REQUEST",
        "请求无法读取", "The request could not be read",
        "对照接口文档检查请求", "Compare the request with the interface document");

    public static readonly FaultCode MalformedMessage = Caller("MALFORMED_MESSAGE",
        "不是有效的 protobuf 消息", "The bytes are not a valid protobuf message",
        "用本网关的 proto 文件重新生成客户端", "Generate the client from the gateway's proto files");

    public static readonly FaultCode BodyNotAllowed = Caller("BODY_NOT_ALLOWED",
        "此操作不接受请求体", "This operation takes no request body",
        "去掉请求体", "Send no body");

    public static readonly FaultCode PathFieldInBody = Caller("PATH_FIELD_IN_BODY",
        "该字段由路径给出，不得再写在请求体或查询参数中", "The path gives this field; it may not stand in the body or the query too",
        "从请求体或查询参数中去掉该字段", "Take the field out of the body or the query");

    public static readonly FaultCode IdempotencyKeyMismatch = Caller("IDEMPOTENCY_KEY_MISMATCH",
        "Idempotency-Key 与 requestId 不一致", "Idempotency-Key and requestId differ",
        "只给一个，或两者相同", "Give one of them, or the same in both");

    public static readonly FaultCode BodyTooLarge = new("BODY_TOO_LARGE", FaultKind.Exhausted, FaultActor.CallerSystem,
        "请求体超过 {0} 字节", "The request body is longer than {0} bytes",
        "拆分请求或减少附件", "Split the request or send fewer attachments");

    public static readonly FaultCode BodyTooSlow = new("BODY_TOO_SLOW", FaultKind.Unavailable, FaultActor.CallerSystem,
        "请求体到达过慢，未予处理", "The request body came too slowly; nothing was done",
        "检查网络后以相同的 requestId 重新提交", "Check the network and send again with the same requestId");

    public static readonly FaultCode MediaType = Unsupported("UNSUPPORTED_MEDIA_TYPE",
        "请求体须为 application/json（UTF-8，未压缩）", "The body must be application/json in UTF-8, not compressed",
        "设置 Content-Type: application/json", "Set Content-Type: application/json");

    public static readonly FaultCode PathNotFound = Unsupported("PATH_NOT_FOUND",
        "没有这个路径", "There is no such path",
        "对照接口文档核对路径", "Compare the path with the interface document");

    public static readonly FaultCode MethodNotAllowed = Unsupported("METHOD_NOT_ALLOWED",
        "该路径不支持此方法", "The path does not take this method",
        "使用 Allow 头列出的方法", "Use a method that the Allow header lists");

    public static readonly FaultCode NotImplemented = Unsupported("METHOD_NOT_IMPLEMENTED",
        "网关未提供此操作", "The gateway does not serve this operation",
        "对照接口文档核对操作", "Compare the operation with the interface document");

    public static readonly FaultCode Unauthenticated = new("UNAUTHENTICATED", FaultKind.Unauthenticated, FaultActor.CallerSystem,
        "缺少有效凭证", "No valid credential came with the call",
        "重新取得访问令牌后重试", "Get a new access token and send again");

    public static readonly FaultCode Denied = new("PERMISSION_DENIED", FaultKind.Denied, FaultActor.GatewayOperator,
        "本机构无权进行此操作", "Your agency may not do this",
        "向网关管理员申请授权", "Ask the gateway's operator for a grant");

    public static readonly FaultCode Conflict = new("CONFLICT", FaultKind.Conflict, FaultActor.CallerSystem,
        "与并发操作冲突", "Another operation was faster",
        "重新读取后再决定", "Read again and decide again");

    public static readonly FaultCode AlreadyExists = new("ALREADY_EXISTS", FaultKind.AlreadyExists, FaultActor.CallerStaff,
        "已经存在", "It exists already",
        "核对后使用已有的一项", "Check and use the one that exists");

    public static readonly FaultCode WrongState = new("WRONG_STATE", FaultKind.WrongState, FaultActor.CallerStaff,
        "当前状态不允许此操作", "The present state does not allow this",
        "重新读取状态", "Read the state again");

    public static readonly FaultCode Exhausted = new("RATE_OR_SIZE_LIMIT", FaultKind.Exhausted, FaultActor.CallerSystem,
        "超过频率或大小限制", "A rate or size limit was passed",
        "减小请求或稍后重试", "Send less, or wait and repeat");

    public static readonly FaultCode Unavailable = new("UNAVAILABLE", FaultKind.Unavailable, FaultActor.Nobody,
        "暂时无法处理", "Not now",
        "稍后用同一请求号重试", "Repeat later with the same request id");

    private static FaultCode Caller(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerSystem, zh, en, remedyZh, remedyEn);

    private static FaultCode Unsupported(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Unsupported, FaultActor.CallerSystem, zh, en, remedyZh, remedyEn);
}
