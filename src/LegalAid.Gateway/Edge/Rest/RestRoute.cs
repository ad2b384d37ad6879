using System.Text.RegularExpressions;
using Google.Api;
using LegalAid.Gateway.Edge.Validation;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>What a transcoded route takes: which fields from the path, which from the body, which from the query.</summary>
internal sealed partial class RestRoute
{
    private RestRoute(MessageShape request, MessageShape? body, string bodyPrefix, IReadOnlyList<FieldShape> pathFields)
    {
        Request = request;
        Body = body;
        BodyPrefix = bodyPrefix;
        PathFields = [.. pathFields.Select(field => field.Name)];
        BodyTakesAll = body is not null && bodyPrefix.Length == 0;
        InPath = BodyTakesAll ? pathFields.Aggregate(0UL, (bits, field) => bits | (1UL << field.Ordinal)) : 0;
    }

    public MessageShape Request { get; }

    /// <summary>The message that the body is, null where the method takes no body.</summary>
    public MessageShape? Body { get; }

    /// <summary>Field of the request that the body fills, empty for the whole request (<c>body: "*"</c>).</summary>
    public string BodyPrefix { get; }

    /// <summary>Whether the body holds every field that the path does not, so that nothing is left for the query.</summary>
    public bool BodyTakesAll { get; }

    /// <summary>JSON names of the fields that the path gives.</summary>
    public IReadOnlyList<string> PathFields { get; }

    /// <summary>The same as bits of their ordinals, for the body's check.</summary>
    public ulong InPath { get; }

    /// <summary>Compiles a route. What the edge cannot check (a nested path variable, a body that is no message) is a bug of the contract.</summary>
    public static RestRoute Compile(GrpcJsonTranscodingMetadata metadata, ShapeCatalogue shapes)
    {
        var input = metadata.MethodDescriptor.InputType;
        var request = shapes.Find(input.FullName) ?? throw new NotSupportedException($"The edge has no shape of {input.FullName}.");
        var inPath = Variables().Matches(Pattern(metadata.HttpRule).Path)
            .Select(match => request.Find(match.Groups["field"].Value)
                ?? throw new NotSupportedException($"{metadata.MethodDescriptor.FullName}: the path names no field of the request."))
            .ToList();
        switch (metadata.HttpRule.Body)
        {
            case "":
                return new RestRoute(request, null, "", inPath);
            case "*":
                return new RestRoute(request, request, "", inPath);
            case var name:
                var field = request.Find(name);
                return field is { Child: { } child, Repeated: false }
                    ? new RestRoute(request, child, field.Name, inPath)
                    : throw new NotSupportedException($"{metadata.MethodDescriptor.FullName}: the body is no message.");
        }
    }

    /// <summary>Method and path of an HTTP rule.</summary>
    public static (string Method, string Path) Pattern(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => (HttpMethods.Get, rule.Get),
        HttpRule.PatternOneofCase.Put => (HttpMethods.Put, rule.Put),
        HttpRule.PatternOneofCase.Post => (HttpMethods.Post, rule.Post),
        HttpRule.PatternOneofCase.Delete => (HttpMethods.Delete, rule.Delete),
        HttpRule.PatternOneofCase.Patch => (HttpMethods.Patch, rule.Patch),
        HttpRule.PatternOneofCase.Custom => (rule.Custom.Kind, rule.Custom.Path),
        HttpRule.PatternOneofCase.None => throw new NotSupportedException("An HTTP rule without a pattern."),
        _ => throw new NotSupportedException($"An HTTP rule with {rule.PatternCase}."),
    };

    [GeneratedRegex(@"\{(?<field>[A-Za-z0-9_.]+)(=[^}]*)?\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    internal static partial Regex Variables();
}
