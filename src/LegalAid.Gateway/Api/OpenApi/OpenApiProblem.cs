using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>Schemas of the problem document, with the table of codes.</summary>
internal static class OpenApiProblem
{
    public static IEnumerable<(string Name, JsonObject Schema)> Schemas(FaultTable codes)
    {
        yield return ("Problem", Object(
            ("type", Text("urn:legalaid:error: and the code.")),
            ("title", Text("What is wrong, in Chinese.")),
            ("titleEn", Text("What is wrong, in English.")),
            ("status", new JsonObject { ["type"] = "integer", ["format"] = "int32" }),
            ("code", Code(codes)),
            ("detail", Text("Where, in Chinese.")),
            ("traceId", Text("Tell it to the operator.")),
            ("actor", Actor()),
            ("remedy", Object(("zh", Text("What to do, in Chinese.")), ("en", Text("What to do, in English.")))),
            ("faults", new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = "#/components/schemas/Fault" } })));
        yield return ("Fault", Object(
            ("field", Text("Path in the request's JSON, empty for the request as a whole.")),
            ("code", Code(codes)),
            ("zh", Text("What is wrong, in Chinese.")),
            ("en", Text("What is wrong, in English.")),
            ("remedyZh", Text("What to do, in Chinese.")),
            ("remedyEn", Text("What to do, in English.")),
            ("actor", Actor())));
    }

    private static JsonObject Code(FaultTable codes) => new()
    {
        ["type"] = "string",
        ["description"] = "Stable code. More may be added.\n\n" + string.Join('\n', codes.Rows.Select(row => $"- `{row.Code}`: {row.Zh} {row.En}")),
        ["pattern"] = "^[A-Z][A-Z0-9_]+$",
    };

    private static JsonObject Actor() => new()
    {
        ["type"] = "string",
        ["description"] = "Who must act.",
        ["enum"] = new JsonArray("callerSystem", "callerStaff", "gatewayOperator", "nobody"),
    };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject Object(params (string Name, JsonObject Schema)[] members) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Schema))),
        ["required"] = new JsonArray([.. members.Select(member => (JsonNode)member.Name)]),
    };
}
