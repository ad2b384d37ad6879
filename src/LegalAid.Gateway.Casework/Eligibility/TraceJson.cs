using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// A determination with its whole tree as JSON in UTF-8: every rule of the day, every test with the answer it met, who gave it and when, every figure with its
/// dates and clause. The same determination gives the same bytes. It holds personal data: it belongs where exchanges are kept, never into a log.
/// </summary>
public static class TraceJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Write(Determination determination)
    {
        var buffer = new ArrayBufferWriter<byte>(8 * 1024);
        Write(determination, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Determination determination, IBufferWriter<byte> output)
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
        Date(json, "receivedOn", given.ReceivedOn);
        Date(json, "decidedOn", given.DecidedOn);
        json.WriteString("outcome", TraceNames.Of(determination.Outcome));
        json.WriteBoolean("settled", determination.IsSettled);
        Names(json, "grounds", determination.Grounds.Select(rule => rule.Id));
        Names(json, "open", determination.Open.Select(fact => fact.Name));
        Names(json, "conflicts", given.Facts.Conflicts.Select(fact => fact.Name));
        json.WriteStartArray("rules");
        for (var i = 0; i < determination.RuleSet.Rules.Length; i++)
        {
            Rule(json, determination, i);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter json, Determination determination, int place)
    {
        var rule = determination.RuleSet.Rules[place];
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("effect", TraceNames.Of(rule.Effect));
        Basis(json, rule.Basis);
        json.WriteString("holds", TraceNames.Of(determination.TruthOf(determination.RuleSet.Roots[place])));
        json.WriteStartArray("tests");
        foreach (var (step, fact, demand) in determination.RuleSet.TestsOf(place))
        {
            json.WriteStartObject();
            json.WriteString("fact", fact.Name);
            Demanded(json, fact, demand);
            json.WriteString("holds", TraceNames.Of(determination.TruthOf(step)));
            if (determination.Used(fact) is { } known)
            {
                json.WriteString("value", known.Value.Text(fact));
                json.WriteString("source", known.Source);
                Date(json, "answeredOn", known.AnsweredOn);
                json.WriteBoolean("undertaken", known.Standing == FactStanding.Undertaken);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Demanded(Utf8JsonWriter json, FactDefinition fact, ResolvedDemand demand)
    {
        switch (demand.Demand)
        {
            case Demand.Is yes:
                json.WriteBoolean("is", yes.Yes);
                break;
            case Demand.OneOf some:
                Names(json, "in", some.Choices.Select(choice => fact.Choices[choice].Name));
                break;
            default:
                var name = demand.Below ? "below" : "from";
                if (demand.Cut is { } cut)
                {
                    json.WriteString(name, fact.Kind == FactKind.Money ? cut.ToString("0.00", CultureInfo.InvariantCulture) : cut.ToString("0", CultureInfo.InvariantCulture));
                }
                else
                {
                    json.WriteNull(name);
                }

                break;
        }

        if (demand is { Parameter: { } parameter, Row: { } row })
        {
            json.WriteStartObject("parameter");
            json.WriteString("id", parameter.Id);
            Date(json, "from", row.From);
            Basis(json, row.Basis);
            json.WriteEndObject();
        }
    }

    private static void Basis(Utf8JsonWriter json, LegalBasis basis)
    {
        json.WriteStartObject("basis");
        json.WriteString("instrument", basis.Instrument);
        json.WriteString("article", basis.Article);
        json.WriteString("mark", basis.MarkText);
        json.WriteEndObject();
    }

    private static void Names(Utf8JsonWriter json, string name, IEnumerable<string> names)
    {
        json.WriteStartArray(name);
        foreach (var text in names)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Date(Utf8JsonWriter json, string name, DateOnly date)
    {
        Span<char> text = stackalloc char[10];
        date.TryFormat(text, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        json.WriteString(name, text);
    }
}
