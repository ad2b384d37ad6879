using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Contracts.Defence.V1;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Edge;

/// <summary>The served document, against the routes that the host has.</summary>
public sealed class OpenApiTests(EdgeHost host) : IClassFixture<EdgeHost>
{
    [Fact]
    public async Task Document_EveryTranscodedRoute_IsCovered()
    {
        var document = await DocumentAsync();
        var routes = host.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()?.MethodDescriptor)
            .OfType<Google.Protobuf.Reflection.MethodDescriptor>()
            .Select(method => $"{method.Service.Name}_{method.Name}")
            .ToHashSet(StringComparer.Ordinal);

        var operations = Operations(document).Select(operation => operation["operationId"]!.GetValue<string>()).ToList();

        Assert.NotEmpty(routes);
        Assert.Empty(routes.Except(operations));
        Assert.Equal(operations.Count, operations.Distinct().Count());
    }

    [Fact]
    public async Task Document_EveryReference_Resolves()
    {
        var document = await DocumentAsync();
        var references = All(document).OfType<JsonObject>().Select(node => node["$ref"]?.GetValue<string>()).OfType<string>().Distinct().ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(Resolve(document, reference)));
    }

    [Fact]
    public async Task Document_EveryOperation_IsDescribedSecuredAndAnswersProblems()
    {
        var document = await DocumentAsync();

        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        Assert.NotNull(document["components"]!["securitySchemes"]!["oauth2"]!["flows"]!["clientCredentials"]!["tokenUrl"]);
        Assert.All(Operations(document), operation =>
        {
            Assert.NotEmpty(operation["summary"]!.GetValue<string>());
            var answers = operation["responses"]!.AsObject().Where(answer => answer.Key.StartsWith('2')).ToList();
            Assert.NotEmpty(answers);
            Assert.All(answers, answer => Assert.NotEmpty(answer.Value!["description"]!.GetValue<string>()));
            if (!operation["operationId"]!.GetValue<string>().StartsWith("Documents_", StringComparison.Ordinal)) // bytes, and headers alone
            {
                Assert.NotNull(operation["responses"]!["200"]!["content"]!["application/json"]!["schema"]);
            }

            Assert.Equal("#/components/responses/Problem", operation["responses"]!["400"]!["$ref"]!.GetValue<string>());
        });
    }

    [Fact]
    public async Task Document_PathParameters_AreThoseOfThePath()
    {
        var document = await DocumentAsync();
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (var (_, operation) in item!.AsObject())
            {
                var declared = operation!["parameters"]!.AsArray().Where(parameter => parameter!["in"]!.GetValue<string>() == "path")
                    .Select(parameter => "{" + parameter!["name"]!.GetValue<string>() + "}").ToList();
                Assert.Equal(path.Count(c => c == '{'), declared.Count);
                Assert.All(declared, name => Assert.Contains(name, path, StringComparison.Ordinal));
            }
        }

        Assert.NotNull(document["paths"]!["/v1/defenceNotices/{defenceNotice}:assignCounsel"]!["post"]);
        Assert.NotNull(document["paths"]!["/v1/exchanges/{exchange}/attachments/{attachment}:download"]!["get"]);
    }

    [Fact]
    public async Task Document_Rules_AreTold()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!;
        var submission = schemas["legalaid.defence.v1.SubmitDefenceNoticeRequest"]!;

        Assert.Equal(["kind", "people", "requestId"], submission["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.False(submission["additionalProperties"]!.GetValue<bool>());
        Assert.Equal(50, submission["properties"]!["people"]!["maxItems"]!.GetValue<int>());
        Assert.Equal("^[A-Za-z0-9_.:-]{8,64}$", submission["properties"]!["requestId"]!["pattern"]!.GetValue<string>());
        Assert.Contains("repeatable", submission["properties"]!["requestId"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(schemas["legalaid.defence.v1.AssignCounselRequest"]!["properties"]!["name"]);
        Assert.Contains("UNKNOWN_FIELD", schemas["Problem"]!["properties"]!["code"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_EveryContractElement_HasItsComment()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!.AsObject();

        foreach (var (name, schema) in schemas.Where(pair => pair.Key.StartsWith("legalaid.", StringComparison.Ordinal)))
        {
            Assert.True(schema!["description"]!.GetValue<string>().Length > 3, name);
            foreach (var (property, value) in schema["properties"]?.AsObject() ?? [])
            {
                Assert.True(value!["description"] is not null, $"{name}.{property}");
            }
        }

        Assert.True(schemas.ContainsKey(Notice.Descriptor.FullName));
    }

    [Fact]
    public async Task Page_Docs_LoadsNothingFromElsewhere()
    {
        var response = await host.Http.GetAsync("/docs/", TestContext.Current.CancellationToken);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Contains("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("//cdn.", html, StringComparison.Ordinal);
        var script = Regex.Match(html, "src=\"(?<script>[^\"]+\\.js[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(script.Success, html);
        var bundle = await host.Http.GetAsync(new Uri(new Uri(host.Http.BaseAddress!, "/docs/"), script.Groups["script"].Value), TestContext.Current.CancellationToken);
        Assert.True(bundle.IsSuccessStatusCode);
    }

    private async Task<JsonObject> DocumentAsync() =>
        JsonNode.Parse(await host.Http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!.AsObject(); // served as JSON

    private static IEnumerable<JsonNode> Operations(JsonObject document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!); // every member is an operation

    private static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        JsonObject item => item.SelectMany(member => All(member.Value)).Prepend(item),
        JsonArray list => list.SelectMany(All),
        _ => [],
    };

    private static JsonNode? Resolve(JsonNode document, string reference) =>
        reference[2..].Split('/').Aggregate((JsonNode?)document, (node, step) => node?[step]);
}
