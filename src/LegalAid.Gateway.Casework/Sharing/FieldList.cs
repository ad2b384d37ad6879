using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>
/// The fields that come through; everything else does not. Immutable and thread-safe.
/// <list type="bullet">
/// <item><c>person.name</c>: the value there, or the values of a list; an object there does not come through</item>
/// <item><c>person.*</c>: whatever is there, as it is; <c>*</c> alone: everything</item>
/// </list>
/// Lists are no level of their own: <c>people.name</c> is the name of each. Objects and lists on the way to a listed field stay, emptied of
/// the rest; elements of a list that do not come through are left out of it. Names are compared exactly.
/// </summary>
public sealed class FieldList
{
    /// <summary>Longest path, in fields.</summary>
    public const int DepthMax = 20;

    private const int NameLengthMax = 64;

    public static readonly FieldList Everything = new(["*"]);

    private readonly FieldNode _root;

    private FieldList(IEnumerable<string> paths)
    {
        Paths = [.. paths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _root = FieldNode.Of("", [.. Paths.Select(path => path.Split('.').ToImmutableArray())]);
    }

    /// <summary>Each once, in ordinal order.</summary>
    public ImmutableArray<string> Paths { get; }

    public bool IsEverything => _root.Whole;

    /// <summary>Whether the text is a path: field names of 1 to 64 characters joined by dots, the last one perhaps <c>*</c>.</summary>
    public static bool IsPath(string text)
    {
        var names = text.Split('.');
        return names.Length <= DepthMax && names.Index().All(name => IsName(name.Item) || (name.Item == "*" && name.Index == names.Length - 1));
    }

    /// <summary>Throws <see cref="FormatException"/> where one is no path.</summary>
    public static FieldList Of(IReadOnlyCollection<string> paths) =>
        paths.FirstOrDefault(path => !IsPath(path)) is { } bad ? throw new FormatException($"'{bad}' is not a path") : new FieldList(paths);

    /// <summary>Whether whatever the other list lets through comes through this one.</summary>
    public bool Covers(FieldList other) => _root.Covers(other._root);

    /// <summary>What comes through either.</summary>
    public FieldList Union(FieldList other) => new([.. Paths, .. other.Paths]);

    /// <summary>Whether whatever stands at the path comes through whole.</summary>
    public bool ContainsWhole(string path)
    {
        var node = _root;
        foreach (var name in path.Split('.'))
        {
            if (node is null or { Whole: true })
            {
                break;
            }

            node = node.Find(name);
        }

        return node is { Whole: true };
    }

    /// <summary>A copy of what comes through; the source stays as it is.</summary>
    public JsonObject Cut(JsonObject source) => _root.Whole ? source.DeepClone().AsObject() : CutObject(source, _root);

    /// <summary>
    /// Writes what comes through of a document: names as the list has them, values byte for byte. A document that is a single value, unlisted,
    /// becomes null. False where the bytes are not one JSON document in UTF-8, at most 64 deep: then nothing that was written may be used.
    /// </summary>
    public bool TryCut(ReadOnlySpan<byte> utf8, IBufferWriter<byte> into)
    {
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8);
            using var writer = new Utf8JsonWriter(into);
            reader.Read();
            if (ComesThrough(reader.TokenType, _root) || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                Copy(ref reader, utf8, writer, _root);
            }
            else
            {
                writer.WriteNullValue();
            }

            return !reader.Read();
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return false; // the latter: a name with half of a surrogate pair
        }
    }

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= NameLengthMax && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$' or '@' or ':');

    private static bool ComesThrough(JsonTokenType token, FieldNode node) => node.Whole || token switch
    {
        JsonTokenType.StartObject => !node.Fields.IsEmpty,
        JsonTokenType.StartArray => true,
        _ => node.Value,
    };

    private static void Copy(ref Utf8JsonReader reader, ReadOnlySpan<byte> source, Utf8JsonWriter writer, FieldNode node)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when !node.Whole:
                writer.WriteStartObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    CopyField(ref reader, source, writer, node.Find(ref reader));
                }

                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray when !node.Whole:
                writer.WriteStartArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (ComesThrough(reader.TokenType, node))
                    {
                        Copy(ref reader, source, writer, node);
                    }
                    else
                    {
                        reader.Skip();
                    }
                }

                writer.WriteEndArray();
                break;
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                writer.WriteRawValue(source[start..(int)reader.BytesConsumed], skipInputValidation: true);
                break;
        }
    }

    private static void CopyField(ref Utf8JsonReader reader, ReadOnlySpan<byte> source, Utf8JsonWriter writer, FieldNode? field)
    {
        reader.Read();
        if (field is not null && ComesThrough(reader.TokenType, field))
        {
            writer.WritePropertyName(field.Encoded);
            Copy(ref reader, source, writer, field);
        }
        else
        {
            reader.Skip();
        }
    }

    private static JsonObject CutObject(JsonObject source, FieldNode node)
    {
        var cut = new JsonObject();
        foreach (var (name, value) in source)
        {
            if (node.Find(name) is { } field && TryCut(value, field, out var inner))
            {
                cut.Add(name, inner);
            }
        }

        return cut;
    }

    private static bool TryCut(JsonNode? value, FieldNode node, out JsonNode? cut)
    {
        cut = null;
        if (node.Whole || (node.Value && value is null or JsonValue))
        {
            cut = value?.DeepClone();
            return true;
        }

        cut = value switch
        {
            JsonObject inner when !node.Fields.IsEmpty => CutObject(inner, node),
            JsonArray list => CutList(list, node),
            _ => null,
        };
        return cut is not null;
    }

    private static JsonArray CutList(JsonArray list, FieldNode node)
    {
        var cut = new JsonArray();
        foreach (var element in list)
        {
            if (TryCut(element, node, out var inner))
            {
                cut.Add(inner);
            }
        }

        return cut;
    }
}
