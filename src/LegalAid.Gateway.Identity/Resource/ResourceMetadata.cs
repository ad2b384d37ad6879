using System.Text.Json.Nodes;
using LegalAid.Gateway.Identity.Binding;
using LegalAid.Gateway.Identity.Provider;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>
/// Says whose tokens are good here (RFC 9728): <c>/.well-known/oauth-protected-resource</c>. Where another provider stands in the place of ours, our own
/// endpoints answer that they are closed, and name it; our keys stay published, since receipts and our own assertions rest on them.
/// </summary>
internal sealed class ResourceMetadata
{
    private static readonly PathString Place = new("/.well-known/oauth-protected-resource");
    private static readonly PathString[] Closed = [new("/connect"), new("/" + ProviderNames.DiscoveryPath)];

    private readonly RequestDelegate _next;
    private readonly string _document;
    private readonly string? _elsewhere;

    public ResourceMetadata(RequestDelegate next, IOptions<IdentityOptions> options, ProviderNames names)
    {
        _next = next;
        var provider = options.Value.Provider;
        _document = new JsonObject
        {
            ["resource"] = names.IssuerForms[1],
            ["authorization_servers"] = new JsonArray(provider?.Issuer.Issuer ?? names.Issuer),
            ["jwks_uri"] = names.KeysEndpoint.AbsoluteUri,
            ["scopes_supported"] = new JsonArray(GatewayIdentity.Scope),
            ["bearer_methods_supported"] = new JsonArray("header"),
            ["authorization_details_types_supported"] = new JsonArray(TokenBounds.Type),
            ["tls_client_certificate_bound_access_tokens"] = names.MutualTlsRoot is not null,
            ["dpop_signing_alg_values_supported"] = new JsonArray([.. Proofs.Algorithms.Split(' ').Select(name => (JsonNode)name)]),
        }.ToJsonString();
        _elsewhere = provider is null ? null : new JsonObject
        {
            ["error"] = "invalid_request",
            ["error_description"] = $"Access tokens for this gateway are issued by {provider.Issuer.Issuer}.",
        }.ToJsonString();
    }

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Path == Place && HttpMethods.IsGet(context.Request.Method) ? WriteAsync(context, StatusCodes.Status200OK, _document)
        : _elsewhere is not null && Array.Exists(Closed, place => context.Request.Path.StartsWithSegments(place)) ? WriteAsync(context, StatusCodes.Status404NotFound, _elsewhere)
        : _next(context);

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
