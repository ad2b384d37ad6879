using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Why the ledger refuses a command.</summary>
[FaultRows]
public static class LedgerFaults
{
    public static readonly FaultCode TypeUnknown = new("EXCHANGE_TYPE_UNKNOWN", FaultKind.Invalid, FaultActor.CallerSystem,
        "没有该业务类型", "There is no such exchange type",
        "用目录服务查询业务类型", "Ask the directory for the exchange types");

    public static readonly FaultCode ReferenceUnknown = new("REFERENCE_UNKNOWN", FaultKind.Invalid, FaultActor.CallerStaff,
        "没有所引的业务", "There is no exchange of that name to refer to",
        "核对所引业务的名称；只能引用本机构参与的、类型相符的业务", "Check the name; it must be an exchange of a fitting type to which your agency is party");

    public static readonly FaultCode HoldTaken = new("ALREADY_OPEN", FaultKind.AlreadyExists, FaultActor.CallerStaff,
        "同一人在同一案件同一阶段已有未结业务，或同一人在该时间已有安排", "An exchange is open already for the same person, case and stage, or for the same person's time",
        "查询已有业务；内容有变化的用更正补充；时间冲突的另选时间或另选人", "Find the open exchange; where something changed, amend it; where the time is taken, choose another time or person");

    public static readonly FaultCode TwiceInRequest = new("TWICE_IN_REQUEST", FaultKind.Invalid, FaultActor.CallerStaff,
        "同一请求中重复列出同一人", "The same person stands twice in one request",
        "删除重复项后重新提交", "Remove the repetition and send again");

    public static readonly FaultCode RequestIdReused = new("REQUEST_ID_REUSED", FaultKind.AlreadyExists, FaultActor.CallerSystem,
        "该请求号已用于内容不同的请求", "The request id was used before for a request with other content",
        "新的请求使用新的请求号", "Use a new request id for a new request");

    public static readonly FaultCode VersionMoved = new("VERSION_MOVED", FaultKind.Conflict, FaultActor.CallerSystem,
        "业务版本已变化", "The exchange is at another version than expected",
        "重新读取后再决定", "Read it again and decide again");

    public static readonly FaultCode Contended = new("CONTENDED", FaultKind.Conflict, FaultActor.Nobody,
        "同时办理的请求过多，本次未被接受", "Too many steps were taken at once, and this one was not",
        "用同一请求号重试", "Repeat it with the same request id");

    public static readonly FaultCode ConfigurationMoved = new("CONFIGURATION_MOVED", FaultKind.Unavailable, FaultActor.Nobody,
        "配置刚刚更新，本次未被受理", "The configuration has just changed, and this was not taken",
        "用同一请求号重试", "Repeat it with the same request id");

    public static readonly FaultCode Erased = new("ERASED", FaultKind.WrongState, FaultActor.Nobody,
        "业务内容已依规定期限销毁", "What the exchange said was erased after its retention period",
        "无需操作；存证仍可验证", "Nothing to do; the evidence still verifies");

    public static readonly FaultCode Final = new("EXCHANGE_FINAL", FaultKind.WrongState, FaultActor.CallerStaff,
        "业务已办结，不再接收文书", "The exchange is final and takes no more documents",
        "需要时发起新的业务", "Open a new exchange where one is needed");

    public static readonly FaultCode TooManyDocuments = new("TOO_MANY_DOCUMENTS", FaultKind.Exhausted, FaultActor.CallerStaff,
        "文书最多 {0} 份", "There may be at most {0} documents",
        "合并文书", "Combine documents");
}
