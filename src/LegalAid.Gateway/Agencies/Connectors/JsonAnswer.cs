using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DevLab.JmesPath;
using DevLab.JmesPath.Expressions;
using Newtonsoft.Json.Linq;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// JMESPath over a JSON answer. The text is read strictly (RFC 8259, UTF-8, no key twice, bounded depth) and then handed to the library in its own form, numbers
/// as decimals: a binary fraction would move an income across a threshold.
/// </summary>
internal sealed class JsonAnswer : IReadAnswer
{
    private const int DepthMax = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax, AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JToken _root;
    private readonly JsonExpressions _expressions;

    private JsonAnswer(JToken root, JsonExpressions expressions, string shown) => (_root, _expressions, Shown) = (root, expressions, shown);

    public string Shown { get; }

    /// <summary>Null where it is no JSON.</summary>
    public static JsonAnswer? Read(ReadOnlyMemory<byte> body, JsonExpressions expressions)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        try
        {
            using var document = JsonDocument.Parse(body.Span.StartsWith(mark) ? body[mark.Length..] : body, Strict);
            return TokenOf(document.RootElement) is { } root ? new JsonAnswer(root, expressions, JsonSerializer.Serialize(document.RootElement, Indented)) : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null; // InvalidOperationException: a text with a lone surrogate
        }
    }

    public AnswerText Find(string expression) => _expressions.Evaluate(expression, _root) switch
    {
        null => AnswerText.Misfit,
        { Type: JTokenType.Null or JTokenType.Undefined } => AnswerText.Nothing,
        { Type: JTokenType.String } text => text.Value<string>() is { Length: > 0 } some ? AnswerText.Of(some) : AnswerText.Nothing,
        { Type: JTokenType.Boolean } truth => AnswerText.Of(truth.Value<bool>() ? "true" : "false"),
        JValue { Type: JTokenType.Integer or JTokenType.Float, Value: IFormattable number } => AnswerText.Of(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => AnswerText.Misfit,
    };

    /// <summary>Null where a number is past what can be held exactly.</summary>
    private static JToken? TokenOf(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JObject();
                foreach (var member in element.EnumerateObject())
                {
                    if (TokenOf(member.Value) is not { } value)
                    {
                        return null;
                    }

                    map.Add(member.Name, value);
                }

                return map;
            case JsonValueKind.Array:
                var list = new JArray();
                foreach (var item in element.EnumerateArray())
                {
                    if (TokenOf(item) is not { } value)
                    {
                        return null;
                    }

                    list.Add(value);
                }

                return list;
            case JsonValueKind.String:
                return new JValue(element.GetString());
            case JsonValueKind.Number:
                return element.TryGetInt64(out var whole) ? new JValue(whole) : element.TryGetDecimal(out var number) ? new JValue(number) : null;
            case JsonValueKind.True or JsonValueKind.False:
                return new JValue(element.GetBoolean());
            default:
                return JValue.CreateNull();
        }
    }
}

/// <summary>The JMESPath expressions of one connector, each read once. Safe on any thread.</summary>
internal sealed class JsonExpressions(IEnumerable<string> expressions)
{
    private readonly Dictionary<string, JmesPathExpression> _parsed = expressions.Distinct(StringComparer.Ordinal)
        .ToDictionary(text => text, text => new JmesPath().Parse(text), StringComparer.Ordinal);

    /// <summary>What it finds; null where it cannot be evaluated on this answer.</summary>
    public JToken? Evaluate(string expression, JToken root)
    {
        try
        {
            return _parsed[expression].Transform(root).AsJToken();
        }
        catch (Exception misfit) when (misfit is not (KeyNotFoundException or OutOfMemoryException))
        {
            return null; // the library throws bare exceptions, of types that it does not tell
        }
    }
}
