using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Reads a document of somebody else's, whatever of the known kinds it is.</summary>
internal static class ForeignDocuments
{
    private const int CharactersMax = 20_000_000;

    public static ForeignDocument Read(string text)
    {
        if (text.Length > CharactersMax)
        {
            return ForeignDocument.Useless($"超过 {CharactersMax} 个字符 · Longer than {CharactersMax} characters");
        }

        var trimmed = text.AsSpan().TrimStart('\uFEFF').TrimStart();
        if (trimmed.StartsWith("<"))
        {
            return WsdlDocument.Read(trimmed.ToString());
        }

        var json = JsonOf(trimmed.ToString(), out var fault);
        return json switch
        {
            JsonObject root when root["openapi"] is not null || root["swagger"] is not null => OpenApiDocument.Read(root),
            JsonObject or JsonArray => ForeignDocument.Useless("既不是 OpenAPI 也不是 WSDL：没有 openapi 或 swagger 键 · Neither OpenAPI nor WSDL: it has no key openapi or swagger"),
            _ => ForeignDocument.Useless($"读不懂 · Not understood: {fault}"),
        };
    }

    private static JsonNode? JsonOf(string text, out string fault)
    {
        fault = "";
        if (text.StartsWith('{'))
        {
            try
            {
                return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 200 });
            }
            catch (JsonException malformed)
            {
                fault = malformed.Message;
                return null;
            }
        }

        return ForeignYaml.ToJson(text, out fault);
    }
}
