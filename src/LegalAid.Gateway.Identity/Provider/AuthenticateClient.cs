using System.Security.Claims;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Puts our check of client assertions in the place of the library's, which accepts a replay and refuses <c>typ: JWT</c>.
/// A principal attached here is not validated again by the handlers that follow; they compare it with the request.
/// </summary>
internal sealed class AuthenticateClient(
    AssertionCheck check, IReplayStore replays, ProviderNames names, TimeProvider time, ILogger<AuthenticateClient> logger)
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

        var verdict = check.Check(context.Token, time.GetUtcNow());
        var outcome = verdict.Outcome;
        if (verdict.ReplayKey is { } key && !await replays.TryRememberAsync(key, verdict.RefusedFrom, context.CancellationToken))
        {
            outcome = AssertionOutcome.Replayed;
        }

        if (outcome != AssertionOutcome.Accepted || verdict.Client is not { } client)
        {
            logger.AssertionRefused(outcome, verdict.Client?.ClientId ?? "-");
            context.Reject(Errors.InvalidClient, Describe(outcome));
            return;
        }

        context.Principal = Principal(client, verdict.RefusedFrom);
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

    /// <summary>
    /// What the client is told. Which clients exist, and which keys they have, is not: those four answers are one.
    /// </summary>
    private static string Describe(AssertionOutcome outcome) => outcome switch
    {
        AssertionOutcome.UnknownClient or AssertionOutcome.DisabledClient or AssertionOutcome.UnknownKey or AssertionOutcome.BadSignature =>
            "The client assertion does not authenticate a client.",
        AssertionOutcome.Oversized => "The client assertion is too large.",
        AssertionOutcome.Malformed => "The client assertion is malformed.",
        AssertionOutcome.WrongAlgorithm => $"The client assertion must be signed by its key's algorithm, one of: {Binding.Proofs.Algorithms}.",
        AssertionOutcome.WrongType => "The client assertion's typ must be client-authentication+jwt (or JWT).",
        AssertionOutcome.EmbeddedKey => "The client assertion may not bring keys or critical extensions.",
        AssertionOutcome.WrongSubject => "The client assertion's iss and sub must both be the client id.",
        AssertionOutcome.WrongAudience => "The client assertion's aud must be the issuer or the token endpoint.",
        AssertionOutcome.NoExpiry => "The client assertion has no exp.",
        AssertionOutcome.Expired => "The client assertion has expired.",
        AssertionOutcome.TooLongLived => "The client assertion lives too long.",
        AssertionOutcome.NotYetValid => "The client assertion is not valid yet.",
        AssertionOutcome.BadId => "The client assertion needs a jti of 1 to 128 characters.",
        AssertionOutcome.Replayed => "The client assertion has been used already.",
        _ => throw new InvalidOperationException($"{outcome} is no refusal."),
    };
}
