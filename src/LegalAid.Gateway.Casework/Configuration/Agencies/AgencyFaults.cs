using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What can be wrong with agencies, their clients and channels, and the register of counsel.</summary>
[FaultRows]
public static class AgencyFaults
{
    public static readonly FaultCode RegionUnassigned = Row("CONFIG_REGION_UNASSIGNED",
        "没有这个行政区划", "There is no such division", "填写 GB/T 2260 现行代码；虚拟地区只能写在 regions.yaml 的 synthetic-regions", "Give a code of GB/T 2260; synthetic regions stand only in regions.yaml");

    public static readonly FaultCode RegionReal = Row("CONFIG_REGION_REAL",
        "该地区真实存在，不能作为虚拟地区", "People live in this region; it cannot be synthetic", "填写未分配的代码，如 450199", "Give an unassigned code, such as 450199");

    public static readonly FaultCode SupervisorCycle = Row("CONFIG_SUPERVISOR_CYCLE",
        "监督关系成环：{0}", "The supervisors form a circle: {0}", "更正 supervisor", "Correct a supervisor");

    public static readonly FaultCode CourtCode = Row("CONFIG_COURT_CODE",
        "法院代字缺失、写法不对，或写在了其他机构上", "The court code is missing, not well-formed, or stands at a body that is no court",
        "法院填写案号中的代字，如 桂0103；其他机构删除该键", "Give a court's code as in case numbers, such as 桂0103; remove it elsewhere");

    public static readonly FaultCode CourtRegion = Row("CONFIG_COURT_REGION",
        "法院代字属于地区 {0}，与 region 不一致", "The court code is of region {0}, not of the region given", "更正代字或地区", "Correct the code or the region");

    public static readonly FaultCode ServesMisplaced = Row("CONFIG_SERVES_MISPLACED",
        "只有法律援助机构填写 serves，且至少一个地区", "Aid centres, and only they, have `serves`, with one region at least", "补充或删除 serves", "Add or remove `serves`");

    public static readonly FaultCode ServesTwice = Row("CONFIG_SERVES_TWICE",
        "该地区已由 {0} 管辖", "The region is served by {0} already", "一个地区只由一个法律援助机构管辖", "One aid centre serves a region");

    public static readonly FaultCode ProgrammeOverlap = Row("CONFIG_PROGRAMME_OVERLAP",
        "同一试点的期间重叠", "Two spans of one programme overlap", "合并或更正日期", "Merge them or correct the dates");

    public static readonly FaultCode UrlInvalid = Row("CONFIG_URL_INVALID",
        "不是可用的地址", "Not a usable address", "填写绝对 http(s) 地址，不含用户名、查询和片段", "Give an absolute http(s) address without user, query or fragment");

    public static readonly FaultCode UrlPlain = Row("CONFIG_URL_PLAIN",
        "不允许明文 http", "Plain http is not allowed", "改用 https；仅演示和测试可设 allow-plain-text", "Use https; allow-plain-text is for demo and test");

    public static readonly FaultCode NetworkInvalid = Row("CONFIG_NETWORK_INVALID",
        "不是 CIDR 网段，或过宽（IPv4 短于 /8，IPv6 短于 /16）", "Not a network in CIDR form, or too wide (IPv4 under /8, IPv6 under /16)",
        "填写网段首地址和前缀长度，如 10.45.0.0/16", "Give the first address and the prefix length, such as 10.45.0.0/16");

    public static readonly FaultCode PeerChannel = Row("CONFIG_PEER_CHANNEL",
        "外市网关（kind: gateway）的渠道须为 peer，其他机构不得为 peer", "Another city's gateway (kind: gateway) has a peer channel, and nobody else has",
        "更正 kind 或 channel", "Correct kind or channel");

    public static readonly FaultCode GatewayUnknown = Row("CONFIG_GATEWAY_UNKNOWN",
        "没有外市网关 {0}", "There is no other city's gateway {0}", "为该网关建立 agencies/{0}.yaml，kind: gateway", "Write agencies/{0}.yaml with kind: gateway");

    public static readonly FaultCode PeerCertificate = Row("CONFIG_PEER_CERTIFICATE",
        "外市网关的证书只能按指纹登记", "The certificate of another city's gateway is pinned by its thumbprint",
        "改用 thumbprints", "Use thumbprints");

    public static readonly FaultCode ThroughAlone = Row("CONFIG_THROUGH_ALONE",
        "属于外市网关的机构，其系统、人员和接口只在那里登记", "An agency that belongs to another city's gateway has its systems, people and connectors there alone",
        "删去 clients、issuers、connectors", "Take out clients, issuers, connectors");

    public static readonly FaultCode ChannelTwice = Row("CONFIG_CHANNEL_TWICE",
        "登记文件已为该机构设置渠道", "An enrolment sets this agency's channel already", "只保留一个", "Keep one");

    public static readonly FaultCode ClientTwice = Row("CONFIG_CLIENT_TWICE",
        "客户端标识已由 {0} 使用", "The client id is used by {0} already", "换一个全网关唯一的标识", "Choose an id unique in the gateway");

    public static readonly FaultCode KeyPrivate = Row("CONFIG_JWKS_PRIVATE",
        "密钥集中有私钥", "The key set holds a private key", "立即更换该密钥对，只登记公钥", "Replace the key pair now and enrol the public half only");

    public static readonly FaultCode KeyInvalid = Row("CONFIG_JWKS_KEY_INVALID",
        "不是 P-256 或 SM2 公钥", "Not a public key on P-256 or SM2",
        "填写 kty EC、crv（P-256 配 alg ES256，SM2 配 alg SM2）和曲线上的 x、y（base64url，各 32 字节）",
        "Give kty EC, crv (P-256 with alg ES256, SM2 with alg SM2) and x, y on the curve (base64url, 32 bytes each)");

    public static readonly FaultCode KeyShared = Row("CONFIG_JWKS_KEY_SHARED",
        "该公钥已由 {0} 使用", "The key is used by {0} already", "每个客户端使用自己的密钥", "Give each client a key of its own");

    public static readonly FaultCode CertificateInvalid = Row("CONFIG_CERTIFICATE_INVALID",
        "证书指纹、域名或主体名称写法不对", "Not a certificate's thumbprint, DNS name or subject",
        "指纹填 SHA-256 的 64 位小写十六进制；主体填 RFC 4514 写法，如 CN=court.example, O=Court",
        "Give SHA-256 as 64 lower-case hex digits, a DNS name, or a subject as RFC 4514 writes it, such as CN=court.example, O=Court");

    public static readonly FaultCode CriminalBeforePractice = Row("CONFIG_COUNSEL_DATES",
        "刑事执业起始日早于执业起始日", "Criminal practice begins before practice", "核对律师名录", "Check the register");

    public static readonly FaultCode FirmKind = Row("CONFIG_AGENCY_KIND",
        "该机构不是 {0}", "The agency is no {0}", "更正机构", "Correct the agency");

    public static readonly FaultCode SyntheticAccepted = Row("CONFIG_SYNTHETIC_ACCEPTED",
        "接受虚拟身份号码，仅供演示和测试", "Synthetic resident numbers are accepted: for demo and test only", "正式环境清空 synthetic-regions", "Empty synthetic-regions in production");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
