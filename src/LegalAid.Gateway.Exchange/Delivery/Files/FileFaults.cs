using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>Why a file in an inbox is rejected.</summary>
[FaultRows]
public static class FileFaults
{
    public static readonly FaultCode NotPlain = Row("FILE_NOT_PLAIN",
        "不是普通文件（链接或目录）", "It is no plain file but a link or a folder", "放入普通文件", "Put a plain file there");

    public static readonly FaultCode NameTooLong = Row("FILE_NAME_TOO_LONG",
        "文件名超过 {0} 字节", "The file's name is longer than {0} bytes", "改用较短的文件名", "Give it a shorter name");

    public static readonly FaultCode TooLarge = Row("FILE_TOO_LARGE",
        "文件超过 {0} 字节", "The file is larger than {0} bytes", "拆分请求或通过接口上传附件", "Split the request, or upload the documents over the API");

    public static readonly FaultCode NotSigned = Row("FILE_NOT_SIGNED",
        "不是本机构已登记客户端签名的完整文件", "It is no whole file signed by an enrolled client of this agency",
        "以已登记的密钥签名（ES256，typ legalaid-command+jws，aud 为网关地址），先写临时名再改名",
        "Sign it by an enrolled key (ES256, typ legalaid-command+jws, aud the gateway's address); write it under a temporary name and rename it");

    public static readonly FaultCode Command = Row("FILE_COMMAND",
        "不是可执行的命令", "It is no command that can be done", "按接入文档填写 command 及其内容", "Write command and its content as the integrators' page says");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerSystem, zh, en, remedyZh, remedyEn);
}
