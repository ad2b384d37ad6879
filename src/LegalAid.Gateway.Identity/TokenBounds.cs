using System.Collections.Immutable;
using System.Text.Json;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Identity;

/// <summary>
/// What a token is good for, where its client asked for less than it may do (RFC 9396 <c>authorization_details</c>): one detail of our type with
/// operations, purposes or both. The matrix decides beside it: a bound never grants.
/// </summary>
/// <param name="Operations">Full names of methods; null: any.</param>
/// <param name="Purposes">Names of purposes; null: any.</param>
public sealed record TokenBounds(EquatableList<string>? Operations, EquatableList<string>? Purposes)
{
    /// <summary>The <c>type</c> of our details.</summary>
    public const string Type = "legalaid_gateway";

    /// <summary>Name of the parameter and of the claim.</summary>
    public const string Parameter = "authorization_details";

    /// <summary>Longest text of the parameter.</summary>
    public const int CharsMax = 4096;

    private const int EntriesMax = 64;

    public bool Allow(string operation, string purpose) =>
        (Operations is null || Operations.Contains(operation)) && (Purposes is null || Purposes.Contains(purpose));

    /// <summary>Null where it is none of ours, names what does not exist, or bounds nothing: a bound that is not understood must not pass for one.</summary>
    public static TokenBounds? TryRead(JsonElement details)
    {
        if (details.ValueKind != JsonValueKind.Array || details.GetArrayLength() != 1 || details[0] is not { ValueKind: JsonValueKind.Object } detail
            || JoseJson.Text(detail, "type") != Type
            || detail.EnumerateObject().Any(member => member.Name is not ("type" or "actions" or "purposes")))
        {
            return null;
        }

        var known = TryList(detail, "actions", static name => Operation.Find(name) is not null, out var operations)
            & TryList(detail, "purposes", static name => Purpose.Find(name) is not null, out var purposes);
        return known && (operations is not null || purposes is not null) ? new(operations, purposes) : null;
    }

    /// <summary>The same from text; null likewise.</summary>
    public static TokenBounds? TryRead(string text)
    {
        if (text.Length > CharsMax)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 4 });
            return TryRead(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As the claim and the answer have it.</summary>
    public JsonElement ToJson()
    {
        var detail = new Dictionary<string, object>(StringComparer.Ordinal) { ["type"] = Type };
        if (Operations is not null)
        {
            detail["actions"] = Operations;
        }

        if (Purposes is not null)
        {
            detail["purposes"] = Purposes;
        }

        return JsonSerializer.SerializeToElement(new[] { detail });
    }

    private static bool TryList(JsonElement detail, string name, Func<string, bool> exists, out EquatableList<string>? list)
    {
        list = null;
        if (!detail.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > EntriesMax
            || value.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String || !exists(one.GetString() ?? "")))
        {
            return false;
        }

        list = new(value.EnumerateArray().Select(one => one.GetString() ?? "").ToImmutableArray());
        return true;
    }
}
