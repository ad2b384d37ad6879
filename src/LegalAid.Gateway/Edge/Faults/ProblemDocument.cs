using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Faults;

/// <summary>Faults as REST says them: an RFC 9457 problem document.</summary>
public static class ProblemDocument
{
    public const string MediaType = "application/problem+json";

    // Chinese stays readable in the text; the media type is never sniffed as HTML.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document's UTF-8 text. <paramref name="status"/> overrides the headline's status.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<Fault> faults, string traceId, int? status = null)
    {
        var headline = FaultStatus.Headline(faults);
        var row = headline.Code;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Readable);
        json.WriteStartObject();
        json.WriteString("type", "urn:legalaid:error:" + row.Code);
        json.WriteString("title", headline.TextZh);
        json.WriteString("titleEn", headline.TextEn);
        json.WriteNumber("status", status ?? FaultStatus.Http(row));
        json.WriteString("code", row.Code);
        json.WriteString("detail", Detail(faults, headline));
        json.WriteString("traceId", traceId);
        json.WriteString("actor", ActorName(row.Actor));
        json.WriteStartObject("remedy");
        json.WriteString("zh", row.RemedyZh);
        json.WriteString("en", row.RemedyEn);
        json.WriteEndObject();
        json.WriteStartArray("faults");
        foreach (var fault in faults)
        {
            Write(json, fault);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Answers with the problem. Only before the response has started.</summary>
    public static async Task WriteAsync(HttpContext context, IReadOnlyList<Fault> faults, int? status = null)
    {
        var response = context.Response;
        var body = Write(faults, Refusals.TraceId(context), status);
        response.StatusCode = status ?? FaultStatus.Http(FaultStatus.Headline(faults).Code);
        response.ContentType = MediaType;
        response.ContentLength = body.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        if (response.Body.CanSeek)
        {
            response.Body.SetLength(0); // an answer that is held back until it is signed: what was written of it is none
        }

        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    internal static string ActorName(FaultActor actor) => actor switch
    {
        FaultActor.CallerSystem => "callerSystem",
        FaultActor.CallerStaff => "callerStaff",
        FaultActor.GatewayOperator => "gatewayOperator",
        FaultActor.Nobody => "nobody",
        _ => throw new ArgumentOutOfRangeException(nameof(actor), actor, "An actor without a name."),
    };

    private static string Detail(IReadOnlyList<Fault> faults, Fault headline) =>
        faults.Count == 1
            ? headline.Field.Length == 0 ? headline.TextZh : $"{headline.Field}：{headline.TextZh}"
            : string.Create(CultureInfo.InvariantCulture, $"共 {faults.Count} 处问题，逐项见 faults");

    private static void Write(Utf8JsonWriter json, Fault fault)
    {
        json.WriteStartObject();
        json.WriteString("field", fault.Field);
        json.WriteString("code", fault.Code.Code);
        json.WriteString("zh", fault.TextZh);
        json.WriteString("en", fault.TextEn);
        json.WriteString("remedyZh", fault.Code.RemedyZh);
        json.WriteString("remedyEn", fault.Code.RemedyEn);
        json.WriteString("actor", ActorName(fault.Code.Actor));
        json.WriteEndObject();
    }
}
