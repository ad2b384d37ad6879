using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Lines of a connector for a security scheme of OpenAPI.</summary>
internal static class SecuritySchemes
{
    public static void Write(JsonObject scheme, ImmutableArray<string>.Builder lines, ImmutableArray<string>.Builder remarks)
    {
        var (type, place, name) = (JsonShapes.Plain(scheme["type"]), JsonShapes.Plain(scheme["in"]), JsonShapes.Plain(scheme["name"]));
        if (lines.Any(line => line.StartsWith("auth:", StringComparison.Ordinal)) && type is not ("mutualTLS" or "mutualtls"))
        {
            remarks.Add($"还要求 {type} 认证，一个接口只有一种 auth · It also asks for {type}; a connector has one kind of auth");
            return;
        }

        switch (type)
        {
            case "apiKey" when place == "header":
                lines.Add($"auth: {{ kind: api-key, header: {name}, secret: agency-key }} # connectors/agency-key.secret");
                break;
            case "http" or "basic":
                lines.Add("auth: { kind: api-key, header: Authorization, secret: agency-key } # connectors/agency-key.secret: " + (JsonShapes.Plain(scheme["scheme"]).Equals("bearer", StringComparison.OrdinalIgnoreCase) ? "Bearer …" : "Basic …"));
                break;
            case "oauth2" when TokenAddressOf(scheme) is { Length: > 0 } address:
                lines.Add($"auth: {{ kind: client-credentials, token-address: {DraftText.Quoted(address)}, client-id: legal-aid-gateway, secret: agency-client }} # connectors/agency-client.secret");
                break;
            case "mutualTLS" or "mutualtls":
                lines.Add("certificate: agency-client # connectors/agency-client.pem");
                break;
            default:
                remarks.Add($"认证方式 {type} {place} 不能起草：auth 支持 api-key、in-request、client-credentials、signed · Its authentication is not drafted: {type} {place}");
                break;
        }
    }

    private static string TokenAddressOf(JsonObject scheme) =>
        JsonShapes.Plain(scheme["flows"]?["clientCredentials"]?["tokenUrl"]) is { Length: > 0 } address ? address
        : JsonShapes.Plain(scheme["flow"]) == "application" ? JsonShapes.Plain(scheme["tokenUrl"])
        : "";
}
