using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>A JSON value with placeholders in its texts. Values are written by a JSON writer, so that no text can break out of its place.</summary>
public abstract record JsonTemplate
{
    private const int DepthMax = 30;

    private const string NumberEnd = ":number}}";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // for no browser; names stay legible

    private JsonTemplate()
    {
    }

    public sealed record Object(ImmutableArray<(string Name, JsonTemplate Value)> Members) : JsonTemplate;

    public sealed record List(ImmutableArray<JsonTemplate> Items) : JsonTemplate;

    public sealed record Text(TextTemplate Value) : JsonTemplate;

    /// <summary>A placeholder written as a number, <c>{{asked-at.unix-ms:number}}</c>.</summary>
    public sealed record Number(PlaceholderText Value) : JsonTemplate;

    /// <param name="Json">A number, truth value or null as JSON writes it.</param>
    public sealed record Literal(string Json) : JsonTemplate;

    /// <summary>Every text in it.</summary>
    public IEnumerable<PlaceholderText> Texts() => this switch
    {
        Object map => map.Members.SelectMany(member => member.Value.Texts()),
        List list => list.Items.SelectMany(item => item.Texts()),
        Text text => text.Value.Texts(),
        Number number => [number.Value],
        _ => [],
    };

    /// <summary>Reads JSON.</summary>
    /// <param name="fault">What is wrong, where the result is null; empty: a placeholder.</param>
    public static JsonTemplate? TryParse(string text, out string fault)
    {
        try
        {
            return Of(JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = DepthMax, AllowDuplicateProperties = false }), out fault);
        }
        catch (JsonException malformed)
        {
            fault = malformed.Message;
            return null;
        }
    }

    /// <inheritdoc cref="TryParse"/>
    public static JsonTemplate? Of(JsonNode? json, out string fault)
    {
        fault = "";
        switch (json)
        {
            case JsonObject map:
                var members = ImmutableArray.CreateBuilder<(string, JsonTemplate)>();
                foreach (var (name, member) in map)
                {
                    if (Of(member, out fault) is not { } value)
                    {
                        return null;
                    }

                    members.Add((name, value));
                }

                return new Object(members.ToImmutable());
            case JsonArray list:
                var items = ImmutableArray.CreateBuilder<JsonTemplate>();
                foreach (var item in list)
                {
                    if (Of(item, out fault) is not { } value)
                    {
                        return null;
                    }

                    items.Add(value);
                }

                return new List(items.ToImmutable());
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return NumberOf(value.GetValue<string>()) is { } number ? new Number(number)
                    : TextTemplate.TryParse(value.GetValue<string>(), out fault) is { } text ? new Text(text) : null;
            default:
                return new Literal(json?.ToJsonString() ?? "null");
        }
    }

    private static PlaceholderText? NumberOf(string text) =>
        text.StartsWith("{{", StringComparison.Ordinal) && text.EndsWith(NumberEnd, StringComparison.Ordinal) && text.IndexOf("{{", 2, StringComparison.Ordinal) < 0
            ? PlaceholderText.TryParse(text[..^NumberEnd.Length] + "}}", out _)
            : null;

    /// <summary>The JSON; null where a placeholder has no value, or no whole number where one is wanted.</summary>
    public string? Fill(Func<Placeholder, string?> value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Plain);
        if (!TryWrite(writer, value))
        {
            return null;
        }

        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private bool TryWrite(Utf8JsonWriter writer, Func<Placeholder, string?> value)
    {
        switch (this)
        {
            case Object map:
                writer.WriteStartObject();
                foreach (var (name, member) in map.Members)
                {
                    writer.WritePropertyName(name);
                    if (!member.TryWrite(writer, value))
                    {
                        return false;
                    }
                }

                writer.WriteEndObject();
                return true;
            case List list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    if (!item.TryWrite(writer, value))
                    {
                        return false;
                    }
                }

                writer.WriteEndArray();
                return true;
            case Text text:
                if (text.Value.Fill(value) is not { } filled)
                {
                    return false;
                }

                writer.WriteStringValue(filled);
                return true;
            case Number number:
                if (number.Value.Fill(value) is not { Length: <= 30 } digits || !digits.All(char.IsAsciiDigit) || digits.Length == 0 || (digits[0] == '0' && digits.Length > 1))
                {
                    return false;
                }

                writer.WriteRawValue(digits);
                return true;
            case Literal literal:
                writer.WriteRawValue(literal.Json);
                return true;
            default:
                throw new InvalidOperationException($"template {this}");
        }
    }
}
