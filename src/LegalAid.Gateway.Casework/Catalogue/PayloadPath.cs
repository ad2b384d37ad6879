using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>
/// A path into a JSON object: field names joined by dots, such as <c>notice.person.residentNumber</c>. No wildcards and no
/// indices: an exchange type names single values.
/// </summary>
public readonly record struct PayloadPath
{
    private PayloadPath(EquatableList<string> fields) => Fields = fields;

    public EquatableList<string> Fields { get; }

    /// <summary>The path without its first field.</summary>
    public PayloadPath Tail => new(new EquatableList<string>(Fields.Skip(1)));

    public static bool TryParse(string? text, out PayloadPath path)
    {
        var fields = (text ?? "").Split('.');
        var good = fields.All(field => field.Length > 0 && char.IsAsciiLetter(field[0]) && field.All(char.IsAsciiLetterOrDigit));
        path = good ? new PayloadPath(new EquatableList<string>(fields)) : default;
        return good;
    }

    /// <summary>For paths written in code. Throws <see cref="FormatException"/> where the text is no path.</summary>
    public static PayloadPath Parse(string text) =>
        TryParse(text, out var path) ? path : throw new FormatException($"'{text}' is not a payload path");

    /// <summary>The node at the path, or null where any part is absent.</summary>
    public JsonNode? Find(JsonObject root)
    {
        JsonNode? node = root;
        foreach (var field in Fields)
        {
            node = node is JsonObject inner && inner.TryGetPropertyValue(field, out var next) ? next : null;
        }

        return node;
    }

    /// <summary>The string at the path, or null where it is absent or no string.</summary>
    public string? FindText(JsonObject root) =>
        Find(root) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public override string ToString() => string.Join('.', Fields);
}
