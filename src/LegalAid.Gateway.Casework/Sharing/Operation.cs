using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>
/// An operation of the gateway's own contracts (接口操作) that the matrix may grant. A test holds the list against the contracts: a new method
/// has no row, and is denied, until somebody writes one.
/// </summary>
/// <param name="Name">Full name of the method, <c>{package}.{service}/{method}</c>, as gRPC has it without the leading slash.</param>
public sealed record Operation(string Name, LocalizedText Title)
{
    private static readonly FrozenDictionary<string, Operation> ByName = ((Operation[])
    [
        .. Service("legalaid.attachment.v1.AttachmentService",
            ("CreateAttachment", "上传文书", "Add a document"),
            ("BeginUpload", "开始分段上传", "Begin an upload in pieces"),
            ("GetUpload", "查看上传进度", "See how far an upload is"),
            ("UploadAttachment", "分段上传", "Upload in pieces"),
            ("CancelUpload", "取消上传", "Cancel an upload"),
            ("DownloadAttachment", "下载文书", "Download a document")),
        .. Service("legalaid.cooperation.v1.CooperationService",
            ("RequestCooperation", "请求异地协作", "Ask another centre for help"),
            ("GetCooperation", "查看协作", "Read a cooperation"),
            ("ListCooperations", "列出协作", "List cooperations"),
            ("SearchCooperations", "检索协作", "Search cooperations"),
            ("WatchCooperation", "跟踪协作", "Watch a cooperation"),
            ("AcceptCooperation", "同意协作", "Accept a request"),
            ("DeclineCooperation", "不予协作", "Decline a request"),
            ("ForwardCooperation", "转送协作", "Pass a request on"),
            ("AskForSupplement", "要求补充", "Ask for more"),
            ("SupplyCooperation", "补充协作材料", "Supply what was asked for"),
            ("ProposeCooperationDate", "提议改期", "Propose another date"),
            ("AgreeToCooperationDate", "同意改期", "Agree to a date"),
            ("RefuseCooperationDate", "不同意改期", "Refuse a date"),
            ("ReportCooperationProgress", "报告协作进展", "Report progress"),
            ("DeliverCooperationResults", "反馈协作结果", "Deliver results"),
            ("ReturnCooperationResults", "退回协作结果", "Return results"),
            ("AcceptCooperationResults", "确认协作结果", "Accept results"),
            ("ReviewCooperation", "评价协作", "Review the quality of help"),
            ("CloseCooperation", "办结协作", "Close a cooperation"),
            ("WithdrawCooperation", "撤回协作", "Withdraw a request"),
            ("AmendCooperation", "更正补充协作", "Amend a request")),
        .. Service("legalaid.defence.v1.DefenceService",
            ("SubmitDefenceNotice", "通知辩护", "Give a notice of defence"),
            ("GetDefenceNotice", "查看通知", "Read a notice"),
            ("ListDefenceNotices", "列出通知", "List notices"),
            ("SearchDefenceNotices", "检索通知", "Search notices"),
            ("AmendDefenceNotice", "更正补充通知", "Amend a notice"),
            ("AssignCounsel", "指派律师", "Assign counsel"),
            ("DeclineDefenceNotice", "不予指派", "Decline a notice"),
            ("WithdrawDefenceNotice", "撤回通知", "Withdraw a notice"),
            ("ReplaceCounsel", "更换律师", "Replace counsel"),
            ("RespondToAssignment", "答复指派", "Answer an assignment"),
            ("ReportCounselRefusal", "报告拒绝辩护", "Report refused counsel"),
            ("RenotifyDefence", "再次通知", "Notify again"),
            ("TerminateDefence", "终止法律援助", "Terminate"),
            ("CloseDefenceNotice", "结案", "Close")),
        .. Service("legalaid.directory.v1.DirectoryService",
            ("ListAgencies", "列出机构", "List agencies"),
            ("GetAgency", "查看机构", "Read an agency"),
            ("ListExchangeTypes", "列出业务类型", "List exchange types"),
            ("GetExchangeType", "查看业务类型", "Read an exchange type"),
            ("WhoAmI", "查看自身身份", "See who the gateway takes one for")),
        .. Service("legalaid.duty.v1.DutyCalendarService",
            ("CreateCalendarFeed", "创建日历订阅地址", "Create the address of a calendar"),
            ("ListCalendarFeeds", "列出日历订阅地址", "List addresses of calendars"),
            ("GetCalendarFeed", "查看日历订阅地址", "Read about the address of a calendar"),
            ("RevokeCalendarFeed", "撤销日历订阅地址", "Revoke the address of a calendar")),
        .. Service("legalaid.duty.v1.RosterService",
            ("CheckRoster", "核对值班表", "Check a roster"),
            ("DraftRoster", "编排值班表", "Draft a roster"),
            ("RedraftRoster", "调整值班表", "Re-plan a roster"),
            ("ExportRoster", "导出值班表", "Write a roster as a file"),
            ("ImportRoster", "导入值班表", "Read a roster from a file")),
        .. Service("legalaid.eligibility.v1.EligibilityService",
            ("VerifyEligibility", "资格审查", "Verify eligibility"),
            ("AssessEligibility", "试算", "Decide on given facts"),
            ("GetVerification", "查看审查", "Read a verification"),
            ("ListVerifications", "列出审查", "List verifications"),
            ("SearchVerifications", "检索审查", "Search verifications"),
            ("WatchVerification", "跟踪审查", "Watch a verification"),
            ("ExplainVerification", "说明审查理由", "Explain a determination"),
            ("SupplyFacts", "补充事实", "Supply facts"),
            ("GrantAid", "人工决定给予", "Grant by a person"),
            ("RefuseAid", "人工决定不予", "Refuse by a person"),
            ("ObjectToRefusal", "提出异议", "Object to a refusal"),
            ("ReviewObjection", "审查异议", "Review an objection"),
            ("WithdrawVerification", "撤回申请", "Withdraw an application"),
            ("CloseVerification", "办结审查", "Close a verification"),
            ("ReportStatusChange", "报告状态变更", "Report a change of status")),
        .. Service("legalaid.evidence.v1.EvidenceService",
            ("GetCheckpoint", "取得检查点", "Get a checkpoint"),
            ("ProveMessage", "证明报文在册", "Prove a message"),
            ("ProveLeaf", "证明记录在册", "Prove a leaf"),
            ("ProveConsistency", "证明日志一致", "Prove consistency"),
            ("ListEvidence", "列出证据阶梯", "List the evidence ladder")),
        .. Service("legalaid.exchange.v1.ExchangeService",
            ("OpenExchange", "发起业务", "Open an exchange"),
            ("TakeStep", "办理步骤", "Take a step"),
            ("GetExchange", "查看业务", "Read an exchange"),
            ("ListExchanges", "列出业务", "List exchanges"),
            ("ListHistory", "列出经过", "List what happened")),
        .. Service("legalaid.mailbox.v1.MailboxService",
            ("ReceiveDeliveries", "持续接收投递", "Receive deliveries as they come"),
            ("PullDeliveries", "拉取投递", "Pull deliveries"),
            ("AcknowledgeDelivery", "确认收到", "Acknowledge a delivery"),
            ("ReportOpened", "报告已打开", "Report that a message was opened"),
            ("RequestTestEvent", "请求测试事件", "Ask for a test event"),
            ("RejectDelivery", "拒收", "Reject a delivery")),
    ]).ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);

    /// <summary>By name in ordinal order.</summary>
    public static ImmutableArray<Operation> All { get; } = [.. ByName.Values.OrderBy(operation => operation.Name, StringComparer.Ordinal)];

    public static Operation? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<Operation> Service(string name, params (string Method, string Zh, string En)[] methods) =>
        methods.Select(method => new Operation($"{name}/{method.Method}", new LocalizedText(method.Zh, method.En)));
}
