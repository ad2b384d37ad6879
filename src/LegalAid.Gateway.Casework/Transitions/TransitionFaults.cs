using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>Why a step is refused, as far as the exchange type says it; checks bring their own rows.</summary>
[FaultRows]
public static class TransitionFaults
{
    public static readonly FaultCode NotOpener = new("EXCHANGE_NOT_YOURS_TO_OPEN", FaultKind.Denied, FaultActor.CallerStaff,
        "本机构无权发起该类业务", "Your agency may not open an exchange of this type",
        "核对业务类型；需要授权的联系网关管理员", "Check the exchange type, or ask the operator for a grant");

    public static readonly FaultCode StepUnknown = new("STEP_UNKNOWN", FaultKind.Invalid, FaultActor.CallerSystem,
        "该业务类型没有此步骤", "The exchange type has no such step",
        "用目录服务查询可用步骤", "Ask the directory for the type's steps");

    public static readonly FaultCode StepNotYours = new("STEP_NOT_YOURS", FaultKind.Denied, FaultActor.CallerStaff,
        "本机构在该业务中的角色不能执行此步骤", "Your role in the exchange may not take this step",
        "由有权的一方办理", "Have the party that may take it do so");

    public static readonly FaultCode OnlyTogether = new("STEP_ONLY_TOGETHER", FaultKind.WrongState, FaultActor.CallerSystem,
        "该步骤只能随另一项业务的步骤一并办理", "This step is only taken together with a step of another exchange",
        "办理另一项业务的步骤，在其中写明本业务", "Take the other exchange's step and name this one in it");

    public static readonly FaultCode StateWrong = new("STATE_WRONG", FaultKind.WrongState, FaultActor.CallerStaff,
        "业务当前状态为“{0}”，不能执行此步骤", "The exchange is in state \"{0}\", in which this step cannot be taken",
        "重新读取业务状态后再决定", "Read the exchange again and decide on its present state");

    public static readonly FaultCode NothingToAnswer = new("NOTHING_TO_ANSWER", FaultKind.WrongState, FaultActor.CallerStaff,
        "没有等待此答复的事项", "Nothing waits for this answer",
        "重新读取业务；对方可能已撤换提议，或已有答复", "Read the exchange again: what was asked may have been replaced or answered");

    public static readonly FaultCode ListFull = new("LIST_FULL", FaultKind.WrongState, FaultActor.CallerStaff,
        "该步骤在一项业务中最多办理 {0} 次", "The step may be taken at most {0} times in one exchange",
        "改用其他步骤，或与对方联系后另行发起", "Take another step, or agree with the other side and open another exchange");

    public static readonly FaultCode AttachmentMissing = new("ATTACHMENT_MISSING", FaultKind.Invalid, FaultActor.CallerStaff,
        "缺少随案文书，应附下列之一：{0}", "A document is missing; one of these must travel with the message: {0}",
        "补充文书后重新提交", "Add the document and send again");

    public static readonly FaultCode AttachmentKindUnknown = new("ATTACHMENT_KIND_UNKNOWN", FaultKind.Invalid, FaultActor.CallerSystem,
        "该业务类型不接受此种文书", "The exchange type does not take documents of this kind",
        "用目录服务查询可用文书种类", "Ask the directory for the kinds it takes");

    public static readonly FaultCode ValueNotAllowed = new("VALUE_NOT_ALLOWED", FaultKind.Invalid, FaultActor.CallerStaff,
        "该字段在此类业务中只能为：{0}", "In this exchange type the field must be one of: {0}",
        "核对通知种类与诉讼阶段", "Check the kind of notice and the stage");

    public static readonly FaultCode ValueExcluded = new("VALUE_EXCLUDED", FaultKind.Invalid, FaultActor.CallerStaff,
        "该字段在此类业务中不得为：{0}", "In this exchange type the field must be none of: {0}",
        "核对通知种类与诉讼阶段", "Check the kind of notice and the stage");

    public static readonly FaultCode PartyUnknown = new("PARTY_UNKNOWN", FaultKind.Invalid, FaultActor.CallerStaff,
        "目录中没有该机构", "The directory has no such agency",
        "用目录服务查询机构名称", "Look the agency up in the directory");

    public static readonly FaultCode PartyKind = new("PARTY_WRONG_KIND", FaultKind.Invalid, FaultActor.CallerStaff,
        "该机构的类别应为“{0}”之一", "The agency must be of one of these kinds: {0}",
        "用目录服务按类别查询机构", "Look the agency up in the directory by kind");

    public static readonly FaultCode PartyMissing = new("PARTY_MISSING", FaultKind.Invalid, FaultActor.CallerStaff,
        "未指明机构，也无法按管辖确定", "No agency is named and none is competent by place",
        "在该字段写明机构", "Name the agency in the field");

    public static readonly FaultCode SpanUnsound = new("TIME_SPAN_INVALID", FaultKind.Invalid, FaultActor.CallerStaff,
        "结束时间应晚于开始时间，连同路途不超过 {0} 小时", "It must end after it begins and last at most {0} hours, journeys included",
        "更正起止时间和路途时间", "Correct when it begins and ends, and the journeys");

    public static readonly FaultCode RecipientMissing = new("RECIPIENT_MISSING", FaultKind.WrongState, FaultActor.CallerStaff,
        "该业务中没有应当收到此消息的一方", "The exchange has no party to receive this message",
        "先以更正补充指明该机构", "Name the agency by an amendment first");
}
