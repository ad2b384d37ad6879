using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>What is known of a body before it is read.</summary>
internal static class RequestBody
{
    /// <summary>Whether a body may come. False is certain.</summary>
    public static bool MayHaveBody(this HttpRequest request) =>
        request.ContentLength is not 0
        && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };
}
