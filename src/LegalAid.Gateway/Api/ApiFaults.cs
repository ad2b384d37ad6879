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

    public static readonly FaultCode Header = new("HEADER_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "请求头缺失或格式不正确", "A header is missing or malformed",
        "按接口文档填写该请求头", "Give the header as the interface's page says");

    public static readonly FaultCode PieceType = new("UPLOAD_MEDIA_TYPE", FaultKind.Unsupported, FaultActor.CallerSystem,
        "分段上传的内容类型应为 application/offset+octet-stream", "A piece of an upload is application/offset+octet-stream",
        "更正 Content-Type", "Correct Content-Type");

    public static readonly FaultCode TusVersion = new("TUS_VERSION", FaultKind.Unsupported, FaultActor.CallerSystem,
        "上传协议为 tus {0}", "Uploads speak tus {0}",
        "在请求头 Tus-Resumable 中写明版本", "Say the version in the header Tus-Resumable");

    public static readonly FaultCode Range = new("RANGE_UNSATISFIABLE", FaultKind.Invalid, FaultActor.CallerSystem,
        "所请求的范围不在文书的 {0} 字节之内", "The range asked for is not within the document's {0} bytes",
        "按文书大小更正范围", "Correct the range by the document's size");

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
