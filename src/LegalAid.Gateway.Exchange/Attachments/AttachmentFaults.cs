using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Why a document is refused.</summary>
[FaultRows]
public static class AttachmentFaults
{
    public static readonly FaultCode TooLarge = new("ATTACHMENT_TOO_LARGE", FaultKind.Exhausted, FaultActor.CallerStaff,
        "单份文书不得超过 {0} 字节", "A document may have at most {0} bytes",
        "压缩或拆分后重新提交", "Compress or split it and send again");

    public static readonly FaultCode Empty = new("ATTACHMENT_EMPTY", FaultKind.Invalid, FaultActor.CallerSystem,
        "文书不得为空", "A document has at least one byte",
        "核对文件后重新上传", "Check the file and send it again");

    public static readonly FaultCode Name = new("ATTACHMENT_NAME_INVALID", FaultKind.Invalid, FaultActor.CallerSystem,
        "文件名为 1 至 200 个字符，不得含路径或控制字符", "The file name has 1 to 200 characters, no path and no control characters",
        "只填写文件名", "Give the bare file name");

    public static readonly FaultCode MediaType = new("ATTACHMENT_TYPE_REFUSED", FaultKind.Invalid, FaultActor.CallerStaff,
        "不接收此类文件", "This media type is not taken",
        "转换为 PDF 等可接收的格式", "Convert it to one that is, such as PDF");

    public static readonly FaultCode Content = new("ATTACHMENT_TYPE_DIFFERS", FaultKind.Invalid, FaultActor.CallerStaff,
        "文件内容与所称类型不符", "The content is not of the media type that it is said to be",
        "核对文件及其类型", "Check the file and its media type");

    public static readonly FaultCode Digest = new("ATTACHMENT_DIGEST_DIFFERS", FaultKind.Invalid, FaultActor.CallerSystem,
        "文书内容与所给摘要不符", "The document's content does not have the digest given",
        "核对文件后重新上传", "Check the file and send it again");

    public static readonly FaultCode Unknown = new("ATTACHMENT_UNKNOWN", FaultKind.Invalid, FaultActor.CallerSystem,
        "本机构未向该业务提交过此文书", "Your agency has put no such document to this exchange",
        "核对文书名称；分段上传的先传完", "Check the document's name; where it comes in pieces, finish the upload first");

    public static readonly FaultCode Twice = new("ATTACHMENT_TWICE", FaultKind.Invalid, FaultActor.CallerSystem,
        "同一文书被引用两次", "The same document is named twice",
        "删除重复项后重新提交", "Remove the repetition and send again");

    public static readonly FaultCode Offset = new("UPLOAD_OFFSET_DIFFERS", FaultKind.Conflict, FaultActor.CallerSystem,
        "上传应从第 {0} 字节继续", "The upload goes on from byte {0}",
        "读取上传进度后从该处继续", "Ask where the upload stands and go on from there");

    public static readonly FaultCode Overrun = new("UPLOAD_OVERRUN", FaultKind.Invalid, FaultActor.CallerSystem,
        "内容超过申报的 {0} 字节", "There are more bytes than the {0} that were announced",
        "按实际大小重新开始上传", "Begin again with the true size");

    public static readonly FaultCode TooManyUploads = new("UPLOADS_TOO_MANY", FaultKind.Exhausted, FaultActor.CallerSystem,
        "本机构未完成的上传过多（至多 {0} 项、共 {1} 字节）", "The agency has too many uploads under way (at most {0}, of {1} bytes together)",
        "完成或放弃已有上传后再试", "Finish or give up some of them first");

    public static readonly FaultCode TooSlow = new("UPLOAD_TOO_SLOW", FaultKind.Unavailable, FaultActor.CallerSystem,
        "上传过慢，已中断；已收到的部分保留", "The upload was too slow and was cut; what was received is kept",
        "从已收到处继续", "Go on from what was received");
}
