using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Rest;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document of the REST face, written from the same descriptors and rules that the edge checks requests by: what the
/// document promises and what the gateway does cannot drift apart.
/// </summary>
internal sealed class OpenApiDocument(ShapeCatalogue shapes, ProtoComments comments, FaultTable codes, string tokenPath)
{
    private static readonly int[] ProblemStatuses = [400, 401, 403, 404, 409, 413, 415, 429, 500, 503];

    private readonly OpenApiSchemas _schemas = new(shapes, comments);

    /// <summary>The document of the services of these files.</summary>
    public JsonObject Write(IEnumerable<FileDescriptor> files)
    {
        var services = files.SelectMany(file => file.Services).OrderBy(service => service.FullName, StringComparer.Ordinal).ToList();
        var paths = new JsonObject();
        foreach (var method in services.SelectMany(service => service.Methods))
        {
            if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { } rule)
            {
                foreach (var binding in rule.AdditionalBindings.Prepend(rule))
                {
                    Add(paths, method, binding);
                }
            }
        }

        OpenApiDocuments.Add(paths, ProblemStatuses);
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "法律援助网关 Legal-aid gateway",
                ["version"] = "v1",
                ["description"] = "法律援助机构与办案机关之间的数据交换接口。The interface between a legal-aid bureau and the bodies it works with. "
                    + "Unknown fields are refused; all faults of a request are reported together.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["oauth2"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. services.Select(Tag)]),
            ["paths"] = paths,
            ["components"] = Components(),
        };
    }

    private JsonNode Tag(Google.Protobuf.Reflection.ServiceDescriptor service) =>
        new JsonObject { ["name"] = service.Name, ["description"] = $"{comments.Of(service.FullName)} {comments.Of(service.File.Package)}".Trim() };

    private void Add(JsonObject paths, MethodDescriptor method, HttpRule rule)
    {
        var (verb, template) = RestRoute.Pattern(rule);
        var path = OpenApiPath.Parse(template);
        if (paths[path.Text] is not JsonObject item)
        {
            paths[path.Text] = item = new JsonObject();
        }

        var request = shapes.Find(method.InputType.FullName)
            ?? throw new NotSupportedException($"There is no shape of {method.InputType.FullName}.");
        var inPath = path.Fields.Select(name => request.Find(name)?.Name ?? name).ToList();
        var operation = new JsonObject
        {
            ["operationId"] = $"{method.Service.Name}_{method.Name}",
            ["tags"] = new JsonArray(method.Service.Name),
            ["summary"] = FirstSentence(comments.Of(method.FullName)),
            ["description"] = comments.Of(method.FullName),
            ["parameters"] = Parameters(path, request, rule, inPath),
        };
        if (rule.Body.Length > 0)
        {
            operation["requestBody"] = Body(request, rule.Body, inPath);
        }

        operation["responses"] = Responses(method);
        item[verb.ToLowerInvariant()] = operation;
    }

    private JsonArray Parameters(OpenApiPath path, MessageShape request, HttpRule rule, List<string> inPath)
    {
        var parameters = new JsonArray();
        foreach (var name in path.Parameters)
        {
            parameters.Add(new JsonObject
            {
                ["name"] = name,
                ["in"] = "path",
                ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" },
            });
        }

        if (rule.Body != "*")
        {
            foreach (var field in request.Fields.Where(field => IsQuery(field) && !inPath.Contains(field.Name) && field.Field.Name != rule.Body))
            {
                parameters.Add(new JsonObject
                {
                    ["name"] = field.Name,
                    ["in"] = "query",
                    ["required"] = field.Required,
                    ["description"] = comments.Of(field.Field.FullName),
                    ["schema"] = _schemas.Field(field, closed: true),
                });
            }
        }

        if (request.RequestId is not null)
        {
            parameters.Add(new JsonObject
            {
                ["name"] = "Idempotency-Key",
                ["in"] = "header",
                ["required"] = false,
                ["description"] = "Gives requestId where the body does not; both must agree.",
                ["schema"] = new JsonObject { ["type"] = "string", ["maxLength"] = 66 },
            });
        }

        return parameters;
    }

    private static bool IsQuery(FieldShape field) =>
        field.Kind is not (ShapeKind.Message or ShapeKind.Struct or ShapeKind.Value or ShapeKind.ListValue);

    private JsonObject Body(MessageShape request, string body, List<string> inPath)
    {
        var schema = body == "*"
            ? _schemas.Refer(request.Descriptor, closed: true, inPath)
            : _schemas.Field(request.Find(body) ?? throw new NotSupportedException($"There is no field {body}."), closed: true);
        return new JsonObject
        {
            ["required"] = request.Fields.Any(field => field.Required && !inPath.Contains(field.Name)),
            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } },
        };
    }

    private JsonObject Responses(MethodDescriptor method)
    {
        var responses = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = method.IsServerStreaming
                    ? "One JSON object a line, as they come; a failure on the way is told as a problem on the last line."
                    : comments.Of(method.OutputType.FullName) is { Length: > 0 } comment ? comment : "Done.",
                ["content"] = new JsonObject
                {
                    ["application/json"] = new JsonObject { ["schema"] = _schemas.Refer(method.OutputType, closed: false, []) },
                },
            },
        };
        foreach (var status in ProblemStatuses)
        {
            responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] =
                new JsonObject { ["$ref"] = "#/components/responses/Problem" };
        }

        return responses;
    }

    private JsonObject Components()
    {
        var schemas = _schemas.ToJson();
        foreach (var (name, schema) in OpenApiProblem.Schemas(codes))
        {
            schemas[name] = schema;
        }

        return new JsonObject
        {
            ["schemas"] = schemas,
            ["responses"] = new JsonObject
            {
                ["Problem"] = new JsonObject
                {
                    ["description"] = "请求被拒绝 The request was refused (RFC 9457).",
                    ["content"] = new JsonObject
                    {
                        ["application/problem+json"] = new JsonObject
                        {
                            ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" },
                        },
                    },
                },
            },
            ["securitySchemes"] = new JsonObject
            {
                ["oauth2"] = new JsonObject
                {
                    ["type"] = "oauth2",
                    ["description"] = "Client credentials; the client proves itself with private_key_jwt (RFC 7523).",
                    ["flows"] = new JsonObject
                    {
                        ["clientCredentials"] = new JsonObject { ["tokenUrl"] = tokenPath, ["scopes"] = new JsonObject() },
                    },
                },
            },
        };
    }

    private static string FirstSentence(string comment)
    {
        var end = comment.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? comment : comment[..(end + 1)];
    }
}
