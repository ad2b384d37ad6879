using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Puts our check of client assertions in the place of the library's, which accepts a replay and refuses <c>typ: JWT</c>.
/// A principal attached here is not validated again by the handlers that follow; they compare it with the request.
/// </summary>
internal sealed class AuthenticateClient(ClientAuthentication authentication, ProviderNames names, TimeProvider time)
    : IOpenIddictServerHandler<ValidateTokenContext>
{
    /// <summary>How long the stand-in for a certificate is good: for the request that it came with.</summary>
    private static readonly TimeSpan CertificateLife = TimeSpan.FromMinutes(1);

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<AuthenticateClient>()
            .SetOrder(int.MinValue + 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes.Count != 1 || !context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
        {
            return;
        }

        if (PresentCertificate.FindClient(context.Transaction) is { } certified)
        {
            context.Principal = Principal(certified, time.GetUtcNow() + CertificateLife);
            return;
        }

        var (client, refusal, until) = await authentication.ByAssertionAsync(context.Token, context.CancellationToken);
        if (client is null)
        {
            context.Reject(Errors.InvalidClient, refusal);
            return;
        }

        context.Principal = Principal(client, until);
    }

    private ClaimsPrincipal Principal(AgencyClient client, DateTimeOffset refusedFrom)
    {
        var identity = new ClaimsIdentity("client-assertion");
        identity.SetClaim(Claims.Issuer, client.ClientId);
        identity.SetClaim(Claims.Subject, client.ClientId);
        identity.SetClaim(Claims.Audience, names.Issuer);
        identity.SetClaim(Claims.ExpiresAt, refusedFrom.ToUnixTimeSeconds());
        identity.SetAudiences(names.Issuer);
        identity.SetExpirationDate(refusedFrom);
        return new ClaimsPrincipal(identity).SetTokenType(TokenTypeIdentifiers.Private.ClientAssertion);
    }
}
