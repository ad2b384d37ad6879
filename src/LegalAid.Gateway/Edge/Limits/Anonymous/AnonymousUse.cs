using Microsoft.AspNetCore.Authorization;

namespace LegalAid.Gateway.Edge.Limits.Anonymous;

/// <summary>How an endpoint that needs no token is limited; metadata of the endpoint. Each such endpoint says it.</summary>
internal sealed class AnonymousUse
{
    /// <summary>Each request counts.</summary>
    public static readonly AnonymousUse Read = new();

    /// <summary>Something may be guessed here: each request that is refused counts as a failure.</summary>
    public static readonly AnonymousUse Attempt = new();

    /// <summary>The token endpoint and its neighbours: a client that is not established is a failure, any other refusal a request, and success counts as nothing.</summary>
    public static readonly AnonymousUse Token = new();

    /// <summary>Health: who takes a node out of service must be told the truth.</summary>
    public static readonly AnonymousUse Free = new();

    private static readonly PathString Connect = "/connect";
    private static readonly PathString WellKnown = "/.well-known";

    private AnonymousUse()
    {
    }

    /// <summary>Null where the request needs a caller, or reaches nothing. The provider's own paths are no endpoints.</summary>
    public static AnonymousUse? Of(HttpContext context)
    {
        if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return endpoint.Metadata.GetMetadata<AnonymousUse>() ?? Read;
        }

        return context.Request.Path.StartsWithSegments(Connect, StringComparison.OrdinalIgnoreCase) ? Token
            : context.Request.Path.StartsWithSegments(WellKnown, StringComparison.OrdinalIgnoreCase) ? Read
            : null;
    }
}

/// <summary>Opens an endpoint to whoever comes.</summary>
internal static class AnonymousEndpoints
{
    /// <summary>Needs no token, and is limited so.</summary>
    public static TBuilder Anonymous<TBuilder>(this TBuilder endpoint, AnonymousUse use)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AllowAnonymous().WithMetadata(use);
}
