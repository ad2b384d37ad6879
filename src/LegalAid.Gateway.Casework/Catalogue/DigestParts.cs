using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>The forms that names and clauses have under a digest. They do not change: what is pinned by a digest is pinned by these.</summary>
internal static class DigestParts
{
    public static JsonObject Basis(LegalBasis basis) => new() { ["instrument"] = basis.Instrument, ["article"] = basis.Article, ["mark"] = basis.MarkText };

    public static JsonObject Title(LocalizedText title) => new() { ["zh"] = title.Zh, ["en"] = title.En };

    public static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> json) => [.. items.Select(json)];
}
