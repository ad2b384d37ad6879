using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Options.V1;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Edge.Validation;
using Scalar.AspNetCore;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>Serves the OpenAPI document and a page to read it with.</summary>
public static class OpenApiEndpoints
{
    private const string DocumentPath = "/openapi/v1.json";

    // The page is part of the package; the policy makes sure that a browser asks nobody else for anything.
    private const string PagePolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Maps <c>/openapi/v1.json</c> and <c>/docs</c>, both open to anybody. Needs <c>AddGatewayEdge</c>.
    /// </summary>
    /// <param name="tokenPath">Where clients get tokens.</param>
    public static IEndpointRouteBuilder MapGatewayOpenApi(this IEndpointRouteBuilder endpoints, string tokenPath = "/connect/token")
    {
        var document = new Lazy<byte[]>(() => Write(endpoints.ServiceProvider.GetRequiredService<ShapeCatalogue>(), tokenPath));
        endpoints.MapGet(DocumentPath, () => Results.Bytes(document.Value, "application/json")).Anonymous(AnonymousUse.Read).ExcludeFromDescription();
        endpoints.MapScalarApiReference("/docs", options =>
        {
            options.WithTitle("法律援助网关 Legal-aid gateway").WithOpenApiRoutePattern(DocumentPath);
            options.DefaultFonts = false; // they would come from the internet
            options.DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools(); // each of them calls the page's maker
        }).Anonymous(AnonymousUse.Read).AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.ContentSecurityPolicy = PagePolicy;
            return await next(context);
        });
        return endpoints;
    }

    private static byte[] Write(ShapeCatalogue shapes, string tokenPath)
    {
        var contracts = typeof(FieldRules).Assembly;
        var codes = FaultTable.Gather([.. OwnAssemblies()]);
        var document = new OpenApiDocument(shapes, ProtoComments.Load(contracts), codes, tokenPath).Write(ShapeCatalogue.FilesOf(contracts));
        return JsonSerializer.SerializeToUtf8Bytes(document, Readable);
    }

    /// <summary>The host and the projects of ours that it uses: whoever declares fault rows is among them.</summary>
    private static IEnumerable<Assembly> OwnAssemblies()
    {
        var host = typeof(OpenApiEndpoints).Assembly;
        return host.GetReferencedAssemblies()
            .Where(name => name.Name?.StartsWith("LegalAid.Gateway.", StringComparison.Ordinal) == true)
            .Select(Assembly.Load)
            .Prepend(host);
    }
}
