using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>The keys of a hold in clear: what is compared, before it is hashed.</summary>
public static class HoldKeys
{
    /// <summary>
    /// The hold's parts in their compared forms, and its keys: one, or one for each piece of its span. None where a part or the span is absent. Two keys of one hold are
    /// equal exactly where their parts and pieces are: parts are joined by a line's end, which no compared form has, and pieces are of one length.
    /// </summary>
    /// <exception cref="InvalidOperationException">The span is unsound, and no step was refused for it.</exception>
    public static (ImmutableArray<string> Parts, ImmutableArray<string> Keys) Of(HoldDefinition hold, JsonObject view)
    {
        var parts = ImmutableArray.CreateBuilder<string>(hold.Parts.Length);
        foreach (var part in hold.Parts)
        {
            if (ComparedForms.Of(part, view) is not { } value)
            {
                return ([], []);
            }

            parts.Add(value);
        }

        var joined = string.Join('\n', parts);
        return (parts.DrainToImmutable(), hold.Span is null ? [joined] : Spread(hold, hold.Span, joined, view));
    }

    private static ImmutableArray<string> Spread(HoldDefinition hold, HoldSpan span, string parts, JsonObject view)
    {
        switch (span.Read(view))
        {
            case SpanReading.Absent:
                return [];
            case SpanReading.Pieces pieces:
                var keys = ImmutableArray.CreateBuilder<string>((int)(pieces.End - pieces.First));
                for (var index = pieces.First; index < pieces.End; index++)
                {
                    keys.Add($"{parts}\n{span.KeyOf(index)}");
                }

                return keys.DrainToImmutable();
            default:
                throw new InvalidOperationException($"hold {hold.Name}: its span is unsound");
        }
    }
}
