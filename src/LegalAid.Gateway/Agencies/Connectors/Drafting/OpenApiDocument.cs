using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Reads OpenAPI 3.0 and 3.1, and Swagger 2.0 as far as it says the same.</summary>
internal sealed class OpenApiDocument
{
    private static readonly string[] Methods = ["get", "post", "put", "delete", "patch", "head", "options", "trace"];

    /// <summary>Headers that the gateway writes itself or never.</summary>
    private static readonly FrozenSet<string> NotWritten =
        FrozenSet.ToFrozenSet(["Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Length", "Content-Type", "Cookie", "Host", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);

    private readonly JsonObject _root;
    private readonly JsonShapes _shapes;
    private readonly bool _isSwagger;

    private OpenApiDocument(JsonObject root)
    {
        (_root, _shapes, _isSwagger) = (root, new JsonShapes(root), root["swagger"] is not null);
    }

    public static ForeignDocument Read(JsonObject root)
    {
        var version = Text(root["openapi"]) + Text(root["swagger"]);
        if (!version.StartsWith("3.0", StringComparison.Ordinal) && !version.StartsWith("3.1", StringComparison.Ordinal) && version != "2.0")
        {
            return ForeignDocument.Useless($"不支持的 OpenAPI 版本 · OpenAPI {version} is not read; 3.0, 3.1 and Swagger 2.0 are");
        }

        var document = new OpenApiDocument(root);
        var calls = document.Calls().ToImmutableArray();
        return calls.IsEmpty ? ForeignDocument.Useless("文件中没有可用的操作（GET 或 POST）· It has no operation that could be used (GET or POST)") : new ForeignDocument(calls, "");
    }

    private IEnumerable<ForeignCall> Calls()
    {
        foreach (var (path, at) in _root["paths"] as JsonObject ?? [])
        {
            if (_shapes.Resolve(at) is not JsonObject item)
            {
                continue;
            }

            foreach (var method in Methods.Where(method => item[method] is JsonObject))
            {
                if (method is "get" or "post" && item[method] is JsonObject operation)
                {
                    yield return CallOf(path, method, item, operation);
                }
            }
        }
    }

    private ForeignCall CallOf(string path, string method, JsonObject item, JsonObject operation)
    {
        var remarks = ImmutableArray.CreateBuilder<string>();
        var parameters = ParametersOf(item, operation);
        var (body, isForm) = _isSwagger ? SwaggerBody(parameters, operation) : BodyOf(operation, remarks);
        var name = Text(operation["operationId"]);
        var address = AddressOf(operation, item) + Placed(path, parameters, remarks);
        if (parameters.Exists(parameter => Text(parameter["in"]) == "cookie"))
        {
            remarks.Add("该操作要求 Cookie，网关不发送 Cookie · It asks for cookies, which the gateway does not send");
        }

        return new ForeignCall
        {
            Name = name.Length > 0 ? name : $"{method.ToUpperInvariant()} {path}",
            Title = Text(operation["summary"]) is { Length: > 0 } summary ? summary : Text(operation["description"]),
            Address = address,
            Method = method.ToUpperInvariant(),
            Request = body,
            IsForm = isForm,
            Query = MembersIn(parameters, "query"),
            Headers = [.. MembersIn(parameters, "header").Where(member => !NotWritten.Contains(member.Name))],
            Answer = AnswerOf(operation, remarks),
            NotFound = [.. NotFoundOf(operation)],
            Authentication = AuthenticationOf(operation, remarks),
            Remarks = remarks.ToImmutable(),
        };
    }

    private List<JsonObject> ParametersOf(JsonObject item, JsonObject operation) =>
        [.. new[] { operation["parameters"], item["parameters"] }.OfType<JsonArray>().SelectMany(list => list).Select(parameter => _shapes.Resolve(parameter)).OfType<JsonObject>()
            .DistinctBy(parameter => (Text(parameter["in"]), Text(parameter["name"])))];

    private ImmutableArray<ForeignMember> MembersIn(List<JsonObject> parameters, string place) =>
    [
        .. from parameter in parameters
           where Text(parameter["in"]) == place
           select new ForeignMember(Text(parameter["name"]), Described(parameter), IsTrue(parameter["required"])),
    ];

    /// <summary>A parameter's schema with what is said of the parameter itself.</summary>
    private ForeignShape Described(JsonObject parameter)
    {
        var shape = _shapes.Of(parameter["schema"] ?? (parameter["type"] is not null ? parameter : (parameter["content"] as JsonObject)?.FirstOrDefault().Value?["schema"]));
        var said = string.Join(' ', new[] { Text(parameter["description"]), shape.Description }.Where(text => text.Length > 0));
        return shape switch
        {
            ForeignShape.Value value when value.Example.Length == 0 => value with { Description = said, Example = JsonShapes.Plain(parameter["example"]) },
            _ => shape with { Description = said },
        };
    }

    private (ForeignShape? Body, bool IsForm) BodyOf(JsonObject operation, ImmutableArray<string>.Builder remarks)
    {
        if (_shapes.Resolve(operation["requestBody"]) is not JsonObject body || body["content"] is not JsonObject content)
        {
            return (null, false);
        }

        foreach (var (type, at) in content)
        {
            if (IsJson(type))
            {
                return (_shapes.Of(at?["schema"], JsonShapes.ExampleOf(at)), false);
            }
        }

        if (content.FirstOrDefault(entry => entry.Key.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)).Value is { } form)
        {
            return (_shapes.Of(form["schema"], JsonShapes.ExampleOf(form)), true);
        }

        remarks.Add($"请求体类型 {string.Join(", ", content.Select(entry => entry.Key))} 不能起草；XML 请用 kind: soap 并写 soap: none · A body of this type is not drafted; for XML use kind: soap with soap: none");
        return (null, false);
    }

    private (ForeignShape? Body, bool IsForm) SwaggerBody(List<JsonObject> parameters, JsonObject operation)
    {
        if (parameters.Find(parameter => Text(parameter["in"]) == "body") is { } body)
        {
            return (_shapes.Of(body["schema"]), false);
        }

        var fields = MembersIn(parameters, "formData");
        return fields.IsEmpty ? (null, false) : (new ForeignShape.Map(fields, Text(operation["summary"])), true);
    }

    private ForeignShape? AnswerOf(JsonObject operation, ImmutableArray<string>.Builder remarks)
    {
        var responses = operation["responses"] as JsonObject ?? [];
        var key = responses.Select(entry => entry.Key).Where(status => status.StartsWith('2')).Order(StringComparer.Ordinal).FirstOrDefault() ?? (responses.ContainsKey("default") ? "default" : null);
        if (key is null || _shapes.Resolve(responses[key]) is not JsonObject response)
        {
            remarks.Add("文件没有说明成功的答复 · The document does not say what a successful answer is");
            return null;
        }

        if (_isSwagger)
        {
            return response["schema"] is { } swagger ? _shapes.Of(swagger) : null;
        }

        var content = response["content"] as JsonObject ?? [];
        var json = content.FirstOrDefault(entry => IsJson(entry.Key));
        if (json.Value is null)
        {
            remarks.Add($"答复类型 {string.Join(", ", content.Select(entry => entry.Key))} 不是 JSON · The answer is no JSON");
            return null;
        }

        return _shapes.Of(json.Value["schema"], JsonShapes.ExampleOf(json.Value));
    }

    private IEnumerable<(int Status, string Description)> NotFoundOf(JsonObject operation)
    {
        foreach (var (status, at) in operation["responses"] as JsonObject ?? [])
        {
            if (status is "404" or "204" or "410")
            {
                yield return (int.Parse(status, CultureInfo.InvariantCulture), Text((_shapes.Resolve(at) as JsonObject)?["description"]));
            }
        }
    }

    private string AddressOf(JsonObject operation, JsonObject item)
    {
        if (_isSwagger)
        {
            var scheme = (_root["schemes"] as JsonArray)?.Select(Text).OrderByDescending(name => name == "https").FirstOrDefault() ?? "https";
            return Text(_root["host"]) is { Length: > 0 } host ? $"{scheme}://{host}{Text(_root["basePath"]).TrimEnd('/')}" : Text(_root["basePath"]).TrimEnd('/');
        }

        var servers = new[] { operation["servers"], item["servers"], _root["servers"] }.OfType<JsonArray>().FirstOrDefault(list => list.Count > 0);
        var server = servers?[0] as JsonObject;
        var url = Text(server?["url"]);
        foreach (var (name, variable) in server?["variables"] as JsonObject ?? [])
        {
            url = url.Replace($"{{{name}}}", Text(variable?["default"]), StringComparison.Ordinal);
        }

        return url.TrimEnd('/');
    }

    /// <summary>The path with what is known of its parameters in their places.</summary>
    private string Placed(string path, List<JsonObject> parameters, ImmutableArray<string>.Builder remarks)
    {
        foreach (var member in MembersIn(parameters, "path"))
        {
            var guess = member.Shape is ForeignShape.Value value ? FieldGuess.Of(member.Name, value) : null;
            if (guess is not null && FieldGuess.IsPersonal(guess))
            {
                remarks.Add($"路径参数 {member.Name} 是个人信息，不得写入地址：请该机构提供以请求体查询的接口 · The path takes {member.Name}, which is of a person and may not stand in an address: ask the agency for a call that takes it in the body");
            }

            path = path.Replace(
                $"{{{member.Name}}}",
                guess is not null && !FieldGuess.IsPersonal(guess) ? guess : member.Shape is ForeignShape.Value { Example.Length: > 0 } given ? Uri.EscapeDataString(given.Example) : member.Name,
                StringComparison.Ordinal);
        }

        return path;
    }

    private ImmutableArray<string> AuthenticationOf(JsonObject operation, ImmutableArray<string>.Builder remarks)
    {
        var required = (operation["security"] ?? _root["security"]) as JsonArray;
        var schemes = (_isSwagger ? _root["securityDefinitions"] : _root["components"]?["securitySchemes"]) as JsonObject ?? [];
        var names = required?.FirstOrDefault(entry => entry is JsonObject { Count: > 0 }) as JsonObject ?? [];
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var name in names.Select(entry => entry.Key))
        {
            if (_shapes.Resolve(schemes[name]) is JsonObject scheme)
            {
                SecuritySchemes.Write(scheme, lines, remarks);
            }
        }

        return lines.ToImmutable();
    }

    private static bool IsJson(string type) => type.Contains("json", StringComparison.OrdinalIgnoreCase) || type == "*/*";

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var truth) && truth;

    private static string Text(JsonNode? node) => JsonShapes.Plain(node);
}
