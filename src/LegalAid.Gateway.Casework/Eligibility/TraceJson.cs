using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// A determination with its whole tree as JSON in UTF-8: every rule of the day, every condition in its nesting, the answer that each test met, who gave it and when,
/// every figure with its dates and clause. The same determination gives the same bytes. It holds personal data: it belongs where exchanges are kept, never into a log.
/// </summary>
public static class TraceJson
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Write(Determination determination)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        Write(determination, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Determination determination, IBufferWriter<byte> output)
    {
        // Each answer is written once, however many tests meet it.
        var facts = determination.RuleSet.Facts;
        var answers = new ArrayBufferWriter<byte>(4 * 1024);
        Span<Range> places = stackalloc Range[facts.Length];
        using (var json = new Utf8JsonWriter(answers, Options))
        {
            for (var i = 0; i < facts.Length; i++)
            {
                var start = answers.WrittenCount;
                WriteAnswer(json, determination.Used(facts[i].Fact));
                json.Flush();
                places[i] = start..answers.WrittenCount;
                json.Reset();
            }
        }

        WriteHead(determination, output);
        determination.RuleSet.Trace.Write(determination, answers.WrittenSpan, places, output);
        output.Write("}"u8);
    }

    /// <summary>All up to the rules, whose array follows.</summary>
    private static void WriteHead(Determination determination, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        var (pack, given) = (determination.By.Pack, determination.Case);
        json.WriteStartObject();
        json.WriteNumber("form", 1);
        json.WriteStartObject("pack");
        json.WriteString("id", pack.Id);
        json.WriteString("digest", determination.By.Digest);
        json.WriteEndObject();
        json.WriteString("place", given.Place.ToString());
        WriteDate(json, "receivedOn", given.ReceivedOn);
        WriteDate(json, "decidedOn", given.DecidedOn);
        json.WriteString("outcome", TraceNames.Of(determination.Outcome));
        json.WriteBoolean("settled", determination.IsSettled);
        WriteNames(json, "grounds", determination.Grounds.Select(rule => rule.Id));
        WriteNames(json, "open", determination.Open.Select(fact => fact.Name));
        WriteNames(json, "conflicts", given.Facts.Conflicts.Select(fact => fact.Name));
        json.WritePropertyName("rules");
    }

    private static void WriteAnswer(Utf8JsonWriter json, KnownFact? known)
    {
        if (known is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("value", known.Value.Text(known.Fact));
        json.WriteString("source", known.Source);
        WriteDate(json, "answeredOn", known.AnsweredOn);
        json.WriteBoolean("undertaken", known.Standing == FactStanding.Undertaken);
        json.WriteEndObject();
    }

    internal static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string> names)
    {
        json.WriteStartArray(name);
        foreach (var text in names)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    internal static void WriteDate(Utf8JsonWriter json, string name, DateOnly date)
    {
        Span<char> text = stackalloc char[10];
        date.TryFormat(text, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        json.WriteString(name, text);
    }
}
