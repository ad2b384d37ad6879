using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api;

/// <summary>Faults of calls that only the services see.</summary>
[FaultRows]
public static class ApiFaults
{
    public static readonly FaultCode ResourceName = new("RESOURCE_NAME_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "资源名称格式不正确", "The resource name is malformed",
        "使用网关返回的资源名称", "Use the resource name as the gateway gave it");

    public static readonly FaultCode PageSize = new("PAGE_SIZE_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "每页条数应为 0 至 {0}", "The page size must be from 0 to {0}",
        "调整每页条数", "Change the page size");

    public static readonly FaultCode PageToken = new("PAGE_TOKEN_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "翻页标记无效", "The page token is not one of this gateway's",
        "从第一页重新读取", "Start again from the first page");

    public static readonly FaultCode DocumentDigest = new("ATTACHMENT_DIGEST_DIFFERS", FaultKind.Invalid, FaultActor.CallerSystem,
        "文书内容与所给摘要不符", "The document's content does not have the digest given",
        "核对文件后重新上传", "Check the file and send it again");

    public static readonly FaultCode DocumentName = new("ATTACHMENT_NAME_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "文件名不得含路径或控制字符", "The file name must hold no path and no control characters",
        "只填写文件名", "Give the bare file name");

    public static readonly FaultCode DocumentTooLarge = new("ATTACHMENT_TOO_LARGE", FaultKind.Exhausted, FaultActor.CallerStaff,
        "单份文书不得超过 {0} 字节", "A document may have at most {0} bytes",
        "压缩或拆分后重新提交", "Compress or split it and send again");

    public static readonly FaultCode TooManyPeople = new("TOO_MANY_PEOPLE", FaultKind.Invalid, FaultActor.CallerStaff,
        "一份通知最多列 {0} 人", "A notice may name at most {0} people",
        "分为几份通知", "Split it into several notices");

    public static readonly FaultCode CaseNumbersDiffer = new("CASE_NUMBERS_DIFFER", FaultKind.Invalid, FaultActor.CallerStaff,
        "同一份通知中的案号应当一致", "The people of one notice share one case number",
        "不同案件分别通知", "Give separate notice for each case");

    public static readonly FaultCode SearchEmpty = new("SEARCH_EMPTY", FaultKind.Invalid, FaultActor.CallerStaff,
        "至少填写一项查询条件", "Give at least one thing to search for",
        "填写案号或公民身份号码", "Give a case number or a resident number");

    public static readonly FaultCode ExpectedVersion = new("EXPECTED_VERSION_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "期望版本不得为负", "The expected version must not be negative",
        "使用读取时得到的版本", "Use the version that you read");

    public static readonly FaultCode LeaseToken = new("LEASE_TOKEN_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "租约标记格式不正确", "The lease token is malformed",
        "使用取件时得到的租约标记", "Use the lease token that came with the delivery");
}
