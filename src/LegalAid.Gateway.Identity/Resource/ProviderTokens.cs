using System.Text.Json;
using LegalAid.Gateway.Identity.Federation;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>
/// Access tokens (RFC 9068) of a provider that stands in the place of ours, a province's say: its keys by its discovery document, its revocations by
/// asking it (RFC 7662). A system speaks for itself alone there: a token that names a person or an actor is not taken, since what such a person may do
/// is written with the issuers of agencies.
/// </summary>
internal sealed class ProviderTokens(
    StandInProvider provider, IssuerTokens tokens, IssuerDocuments documents, ProviderCalls calls, TimeProvider time) : IAccessTokenIssuer
{
    private readonly TimeProvider _time = time;
    private readonly TokenExpectation _expected = new(_ => provider.Audience, ["at+jwt", "application/at+jwt"], provider.LifetimeMax);

    public bool NamesAgency => false;

    public async ValueTask<SignedClaims> ReadAsync(string text)
    {
        var verdict = await tokens.CheckAsync(text, [provider.Issuer], _expected, CancellationToken.None); // the provider's documents bound it in time
        return verdict.Outcome switch
        {
            IssuerTokenOutcome.Accepted => SpeaksForItself(verdict.Claims) ? new(verdict.Claims, null) : new(null, IdentityFaults.TokenInvalid),
            IssuerTokenOutcome.UnknownKey when !documents.KnowsKeysOf(provider.Issuer) => new(null, IdentityFaults.TokenUnchecked),
            IssuerTokenOutcome.Oversized or IssuerTokenOutcome.Malformed => new(null, IdentityFaults.TokenMalformed),
            IssuerTokenOutcome.WrongAudience => new(null, IdentityFaults.TokenWrongAudience),
            IssuerTokenOutcome.Expired => new(null, IdentityFaults.TokenExpired),
            IssuerTokenOutcome.NotYetValid => new(null, IdentityFaults.TokenNotYetValid),
            _ => new(null, IdentityFaults.TokenInvalid),
        };
    }

    public Func<string, ValueTask<RevocationStanding>> Watch(TokenDigest name, string kid) =>
        provider.Introspects ? new Introspected(this).JudgeAsync : static _ => new(RevocationStanding.Live);

    private static bool SpeaksForItself(JsonElement claims) =>
        !claims.TryGetProperty("act", out _) && JoseJson.Text(claims, "sub") == JoseJson.Text(claims, "client_id");

    /// <summary>Null where the provider does not say.</summary>
    private async Task<Answer?> IntrospectAsync(string text, CancellationToken cancellationToken)
    {
        if (await documents.MetadataAsync(provider.Issuer, cancellationToken) is not { Introspection: { } endpoint })
        {
            return null;
        }

        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = text, ["token_type_hint"] = "access_token" };
        using var answer = await calls.PostAsync(provider.Issuer, provider.ClientId, endpoint, form, cancellationToken);
        return answer is not null && answer.RootElement.ValueKind == JsonValueKind.Object
            && answer.RootElement.TryGetProperty("active", out var active) && active.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? new Answer(active.ValueKind == JsonValueKind.True)
                : null;
    }

    private sealed record Answer(bool IsActive);

    /// <summary>What the provider says of one token, asked every other second while the token is used.</summary>
    private sealed class Introspected(ProviderTokens provider)
    {
        private readonly Aged<Answer> _answer = new(provider._time, usual: TimeSpan.FromSeconds(2));

        public async ValueTask<RevocationStanding> JudgeAsync(string text) =>
            await _answer.GetAsync(cancellationToken => provider.IntrospectAsync(text, cancellationToken)) switch
            {
                null => RevocationStanding.Unknown,
                { IsActive: true } => RevocationStanding.Live,
                _ => RevocationStanding.Revoked,
            };
    }
}
