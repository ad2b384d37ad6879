using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// A message as JSON, the proto JSON form of <c>legalaid.mailbox.v1.Envelope</c>: what a recipient gets by push is what it would have got
/// from its mailbox. Written by hand, since this module knows no protobuf; the host's tests compare the two. Empty fields are left out,
/// 64-bit numbers are strings, times are RFC 3339 at UTC with 0, 3, 6 or 9 decimals. The payload goes in as it lies in the ledger.
/// </summary>
public static class EnvelopeJson
{
    public static string Of(Envelope envelope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, envelope);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter json, Envelope envelope)
    {
        var (message, exchange) = (envelope.Message, envelope.Message.Exchange.ResourceName);
        json.WriteStartObject();
        json.WriteString("message", $"{exchange}/messages/{message.Id}");
        json.WriteString("exchange", exchange);
        json.WriteString("exchangeType", $"exchangeTypes/{envelope.ExchangeType}");
        Put(json, "event", message.Event);
        Put(json, "sender", NameOf(message.Sender));
        Put(json, "recipientRole", envelope.Delivery.Role);
        Put(json, "state", message.StateAfter);
        Put(json, "caseNumber", envelope.CaseNumber);
        json.WritePropertyName("payload");
        json.WriteRawValue(message.PayloadJson.IsEmpty ? "{}"u8 : message.PayloadJson.Span, skipInputValidation: true);
        Put(json, "payloadDigest", message.PayloadDigest);
        if (!envelope.Documents.IsEmpty)
        {
            json.WriteStartArray("attachments");
            foreach (var document in envelope.Documents)
            {
                Write(json, exchange, document);
            }

            json.WriteEndArray();
        }

        json.WriteString("occurTime", Instant(message.OccurredAtCivil));
        json.WriteString("commitTime", Instant(message.CommittedAt));
        Put(json, "receiptJws", message.ReceiptJws);
        Put(json, "traceparent", message.TraceParent);
        if (!envelope.Stated.IsEmpty)
        {
            json.WriteStartArray("messageAttachments");
            foreach (var document in envelope.Stated)
            {
                Write(json, exchange, document);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>An instant in proto JSON form.</summary>
    public static string Instant(DateTimeOffset at)
    {
        var fraction = (at.UtcTicks % TimeSpan.TicksPerSecond) switch
        {
            0 => "",
            var ticks when ticks % TimeSpan.TicksPerMillisecond == 0 => ".fff",
            var ticks when ticks % TimeSpan.TicksPerMicrosecond == 0 => ".ffffff",
            _ => ".fffffff'00'",
        };
        return at.UtcDateTime.ToString($"yyyy-MM-dd'T'HH:mm:ss{fraction}'Z'", CultureInfo.InvariantCulture);
    }

    private static void Write(Utf8JsonWriter json, string exchange, DocumentReading document)
    {
        json.WriteStartObject();
        json.WriteString("name", $"{exchange}/attachments/{document.Id}");
        Put(json, "kind", document.Kind);
        Put(json, "fileName", document.FileName);
        Put(json, "mediaType", document.MediaType);
        Put(json, "sizeBytes", document.SizeBytes == 0 ? "" : document.SizeBytes.ToString(CultureInfo.InvariantCulture));
        Put(json, "sha256", document.Sha256);
        Put(json, "sm3", document.Sm3);
        json.WriteString("createTime", Instant(document.CreatedAt));
        json.WriteString("sender", document.Sender.ResourceName);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string exchange, DocumentReference document)
    {
        json.WriteStartObject();
        json.WriteString("name", $"{exchange}/attachments/{document.Id}");
        json.WriteString("sha256", document.Sha256);
        json.WriteString("sm3", document.Sm3);
        json.WriteEndObject();
    }

    private static string NameOf(AgencyId? agency) => agency?.ResourceName ?? "";

    private static void Put(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }
}
