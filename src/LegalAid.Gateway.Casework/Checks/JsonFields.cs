using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// Reads proto3-JSON without ever throwing: a field that is absent, null or of another type reads as absent. Whether that is a
/// fault is the check's to say.
/// </summary>
internal static class JsonFields
{
    /// <summary>Most elements of a list that are looked at; the schemas allow fewer.</summary>
    private const int ElementsMax = 100;

    private const int FractionDigitsMax = 7;

    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static JsonNode? Field(this JsonObject? holder, string name) =>
        holder is not null && holder.TryGetPropertyValue(name, out var node) ? node : null;

    public static JsonObject? Child(this JsonObject? holder, string name) => holder.Field(name) as JsonObject;

    /// <summary>The text, or null where it is absent, empty, blank or no string.</summary>
    public static string? Text(this JsonObject? holder, string name) =>
        TextOf(holder.Field(name)) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    public static bool IsTrue(this JsonObject? holder, string name) =>
        holder.Field(name) is JsonValue value && value.TryGetValue<bool>(out var truth) && truth;

    public static int? Number(this JsonObject? holder, string name) =>
        holder.Field(name) is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    public static ImmutableArray<string> Texts(this JsonObject? holder, string name) =>
        holder.Field(name) is JsonArray array ? [.. array.Take(ElementsMax).Select(TextOf).OfType<string>()] : [];

    /// <summary>An RFC 3339 instant, with up to nine digits of fraction of which seven count.</summary>
    public static GivenInstant Instant(this JsonObject? holder, string name)
    {
        var node = holder.Field(name);
        return new GivenInstant(node is not null, TextOf(node) is { } text ? ParseInstant(text) : null);
    }

    /// <summary>Whether the two say the same; what cannot be read is the same as nothing.</summary>
    public static bool IsSameAs(this JsonNode node, JsonNode? other)
    {
        try
        {
            return JsonNode.DeepEquals(node, other);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, as in TextOf.
            return false;
        }
    }

    private static DateTimeOffset? ParseInstant(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            var digits = text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9');
            text = digits > FractionDigitsMax ? text.Remove(point + 1 + FractionDigitsMax, digits - FractionDigitsMax) : text;
        }

        // "Z" and offsets only: K also matches nothing, which would read a bare local time as some zone's.
        var zoned = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        return zoned && DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : null;
    }

    private static string? TextOf(JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // A JSON string with half a surrogate pair can be parsed but not read. The edge refuses it; here it is as good as absent.
            return null;
        }
    }
}

/// <summary>An instant as a payload gives it.</summary>
/// <param name="Given">Whether the field is there at all.</param>
/// <param name="At">The instant; null where it is absent or unreadable.</param>
internal readonly record struct GivenInstant(bool Given, DateTimeOffset? At)
{
    public bool Unreadable => Given && At is null;
}
