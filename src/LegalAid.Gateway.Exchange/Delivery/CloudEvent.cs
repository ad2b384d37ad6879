using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// A delivery as a CloudEvent 1.0 in structured JSON form: <c>id</c> is the delivery's, the same over all attempts; <c>source</c> is
/// <c>{issuer}/exchanges</c>; <c>type</c> is <c>legalaid.{exchange type}.{event}</c>, such as <c>legalaid.defence-notice.court.submit</c>;
/// <c>subject</c> is the exchange; <c>time</c> is when it happened (civil); <c>data</c> is the <see cref="EnvelopeJson"/>. Extensions:
/// <c>sequence</c>, ten digits, counts the deliveries of the exchange to the recipient without gaps; <c>traceparent</c> is the trace of the call
/// that brought the message. The bytes are the same over all attempts.
/// </summary>
internal static class CloudEvent
{
    public const string MediaType = "application/cloudevents+json";

    // The body is UTF-8 JSON and never HTML: Chinese text stays readable.
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Room for most events: a larger one grows it.</summary>
    private const int UsualBytes = 4096;

    public static ReadOnlyMemory<byte> Encode(Envelope envelope, Uri issuer)
    {
        var (delivery, message) = (envelope.Delivery, envelope.Message);
        var buffer = new ArrayBufferWriter<byte>(UsualBytes);
        using (var writer = new Utf8JsonWriter(buffer, Written))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion", "1.0");
            writer.WriteString("id", delivery.Id.ToString());
            writer.WriteString("source", $"{issuer.OriginalString.TrimEnd('/')}/exchanges");
            writer.WriteString("type", $"legalaid.{envelope.ExchangeType}.{message.Event}");
            writer.WriteString("subject", message.Exchange.ResourceName);
            writer.WriteString("time", EnvelopeJson.Instant(message.OccurredAtCivil));
            writer.WriteString("datacontenttype", "application/json");
            writer.WriteString("sequence", delivery.Sequence.ToString("D10", CultureInfo.InvariantCulture));
            if (message.TraceParent.Length > 0)
            {
                writer.WriteString("traceparent", message.TraceParent);
            }

            writer.WritePropertyName("data");
            EnvelopeJson.Write(writer, envelope);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
