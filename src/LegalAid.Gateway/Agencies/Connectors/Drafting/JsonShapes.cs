using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Shapes of JSON Schema as OpenAPI uses it: references within the document, compositions, the two ways to say null. Circles and depth are bounded.</summary>
internal sealed class JsonShapes(JsonObject root)
{
    private const int DepthMax = 12, MembersMax = 300, ReferencesMax = 20;

    /// <summary>Shapes that refer to each other multiply with each level of depth; this many of one request or answer are told.</summary>
    private const int ShapesMax = 1_500;

    private int _left;

    /// <summary>What a reference leads to; a reference elsewhere, or to nothing, stays as it is.</summary>
    public JsonNode? Resolve(JsonNode? node)
    {
        for (var i = 0; i < ReferencesMax && node is JsonObject map && map["$ref"] is JsonValue reference; i++)
        {
            if (Find(Plain(reference)) is not { } target)
            {
                return node;
            }

            node = target;
        }

        return node;
    }

    /// <param name="example">Of the whole, from which members without one of their own take theirs.</param>
    public ForeignShape Of(JsonNode? schema, JsonNode? example = null)
    {
        _left = ShapesMax;
        return Of(schema, example, [], 0);
    }

    /// <summary>The example of a media type.</summary>
    public static JsonNode? ExampleOf(JsonNode? media) => media?["example"] ?? (media?["examples"] as JsonObject)?.FirstOrDefault().Value?["value"];

    /// <summary>A scalar as text; empty for anything else.</summary>
    public static string Plain(JsonNode? node) => node is JsonValue value ? value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
        _ => "",
    } : "";

    private ForeignShape Of(JsonNode? at, JsonNode? example, ImmutableHashSet<string> under, int depth)
    {
        if (--_left < 0)
        {
            return new ForeignShape.Unknown("字段过多，未全部列出 · too many fields, not all are told");
        }

        var reference = at is JsonObject referring ? Plain(referring["$ref"]) : "";
        if (reference.Length > 0 && (under.Contains(reference) || depth > DepthMax))
        {
            return new ForeignShape.Unknown($"{reference} 循环 · goes in a circle");
        }

        if (Resolve(at) is not JsonObject schema)
        {
            return new ForeignShape.Unknown("没有说明 · not said");
        }

        if (schema["$ref"] is not null)
        {
            return new ForeignShape.Unknown($"{reference} 不在本文件内 · is not in this document");
        }

        var below = reference.Length > 0 ? under.Add(reference) : under;
        var given = example ?? schema["example"] ?? (schema["examples"] as JsonArray)?.FirstOrDefault();
        var description = string.Join(' ', new[] { Plain(schema["title"]), Plain(schema["description"]) }.Where(text => text.Length > 0));
        if (depth > DepthMax)
        {
            return new ForeignShape.Unknown("嵌套过深 · too deep");
        }

        if (schema["properties"] is null && schema["allOf"] is JsonArray { Count: > 0 } parts && parts.Select(Resolve).All(part => part is JsonObject plain && TypeOf(plain) != "object"))
        {
            // A code or number in allOf only so that a description can stand beside its reference.
            var only = Of(parts[0], given, below, depth + 1);
            return description.Length > 0 ? only with { Description = string.Join(' ', new[] { description, only.Description }.Where(text => text.Length > 0)) } : only;
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray { Count: > 0 } choice && schema["properties"] is null)
        {
            var first = choice.FirstOrDefault(option => Plain((Resolve(option) as JsonObject)?["type"]) != "null");
            return Of(first, given, below, depth + 1);
        }

        var type = TypeOf(schema);
        return type switch
        {
            "object" => new ForeignShape.Map(MembersOf(schema, given as JsonObject, below, depth), description),
            "array" => new ForeignShape.List(Of(schema["items"], (given as JsonArray)?.FirstOrDefault(), below, depth + 1), description),
            _ => ValueOf(schema, type, given, description),
        };
    }

    private ImmutableArray<ForeignMember> MembersOf(JsonObject schema, JsonObject? example, ImmutableHashSet<string> under, int depth)
    {
        var members = ImmutableArray.CreateBuilder<ForeignMember>();
        foreach (var part in (schema["allOf"] as JsonArray ?? []).Where(part => part is not null))
        {
            if (Of(part, example, under, depth + 1) is ForeignShape.Map map)
            {
                members.AddRange(map.Members);
            }
        }

        var required = (schema["required"] as JsonArray ?? []).Select(Plain).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, member) in schema["properties"] as JsonObject ?? [])
        {
            members.Add(new ForeignMember(name, Of(member, example?[name], under, depth + 1), required.Contains(name)));
        }

        if (members.Count == 0)
        {
            // Without properties an example is all there is.
            foreach (var (name, value) in example ?? [])
            {
                members.Add(new ForeignMember(name, OfExample(value, depth + 1), Required: true));
            }
        }

        return [.. members.Select(member => required.Contains(member.Name) ? member with { Required = true } : member).DistinctBy(member => member.Name).Take(MembersMax)];
    }

    private static ForeignShape OfExample(JsonNode? value, int depth) => value switch
    {
        JsonObject map when depth < DepthMax => new ForeignShape.Map([.. map.Take(MembersMax).Select(member => new ForeignMember(member.Key, OfExample(member.Value, depth + 1), Required: true))], ""),
        JsonArray list when depth < DepthMax => new ForeignShape.List(OfExample(list.FirstOrDefault(), depth + 1), ""),
        JsonValue scalar => new ForeignShape.Value(
            scalar.GetValueKind() switch { JsonValueKind.Number => "number", JsonValueKind.True or JsonValueKind.False => "boolean", _ => "string" }, "", Plain(scalar), [], null, ""),
        _ => new ForeignShape.Unknown("没有说明 · not said"),
    };

    private static ForeignShape.Value ValueOf(JsonObject schema, string type, JsonNode? given, string description)
    {
        var codes = (schema["const"] is { } only ? [only.DeepClone()] : schema["enum"] as JsonArray ?? []).Select(Plain).Where(code => code.Length > 0).ToImmutableArray();
        var example = new[] { Plain(schema["const"]), Plain(schema["default"]), Plain(given), codes.Length == 1 ? codes[0] : "" }.FirstOrDefault(text => text.Length > 0) ?? "";
        var length = schema["maxLength"] is JsonValue most && most.TryGetValue<int>(out var max) ? max : (int?)null;
        return new ForeignShape.Value(type, Plain(schema["format"]), example, codes, length, description)
        {
            IsGiven = codes.Length == 1 || Plain(schema["const"]).Length > 0 || Plain(schema["default"]).Length > 0,
        };
    }

    private static string TypeOf(JsonObject schema)
    {
        var types = schema["type"] is JsonArray several ? several.Select(Plain) : [Plain(schema["type"])]; // 3.1: ["string", "null"]
        return types.FirstOrDefault(type => type.Length > 0 && type != "null")
            ?? (schema["properties"] is not null || schema["allOf"] is not null ? "object" : schema["items"] is not null ? "array" : "string");
    }

    private JsonNode? Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        JsonNode? at = root;
        foreach (var step in reference[2..].Split('/').Select(step => Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            at = at switch
            {
                JsonObject map => map[step],
                JsonArray list when int.TryParse(step, out var index) && index >= 0 && index < list.Count => list[index],
                _ => null,
            };
        }

        return at;
    }
}
