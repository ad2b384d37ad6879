using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>
/// Answers without what must differ between two runs of the same calls: random ids by the order in which they come, signatures, and
/// hashes that rest on them. Everything else — times too, as time stands still — must be equal to the letter.
/// </summary>
internal sealed partial class Normal
{
    private static readonly HashSet<string> Signed = new(StringComparer.Ordinal) { "jws", "receiptJws", "leafHash", "traceparent", "nextPageToken" };

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    public string Of(JsonNode? answer)
    {
        var copy = answer?.DeepClone();
        Mask(copy);
        return Ids().Replace(copy?.ToJsonString() ?? "null", match =>
        {
            if (!_ids.TryGetValue(match.Value, out var name))
            {
                _ids[match.Value] = name = $"id-{_ids.Count + 1}";
            }

            return name;
        });
    }

    private static void Mask(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var name in json.Select(field => field.Key).ToList())
                {
                    if (Signed.Contains(name))
                    {
                        json[name] = "(signed)";
                    }
                    else
                    {
                        Mask(json[name]);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Mask(item);
                }

                break;
        }
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Ids();
}
