using System.Reflection;
using Grpc.AspNetCore.Server;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Identity.Provider;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// Every way into a gateway that runs, read from the gateway itself: a method of a contract is one door over both faces ("legalaid.x.v1.X/Get"), any other route is
/// one for each verb ("GET /v1/x"). What answers before routing — the provider's endpoints and the resource's metadata — is "* /path", from the names in the code.
/// </summary>
internal static class Doors
{
    /// <summary>What a gRPC path is that names no method: one for each service and one for all others.</summary>
    public const string NoMethod = "a method that is none";

    public static IReadOnlyList<string> Of(DemoGateway gateway) =>
    [
        .. gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(Of).Concat(BeforeRouting())
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Of(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is { } rpc)
        {
            return [rpc.Method.FullName.TrimStart('/')];
        }

        var verbs = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
        var text = endpoint.RoutePattern.RawText ?? "";
        var path = text.Contains("{unimplementedMethod", StringComparison.Ordinal) ? NoMethod : "/" + text.TrimStart('/');
        return verbs.Count == 0 ? [$"* {path}"] : verbs.Select(verb => $"{verb} {path}");
    }

    private static IEnumerable<string> BeforeRouting() =>
    [
        .. Texts(typeof(ProviderNames)).Where(constant => constant.Name.EndsWith("Path", StringComparison.Ordinal)).Select(constant => $"* /{constant.Text}"),
        "* /.well-known/oauth-protected-resource",
    ];

    private static IEnumerable<(string Name, string Text)> Texts(Type names) => names.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => (field.Name, field.GetRawConstantValue() as string ?? ""));
}
