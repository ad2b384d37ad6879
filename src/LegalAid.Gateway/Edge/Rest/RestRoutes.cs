using System.Collections.Concurrent;
using LegalAid.Gateway.Edge.Validation;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Routing.Template;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>The compiled routes by endpoint, and which methods a path would take. Endpoints do not change once the host runs.</summary>
internal sealed class RestRoutes(ShapeCatalogue shapes, EndpointDataSource endpoints)
{
    private readonly ConcurrentDictionary<Endpoint, RestRoute?> _byEndpoint = new();
    private readonly Lazy<IReadOnlyList<(TemplateMatcher Matcher, string Method, bool HasVerb)>> _templates = new(() => Templates(endpoints));

    /// <summary>The route of an endpoint, null where it is not a transcoded one.</summary>
    public RestRoute? Find(Endpoint endpoint) =>
        _byEndpoint.GetOrAdd(
            endpoint,
            static (key, shapes) => key.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } metadata ? RestRoute.Compile(metadata, shapes) : null,
            shapes);

    /// <summary>Methods that the path takes, empty where there is no such path. Asked only for a request that no endpoint took.</summary>
    public IReadOnlyList<string> MethodsOf(PathString path)
    {
        // "exchanges/1:unknownVerb" also fits the template of "exchanges/*": a colon belongs to a verb, and this verb is not one.
        var last = path.Value?[(path.Value.LastIndexOf('/') + 1)..] ?? "";
        var hasVerb = last.Contains(':', StringComparison.Ordinal);
        return [.. _templates.Value
            .Where(template => template.HasVerb == hasVerb && template.Matcher.TryMatch(path, []))
            .Select(template => template.Method)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
    }

    private static List<(TemplateMatcher Matcher, string Method, bool HasVerb)> Templates(EndpointDataSource endpoints) =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Endpoint: endpoint, Rule: endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()?.HttpRule))
            .Where(pair => pair.Rule is not null)
            .Select(pair => (
                new TemplateMatcher(new RouteTemplate(pair.Endpoint.RoutePattern), []),
                RestRoute.Pattern(pair.Rule!).Method, // filtered above
                RestRoute.Pattern(pair.Rule!).Path.Split('/')[^1].Contains(':', StringComparison.Ordinal)))];
}
