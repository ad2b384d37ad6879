using System.Collections.Immutable;
using System.Text.Json;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>A place in the tree of listed paths. Arrays are no level of their own: what holds for a field holds for each of its elements.</summary>
/// <param name="Value">A value that is neither object nor list may stand here.</param>
/// <param name="Whole">Whatever stands here comes through as it is.</param>
internal sealed record FieldNode(string Name, bool Value, bool Whole, ImmutableArray<FieldNode> Fields)
{
    /// <summary>The name as it is written into an answer: the list's own, never the source's.</summary>
    public JsonEncodedText Encoded { get; } = JsonEncodedText.Encode(Name);

    /// <param name="rests">What is left of each path that leads through this place.</param>
    public static FieldNode Of(string name, IReadOnlyCollection<ImmutableArray<string>> rests) => new(
        name,
        Value: rests.Any(rest => rest.IsEmpty),
        Whole: rests.Any(rest => rest is ["*"]),
        [
            .. from rest in rests
               where !rest.IsEmpty && rest[0] != "*"
               group rest.RemoveAt(0) by rest[0] into inner
               select Of(inner.Key, [.. inner]),
        ]);

    public FieldNode? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>The same for a name in a document, escaped as it may be.</summary>
    public FieldNode? Find(ref Utf8JsonReader name)
    {
        foreach (var field in Fields)
        {
            if (name.ValueTextEquals(field.Name))
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>Whether whatever <paramref name="other"/> lets through comes through here too.</summary>
    public bool Covers(FieldNode other) =>
        Whole || (!other.Whole && (Value || !other.Value) && other.Fields.All(inner => Find(inner.Name) is { } own && own.Covers(inner)));
}
