using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>A person's token, taken from an agency's client, or the check that it failed.</summary>
/// <param name="Person">Whose it is; null where it was refused.</param>
/// <param name="Actors">Who acted for the person before, as the provider says; undefined where nobody did.</param>
/// <param name="Expires">The token that is given for it ends no later.</param>
internal sealed record DelegationVerdict(
    IssuerTokenOutcome Outcome, DelegatedPerson? Person = null, JsonElement Actors = default, DateTimeOffset Expires = default);

/// <summary>
/// Token exchange (RFC 8693): a client of an agency shows the token of a person of the same agency and gets one with which it acts for that person.
/// Only issuers of the client's own agency are tried, so that no agency's system ever speaks for another's people.
/// </summary>
internal sealed class Delegations(IAgencyIssuers issuers, IssuerTokens tokens, IReplayStore replays)
{
    /// <summary>How deep a chain of actors may be that a person's token brings.</summary>
    private const int ActorsMax = 3;

    private const int IdCharsMax = 128;

    private static readonly TimeSpan LifetimeMax = TimeSpan.FromHours(1);

    private static readonly Dictionary<string, TokenExpectation> Expected = new(StringComparer.Ordinal)
    {
        [TokenTypeIdentifiers.AccessToken] = new(AudienceOf, ["at+jwt", "application/at+jwt"], LifetimeMax), // RFC 9068
        [TokenTypeIdentifiers.IdentityToken] = new(AudienceOf, ["JWT", null], LifetimeMax),
    };

    public async ValueTask<DelegationVerdict> JudgeAsync(OpenIddictRequest request, AgencyClient client, CancellationToken cancellationToken)
    {
        if (request.SubjectToken is not { } text || request.SubjectTokenType is not { } type || !Expected.TryGetValue(type, out var expected)
            || request.HasParameter(Parameters.ActorToken)) // the actor is the client, which has proved itself
        {
            return new(IssuerTokenOutcome.Malformed);
        }

        var verdict = await tokens.CheckAsync(text, issuers.Of(client.Agency), expected, cancellationToken);
        if (verdict is not { Outcome: IssuerTokenOutcome.Accepted, Issuer: { People: { } rules } issuer })
        {
            return new(verdict.Outcome);
        }

        var grants = rules.Grants.Select(grant => grant.Who).Where(who => IssuerTokens.Has(verdict.Claims, who)).Distinct().ToList();
        if (grants.Count == 0)
        {
            return new(IssuerTokenOutcome.NotEntitled);
        }

        var id = JoseJson.Text(verdict.Claims, "jti");
        if (rules.SingleUse && id is not { Length: > 0 and <= IdCharsMax })
        {
            return new(IssuerTokenOutcome.NoId);
        }

        // Remembered last, so that a token that is refused for another reason is not used up. The store decides between two nodes.
        if (rules.SingleUse && !await replays.TryRememberAsync(
            SHA256.HashData(Encoding.UTF8.GetBytes($"subject\0{issuer.Issuer}\0{id}")), verdict.Expires + TimeSpan.FromMinutes(2), cancellationToken))
        {
            return new(IssuerTokenOutcome.Replayed);
        }

        var person = new DelegatedPerson(issuer.Issuer, verdict.Subject, new EquatableList<ClaimRule>(grants));
        return verdict.Claims.TryGetProperty("act", out var actors)
            ? IsChain(actors, ActorsMax) ? new(IssuerTokenOutcome.Accepted, person, actors, verdict.Expires) : new(IssuerTokenOutcome.Malformed)
            : new(IssuerTokenOutcome.Accepted, person, default, verdict.Expires);
    }

    /// <summary>What the client is told. Which issuers and keys there are, and for whom, is not: those answers are one.</summary>
    public static string Describe(IssuerTokenOutcome outcome) => outcome switch
    {
        IssuerTokenOutcome.Oversized => "The subject token is too large.",
        IssuerTokenOutcome.Malformed => "The subject token, or its type, is malformed: an access token or ID token is exchanged, and no actor token.",
        IssuerTokenOutcome.EmbeddedKey => "The subject token may not bring keys or critical extensions.",
        IssuerTokenOutcome.WrongType => "The subject token is of another type than it is said to be.",
        IssuerTokenOutcome.UnknownIssuer or IssuerTokenOutcome.UnknownKey or IssuerTokenOutcome.BadSignature =>
            "The subject token is of no issuer that is trusted for this client's agency.",
        IssuerTokenOutcome.WrongAlgorithm => "The subject token is signed by an algorithm that is not accepted of its issuer.",
        IssuerTokenOutcome.WrongAudience => "The subject token is for another audience.",
        IssuerTokenOutcome.NoTimes => "The subject token needs exp and iat.",
        IssuerTokenOutcome.Expired => "The subject token has expired.",
        IssuerTokenOutcome.NotYetValid => "The subject token is not valid yet.",
        IssuerTokenOutcome.TooLongLived => "The subject token lives too long.",
        IssuerTokenOutcome.NoSubject => "The subject token names no person.",
        IssuerTokenOutcome.NoId => "The subject token needs a jti.",
        IssuerTokenOutcome.Replayed => "The subject token has been exchanged already.",
        IssuerTokenOutcome.NotEntitled => "The person may do nothing here.",
        _ => throw new InvalidOperationException($"{outcome} is no refusal."),
    };

    private static string? AudienceOf(AgencyIssuer issuer) => issuer.People?.Audience;

    private static bool IsChain(JsonElement actors, int depth) =>
        depth > 0 && actors.ValueKind == JsonValueKind.Object && JoseJson.Text(actors, "sub") is { Length: > 0 }
        && (!actors.TryGetProperty("act", out var before) || IsChain(before, depth - 1));
}
