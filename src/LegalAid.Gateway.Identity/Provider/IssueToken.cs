using System.Security.Claims;
using LegalAid.Gateway.Identity.Binding;
using LegalAid.Gateway.Identity.Federation;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Refuses what no client of ours asks: a parameter that stands twice (RFC 6749 section 3.2; the library reads a repeated scope as none), a
/// target other than this gateway, and scopes that are not ours.
/// </summary>
internal sealed class CheckRequest(ILogger<CheckRequest> logger) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<CheckRequest>()
            .SetOrder(int.MinValue + 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Request.GetParameters().Any(parameter => parameter.Value.GetUnnamedParameters().Count > 1))
        {
            logger.TokenRequestRefused("repeated parameter");
            context.Reject(Errors.InvalidRequest, "A parameter stands twice.");
        }
        else if (context.Request.HasParameter(Parameters.Resource) || context.Request.HasParameter(Parameters.Audience))
        {
            logger.TokenRequestRefused("target");
            context.Reject(Errors.InvalidTarget, "Tokens are for this gateway only: leave resource and audience out.");
        }
        else if (context.Request.GetScopes().Any(scope => scope != GatewayIdentity.Scope))
        {
            logger.TokenRequestRefused("scope");
            context.Reject(Errors.InvalidScope, $"The only scope is {GatewayIdentity.Scope}.");
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Says what stands in a token, for a client that is authenticated and a grant that is allowed.</summary>
internal sealed class IssueToken(
    IAgencyClientRegistry registry, SigningRing ring, Proofs proofs, ClientCertificates certificates, Delegations delegations, TimeProvider time,
    ILogger<IssueToken> logger)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>()
            .UseSingletonHandler<IssueToken>()
            .SetOrder(500_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        // Read again: the snapshot may have been replaced since the client was authenticated.
        if (context.ClientId is not { } clientId || registry.Find(clientId) is not { Enabled: true } client)
        {
            context.Reject(Errors.InvalidClient, "The client assertion does not authenticate a client.");
            return;
        }

        if (ring.Current() is not { } signing)
        {
            logger.NoSigningKey();
            context.Reject(Errors.ServerError, "No token can be issued now.");
            return;
        }

        if (!RequestProof.ConfirmationOf(context.Transaction, certificates).Meets(client.Binding))
        {
            logger.TokenRequestRefused("binding");
            context.Reject(Errors.InvalidRequest, $"This client's tokens must be bound ({client.Binding}): send a {Proofs.Header} proof, or show its certificate.");
            return;
        }

        if (RequestProof.Find(context.Transaction) is { } shown && !await proofs.TryUseAsync(shown, context.CancellationToken))
        {
            logger.ProofRefused(ProofOutcome.Replayed, client.ClientId);
            context.Reject(JudgeProof.InvalidProof, "The proof has been used already.");
            return;
        }

        var delegation = context.Request.IsTokenExchangeGrantType() ? await delegations.JudgeAsync(context.Request, client, context.CancellationToken) : null;
        if (delegation is { Person: null })
        {
            logger.SubjectTokenRefused(delegation.Outcome, client.ClientId);
            context.Reject(Errors.InvalidRequest, Delegations.Describe(delegation.Outcome)); // RFC 8693 section 2.2.2
            return;
        }

        var identity = new ClaimsIdentity(GatewayIdentity.Scheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, delegation?.Person?.Subject ?? client.ClientId);
        identity.SetClaim(GatewayIdentity.AgencyClaim, client.Agency.Value);
        identity.SetScopes(GatewayIdentity.Scope);
        identity.SetResources(GatewayIdentity.Audience);
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        if (delegation is not null)
        {
            NameActor.Put(context.Transaction, delegation);
            if (delegation.Expires - time.GetUtcNow() is var rest && rest < context.Options.AccessTokenLifetime)
            {
                identity.SetAccessTokenLifetime(rest > TimeSpan.FromSeconds(1) ? rest : TimeSpan.FromSeconds(1)); // the skew may have passed it
            }
        }

        context.SignIn(new ClaimsPrincipal(identity));
        logger.TokenIssued(client.ClientId, client.Agency.Value, signing.Kid);
    }
}
