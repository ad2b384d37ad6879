using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Edge.Payloads;

/// <summary>
/// Copies well-formed JSON without the values whose form is faulty, so that the rest can be parsed and checked against its rules. Only on
/// the way to a refusal. A faulty element of a list gives way to a neutral one, so that its neighbours keep their index.
/// </summary>
internal static class JsonSalvage
{
    public static string Copy(ReadOnlyMemory<byte> utf8, MessageShape shape, IReadOnlySet<string> faulty, string prefix)
    {
        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 128 });
        var buffer = new ArrayBufferWriter<byte>(utf8.Length + 16);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 128, SkipValidation = true }))
        {
            Message(writer, document.RootElement, shape, prefix, faulty);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Message(Utf8JsonWriter writer, JsonElement value, MessageShape shape, string path, IReadOnlySet<string> faulty)
    {
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            if (Name(member) is not { } name || shape.Find(name) is not { } field)
            {
                continue;
            }

            var at = path.Length == 0 ? field.Name : path + "." + field.Name;
            if (faulty.Contains(at))
            {
                continue;
            }

            writer.WritePropertyName(field.Name);
            if (field.Repeated && member.Value.ValueKind == JsonValueKind.Array)
            {
                List(writer, member.Value, field, at, faulty);
            }
            else
            {
                One(writer, member.Value, field, at, faulty);
            }
        }

        writer.WriteEndObject();
    }

    private static void List(Utf8JsonWriter writer, JsonElement value, FieldShape field, string path, IReadOnlySet<string> faulty)
    {
        writer.WriteStartArray();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
            if (faulty.Contains(at))
            {
                Neutral(writer, field.Kind);
            }
            else
            {
                One(writer, item, field, at, faulty);
            }
        }

        writer.WriteEndArray();
    }

    private static void One(Utf8JsonWriter writer, JsonElement value, FieldShape field, string path, IReadOnlySet<string> faulty)
    {
        if (field.Child is { } child && value.ValueKind == JsonValueKind.Object)
        {
            Message(writer, value, child, path, faulty);
        }
        else if (field.Kind is ShapeKind.Struct or ShapeKind.Value or ShapeKind.ListValue && faulty.Any(at => IsInside(at, path)))
        {
            Neutral(writer, field.Kind); // a free value with a fault inside: it has no rules of its own to check
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static bool IsInside(string at, string path) =>
        at.Length > path.Length && at.StartsWith(path, StringComparison.Ordinal) && at[path.Length] is '.' or '[';

    private static string? Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null; // an escape of a lone surrogate; told already
        }
    }

    private static void Neutral(Utf8JsonWriter writer, ShapeKind kind)
    {
        switch (kind)
        {
            case ShapeKind.String or ShapeKind.Bytes or ShapeKind.FieldMask:
                writer.WriteStringValue("");
                break;
            case ShapeKind.Bool:
                writer.WriteBooleanValue(false);
                break;
            case ShapeKind.Int32 or ShapeKind.UInt32 or ShapeKind.Int64 or ShapeKind.UInt64 or ShapeKind.Float or ShapeKind.Double or ShapeKind.Enum:
                writer.WriteNumberValue(0);
                break;
            case ShapeKind.Timestamp:
                writer.WriteStringValue("1970-01-01T00:00:00Z");
                break;
            case ShapeKind.Duration:
                writer.WriteStringValue("0s");
                break;
            case ShapeKind.ListValue:
                writer.WriteStartArray();
                writer.WriteEndArray();
                break;
            case ShapeKind.Message or ShapeKind.Struct or ShapeKind.Value:
                writer.WriteStartObject();
                writer.WriteEndObject();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind without a neutral value.");
        }
    }
}
