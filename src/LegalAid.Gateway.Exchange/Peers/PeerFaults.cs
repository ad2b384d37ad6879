using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>Refusals between gateways. Who must act is an operator of either.</summary>
[FaultRows]
public static class PeerFaults
{
    public static readonly FaultCode NotYours = Row("PEER_NOT_YOURS", FaultKind.Denied,
        "该机构或业务不属于发送方网关", "The agency or the exchange does not belong to the sending gateway",
        "核对双方目录中的 channel.gateway", "Compare channel.gateway in both directories");

    public static readonly FaultCode TypeDiffers = Row("PEER_TYPE_DIFFERS", FaultKind.Conflict,
        "本网关没有该业务类型，或其状态、当事方、时钟不同", "This gateway has no such exchange type, or one of other states, parties or clocks",
        "更新业务类型和目录；发送方会自动重试", "Bring exchange types and directory up to date; the sender tries again by itself");

    public static readonly FaultCode OtherBefore = Row("PEER_OTHER_BEFORE", FaultKind.Conflict,
        "同一序号此前收到的是另一条消息", "Another message came under the same number before",
        "比对双方存证", "Compare both logs");

    public static readonly FaultCode NotSaid = Row("PEER_NOT_SAID", FaultKind.Denied,
        "所称本网关机构的步骤并非由本网关转送", "The step that an agency of this gateway is said to have taken was not passed on by it",
        "比对双方存证", "Compare both logs");

    public static readonly FaultCode RefusedBefore = Row("PEER_REFUSED_BEFORE", FaultKind.WrongState,
        "该步骤此前已被拒绝，其办理者已获告知", "The step was refused before, and whoever took it was told",
        "如仍需办理，重新提交", "Take the step anew where it is still wanted");

    public static readonly FaultCode DocumentMissing = Row("PEER_DOCUMENT_MISSING", FaultKind.Conflict,
        "消息所附文书尚未完整送达", "A document of the message is not whole here yet",
        "无需处理：发送方会先补送文书", "Nothing: the sender sends the document's parts first, and then the message again");

    public static readonly FaultCode Malformed = Row("PEER_MALFORMED", FaultKind.Invalid,
        "网关间报文格式不对", "A message between gateways is malformed",
        "核对双方版本", "Compare the versions of both");

    public static readonly FaultCode ReceiptInvalid = Row("PEER_RECEIPT_INVALID", FaultKind.Denied,
        "所附回执不是发送方网关以现用密钥签的", "The receipt is not signed by the sending gateway with a key in force",
        "核对双方目录中的密钥", "Compare the keys in both directories");

    public static readonly FaultCode CertificateOther = Row("PEER_CERTIFICATE_OTHER", FaultKind.Denied,
        "连接未出示本网关目录中登记的发送方证书", "The connection shows no certificate that is pinned for the sending gateway",
        "核对发送方 connectors/{网关}.pem 与本方目录中的 certificate.thumbprints", "Compare the sender's connectors/{gateway}.pem with certificate.thumbprints in the receiver's directory");

    /// <summary>Whether the same step would be refused again: all but what passes by itself.</summary>
    internal static bool AreFinal(IEnumerable<Fault> faults) =>
        faults.All(fault => fault.Code.Kind is FaultKind.Invalid or FaultKind.Denied or FaultKind.NotFound or FaultKind.AlreadyExists or FaultKind.WrongState);

    private static FaultCode Row(string code, FaultKind kind, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, kind, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}

/// <summary>Events that no type declares: what gateways tell of each other.</summary>
public static class PeerEvents
{
    /// <summary>A step that was passed on was refused; the payload says which and why: <c>step</c>, <c>faults: [{code, field}]</c>.</summary>
    public const string StepRefused = "step.refused";
}
