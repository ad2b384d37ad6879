using System.Text.Json;

namespace LegalAid.Gateway.Identity;

/// <summary>
/// Reads a part of a JWT as it is written: no member twice, no conversion between JSON types. The token library converts (a list of one
/// into its element, a text into a number), and what two readers read differently is where attacks live.
/// </summary>
internal static class JoseJson
{
    private const int DepthMax = 8;

    /// <summary>A JSON object in base64url, or null. The caller disposes of it.</summary>
    /// <param name="depthMax">How deep it may nest.</param>
    public static JsonDocument? TryParse(string part, int depthMax = DepthMax)
    {
        if (Base64Text.TryDecode(part) is not { } json)
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = depthMax });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that is a text of valid Unicode, else null.</summary>
    public static string? Text(JsonElement from, string name)
    {
        if (!from.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // Not UTF-8, or half a surrogate pair: no text at all.
        }
    }

    /// <summary>A NumericDate in whole seconds, null where it is absent or <paramref name="malformed"/>.</summary>
    public static DateTimeOffset? Instant(JsonElement claims, string name, out bool malformed)
    {
        malformed = false;
        if (!claims.TryGetProperty(name, out var value))
        {
            return null;
        }

        // Up to the year 2286, so that arithmetic on the instant cannot overflow.
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= 0 and < 10_000_000_000)
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }

        malformed = true;
        return null;
    }
}
