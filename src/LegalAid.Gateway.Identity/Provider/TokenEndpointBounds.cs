using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Bounds the body of the token endpoint and its neighbours, which read one before anybody is known: an answer is RFC 6749 JSON also where it is too long.
/// </summary>
internal sealed class TokenEndpointBounds(RequestDelegate next, ILogger<TokenEndpointBounds> logger)
{
    /// <summary>A usual request has 700 bytes.</summary>
    public const int BodyBytesMax = 16 * 1024;

    private static readonly PathString Endpoints = new("/connect");

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Endpoints, StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        if (context.Request.ContentLength > BodyBytesMax)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "length");
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = BodyBytesMax;
        }

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, refused.StatusCode, "body");
        }
        catch (InvalidDataException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "form"); // Too many or too long form keys.
        }
    }

    private async Task RefuseAsync(HttpContext context, int status, string reason)
    {
        logger.TokenRequestRefused(reason);
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=UTF-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(
            """{"error":"invalid_request","error_description":"The request body is malformed or too large."}""",
            context.RequestAborted);
    }
}
