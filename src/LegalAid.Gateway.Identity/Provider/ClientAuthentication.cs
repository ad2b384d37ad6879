using LegalAid.Gateway.Identity.Binding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Establishes which client asks, by its assertion or its certificate, for each endpoint in the same words. A client that is not established is told
/// why as far as that tells nothing about others.
/// </summary>
internal sealed class ClientAuthentication(
    AssertionCheck assertions, CertificateCheck certificates, ClientCertificates shown, IAgencyClientRegistry clients, IReplayStore replays, TimeProvider time,
    ILogger<ClientAuthentication> logger)
{
    /// <param name="assertion">The assertion, which is used up by this.</param>
    /// <returns>The client, and from when on the assertion is refused by its time; or null and why.</returns>
    public async ValueTask<(AgencyClient? Client, string Refusal, DateTimeOffset Until)> ByAssertionAsync(string assertion, CancellationToken cancellationToken)
    {
        var verdict = assertions.Check(assertion, time.GetUtcNow());
        if (IsByNobody(verdict.Outcome))
        {
            await clients.LookAgainAsync(cancellationToken);
            verdict = assertions.Check(assertion, time.GetUtcNow());
        }

        var outcome = verdict.Outcome;
        if (verdict.ReplayKey is { } key && !await replays.TryRememberAsync(key, verdict.RefusedFrom, cancellationToken))
        {
            outcome = AssertionOutcome.Replayed;
        }

        if (outcome == AssertionOutcome.Accepted && verdict.Client is { } client)
        {
            return (client, "", verdict.RefusedFrom);
        }

        logger.AssertionRefused(outcome, verdict.Client?.ClientId ?? "-");
        return (null, Describe(outcome), default);
    }

    /// <summary>The client, or null and why; both null where the request shows no certificate.</summary>
    public (AgencyClient? Client, string? Refusal) ByCertificate(string clientId, HttpContext request)
    {
        if (shown.Find(request) is not { } certificate)
        {
            return (null, null);
        }

        var (outcome, client) = certificates.Check(clientId, certificate, time.GetUtcNow());
        if (outcome == CertificateOutcome.Accepted && client is not null)
        {
            return (client, null);
        }

        // Which clients exist, and how they authenticate, is not told.
        logger.CertificateRefused(outcome, client?.ClientId ?? "-");
        return (null, "The certificate does not authenticate a client.");
    }

    /// <summary>Whether it is by a client or key that is not known here: four outcomes that are told apart neither by words nor by time.</summary>
    private static bool IsByNobody(AssertionOutcome outcome) =>
        outcome is AssertionOutcome.UnknownClient or AssertionOutcome.DisabledClient or AssertionOutcome.UnknownKey or AssertionOutcome.BadSignature;

    /// <summary>
    /// What the client is told. Which clients exist, and which keys they have, is not: those four answers are one.
    /// </summary>
    private static string Describe(AssertionOutcome outcome) => outcome switch
    {
        _ when IsByNobody(outcome) => "The client assertion does not authenticate a client.",
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
