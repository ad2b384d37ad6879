using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// A message as JSON, the proto JSON form of <c>legalaid.mailbox.v1.Envelope</c>: what a recipient gets by push is what it would have got
/// from its mailbox. Written by hand, since this module knows no protobuf; the host's tests compare the two. Empty fields are left out,
/// 64-bit numbers are strings, times are RFC 3339 at UTC with 0, 3, 6 or 9 decimals.
/// </summary>
public static class EnvelopeJson
{
    public static JsonObject Of(Envelope envelope)
    {
        var (message, exchange) = (envelope.Message, envelope.Message.Exchange.ResourceName);
        var json = new JsonObject
        {
            ["message"] = $"{exchange}/messages/{message.Id}",
            ["exchange"] = exchange,
            ["exchangeType"] = $"exchangeTypes/{envelope.ExchangeType}",
        };
        Put(json, "event", message.Event);
        Put(json, "sender", NameOf(message.Sender));
        Put(json, "recipientRole", envelope.Delivery.Role);
        Put(json, "state", message.StateAfter);
        Put(json, "caseNumber", envelope.CaseNumber);
        json["payload"] = envelope.Payload.DeepClone();
        Put(json, "payloadDigest", message.PayloadDigest);
        if (!envelope.Documents.IsEmpty)
        {
            json["attachments"] = new JsonArray([.. envelope.Documents.Select(document => (JsonNode)Of(exchange, document))]);
        }

        json["occurTime"] = Instant(message.OccurredAtCivil);
        json["commitTime"] = Instant(message.CommittedAt);
        Put(json, "receiptJws", message.ReceiptJws);
        Put(json, "traceparent", message.TraceParent);
        if (envelope.Stated.Any())
        {
            json["messageAttachments"] = new JsonArray([.. envelope.Stated.Select(document => (JsonNode)Of(exchange, document))]);
        }

        return json;
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

    private static JsonObject Of(string exchange, DocumentReading document)
    {
        var json = new JsonObject { ["name"] = $"{exchange}/attachments/{document.Id}" };
        Put(json, "kind", document.Kind);
        Put(json, "fileName", document.FileName);
        Put(json, "mediaType", document.MediaType);
        Put(json, "sizeBytes", document.SizeBytes == 0 ? "" : document.SizeBytes.ToString(CultureInfo.InvariantCulture));
        Put(json, "sha256", document.Sha256);
        Put(json, "sm3", document.Sm3);
        json["createTime"] = Instant(document.CreatedAt);
        json["sender"] = document.Sender.ResourceName;
        return json;
    }

    private static JsonObject Of(string exchange, DocumentReference document) => new()
    {
        ["name"] = $"{exchange}/attachments/{document.Id}",
        ["sha256"] = document.Sha256,
        ["sm3"] = document.Sm3,
    };

    private static string NameOf(AgencyId? agency) => agency?.ResourceName ?? "";

    private static void Put(JsonObject json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json[name] = value;
        }
    }
}
