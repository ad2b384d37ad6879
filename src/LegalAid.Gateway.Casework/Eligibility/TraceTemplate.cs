using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// The part of a trace that is the same for every case of a rule set — rules, clauses, nesting, figures — written once, with gaps for what was found of each
/// condition and for the answer that each test met. A trace has some ten thousand bytes, nearly all of them here: filling the gaps costs an eighth of writing it all.
/// </summary>
internal sealed class TraceTemplate
{
    /// <summary>Begins a gap. No text of a pack can hold it: the loader refuses control characters.</summary>
    private const string Mark = "\u0001";

    private static readonly byte[] WrittenMark = "\"\\u0001"u8.ToArray();

    private readonly Piece[] _pieces;

    public TraceTemplate(RuleSet rules)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using (var json = new Utf8JsonWriter(buffer, TraceJson.Options))
        {
            json.WriteStartArray();
            for (var i = 0; i < rules.Rules.Length; i++)
            {
                WriteRule(json, rules, i);
            }

            json.WriteEndArray();
        }

        _pieces = [.. Cut(buffer.WrittenMemory.ToArray())];
    }

    /// <param name="answers">Answers as JSON.</param>
    /// <param name="places">Where the answer to a fact of <see cref="RuleSet.Facts"/> is among them.</param>
    public void Write(Determination determination, ReadOnlySpan<byte> answers, ReadOnlySpan<Range> places, IBufferWriter<byte> output)
    {
        foreach (var piece in _pieces)
        {
            output.Write(piece.Literal);
            output.Write(piece.Gap switch
            {
                Gap.Found => Word(determination.TruthOf(piece.Number)),
                Gap.Answer => answers[places[piece.Number]],
                Gap.None => [],
                _ => throw new InvalidOperationException($"gap {piece.Gap}"),
            });
        }
    }

    private static ReadOnlySpan<byte> Word(Truth truth) => truth switch
    {
        Truth.Yes => "\"yes\""u8,
        Truth.No => "\"no\""u8,
        Truth.Unknown => "\"unknown\""u8,
        _ => throw new InvalidOperationException($"truth {truth}"),
    };

    private static void WriteRule(Utf8JsonWriter json, RuleSet rules, int place)
    {
        var rule = rules.Rules[place];
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("effect", TraceNames.Of(rule.Effect));
        WriteBasis(json, rule.Basis);
        json.WritePropertyName("when");
        WriteStep(json, rules, rules.Roots[place]);
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, RuleSet rules, int number)
    {
        var step = rules.StepAt(number);
        json.WriteStartObject();
        if (step.Kind == StepKind.Test)
        {
            var fact = rules.Facts[step.Variable].Fact;
            json.WriteString("fact", fact.Name);
            WriteDemand(json, fact, step.Test);
            json.WriteString("answer", $"{Mark}{(char)Gap.Answer}{step.Variable}");
        }
        else
        {
            json.WriteStartArray(step.Kind switch
            {
                StepKind.All => "all",
                StepKind.Any => "any",
                StepKind.Not => "not",
                _ => throw new InvalidOperationException($"step {step.Kind}"),
            });
            foreach (var part in step.Parts)
            {
                WriteStep(json, rules, part);
            }

            json.WriteEndArray();
        }

        json.WriteString("holds", $"{Mark}{(char)Gap.Found}{number}");
        json.WriteEndObject();
    }

    private static void WriteDemand(Utf8JsonWriter json, FactDefinition fact, ResolvedDemand demand)
    {
        switch (demand.Demand)
        {
            case Demand.Is yes:
                json.WriteBoolean("is", yes.Yes);
                break;
            case Demand.OneOf some:
                TraceJson.WriteNames(json, "in", some.Choices.Select(choice => fact.Choices[choice].Name));
                break;
            default:
                var cut = demand.Cut?.ToString(fact.Kind == FactKind.Money ? "0.00" : "0", CultureInfo.InvariantCulture);
                json.WriteString(demand.Below ? "below" : "from", cut);
                break;
        }

        if (demand is { Parameter: { } parameter, Row: { } row })
        {
            json.WriteStartObject("parameter");
            json.WriteString("id", parameter.Id);
            TraceJson.WriteDate(json, "from", row.From);
            WriteBasis(json, row.Basis);
            json.WriteEndObject();
        }
    }

    private static void WriteBasis(Utf8JsonWriter json, LegalBasis basis)
    {
        json.WriteStartObject("basis");
        json.WriteString("instrument", basis.Instrument);
        json.WriteString("article", basis.Article);
        json.WriteString("mark", basis.MarkText);
        json.WriteEndObject();
    }

    private static IEnumerable<Piece> Cut(byte[] written)
    {
        var at = 0;
        while (written.AsSpan(at).IndexOf(WrittenMark) is >= 0 and var length)
        {
            var gap = at + length + WrittenMark.Length;
            var end = gap + written.AsSpan(gap).IndexOf((byte)'"');
            yield return new Piece(written[at..(at + length)], (Gap)written[gap], int.Parse(Encoding.ASCII.GetString(written, gap + 1, end - gap - 1), CultureInfo.InvariantCulture));
            at = end + 1;
        }

        yield return new Piece(written[at..], Gap.None, 0);
    }

    private enum Gap
    {
        None = 0,

        /// <summary>What was found of a step.</summary>
        Found = 'F',

        /// <summary>The answer to a fact.</summary>
        Answer = 'A',
    }

    /// <summary>Bytes, and the gap that follows them.</summary>
    private readonly record struct Piece(byte[] Literal, Gap Gap, int Number);
}
