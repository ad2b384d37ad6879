using System.Globalization;

namespace LegalAid.Gateway.Exchange.Evidence.Witness;

/// <summary>A verdict as HTTP says it.</summary>
public sealed record WitnessReply(int Status, string ContentType, string Body)
{
    /// <summary>Type of the body that tells a size.</summary>
    public const string SizeType = "text/x.tlog.size";

    private const string TextType = "text/plain; charset=utf-8";

    public static WitnessReply Of(WitnessVerdict verdict) => verdict switch
    {
        WitnessVerdict.Cosigned cosigned => new(200, TextType, $"{cosigned.Signature}\n"),
        WitnessVerdict.Malformed => new(400, TextType, "请求格式不符 · The request is malformed\n"),
        WitnessVerdict.Unsigned => new(403, TextType, "无可信签名 · No trusted key signed\n"),
        WitnessVerdict.UnknownOrigin => new(404, TextType, "未登记的日志 · The origin is unknown\n"),
        WitnessVerdict.OtherSize other => new(409, SizeType, Line(other.Size)),
        WitnessVerdict.OtherRoot other => new(409, SizeType, Line(other.Size)),
        WitnessVerdict.NotConsistent inconsistent => new(422, TextType, $"一致性证明不成立 · The proof does not hold: {inconsistent.Finding}\n"),
        _ => throw new InvalidOperationException($"verdict {verdict}"),
    };

    private static string Line(long size) => string.Create(CultureInfo.InvariantCulture, $"{size}\n");
}
