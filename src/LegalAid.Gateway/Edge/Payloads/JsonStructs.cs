using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;

namespace LegalAid.Gateway.Edge.Payloads;

/// <summary>JSON trees as <c>google.protobuf.Struct</c>, as views and deliveries carry them, without a text in between. Fields come in the order of their names.</summary>
internal static class JsonStructs
{
    public static Struct ToStruct(JsonObject json)
    {
        var made = new Struct();
        foreach (var (name, value) in json.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            made.Fields.Add(name, ToValue(value));
        }

        return made;
    }

    private static Value ToValue(JsonNode? node) => node switch
    {
        null => Value.ForNull(),
        JsonObject json => Value.ForStruct(ToStruct(json)),
        JsonArray items => Value.ForList([.. items.Select(ToValue)]),
        _ => ToScalar(node.AsValue()),
    };

    private static Value ToScalar(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => Value.ForString(value.GetValue<string>()),
        JsonValueKind.Number => Value.ForNumber(
            value.TryGetValue<double>(out var number) ? number : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)),
        JsonValueKind.True => Value.ForBool(true),
        JsonValueKind.False => Value.ForBool(false),
        var kind => throw new InvalidOperationException($"a JSON value of kind {kind}"),
    };
}
