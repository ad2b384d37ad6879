using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>Reads what a client wants its token to be good for (RFC 9396); what is not understood is refused, never left out.</summary>
internal sealed class ReadBounds : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    private const string Property = "legalaid.bounds";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<ReadBounds>()
            .SetOrder(CheckRequest.Descriptor.Order + 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    /// <summary>The bounds that were asked for, or null.</summary>
    public static TokenBounds? Find(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(Property, out var bounds) ? (TokenBounds?)bounds : null;

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Request.GetParameter(TokenBounds.Parameter) is not { } asked)
        {
            return ValueTask.CompletedTask;
        }

        if ((string?)asked is { } text && TokenBounds.TryRead(text) is { } bounds)
        {
            context.Transaction.Properties[Property] = bounds;
        }
        else
        {
            context.Reject("invalid_authorization_details", $"One detail of type {TokenBounds.Type}, with actions, purposes or both that exist.");
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Writes the bounds into the token (RFC 9396 section 9.1).</summary>
internal sealed class WriteBounds : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<WriteBounds>()
            .SetOrder(ConfirmKey.Descriptor.Order + 100)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (ReadBounds.Find(context.Transaction) is { } bounds)
        {
            var claims = context.SecurityTokenDescriptor.Claims ??= new Dictionary<string, object>(StringComparer.Ordinal);
            claims[TokenBounds.Parameter] = bounds.ToJson();
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Says in the answer what the token is good for (RFC 9396 section 7).</summary>
internal sealed class SayBounds : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
            .UseSingletonHandler<SayBounds>()
            .SetOrder(SayTokenType.Descriptor.Order + 100)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (!context.IsRejected && ReadBounds.Find(context.Transaction) is { } bounds)
        {
            context.Response[TokenBounds.Parameter] = new OpenIddictParameter(bounds.ToJson());
        }

        return ValueTask.CompletedTask;
    }
}
