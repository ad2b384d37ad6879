using LegalAid.Gateway.Identity.Provider;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>Access tokens of the provider in this process: its keys without HTTP, its revocations from the store.</summary>
internal sealed class OwnTokens : IAccessTokenIssuer
{
    private static readonly string[] Types = ["at+jwt", "application/at+jwt"];

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = AccessTokens.TokenCharsMax, MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;
    private readonly IReadOnlyList<string> _names;
    private readonly RevokedTokens _revoked;
    private readonly SigningRing _ring;

    public OwnTokens(ProviderNames names, SigningRing ring, RevokedTokens revoked)
    {
        (_names, _revoked, _ring) = (names.IssuerForms, revoked, ring);

        // Times are judged by our clock, at each call; here only what the key vouches for.
        // Only keys of access tokens: another published key, of receipts, never makes a token.
        _parameters = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = Types,
            ValidIssuers = _names,
            ValidAudience = GatewayIdentity.Audience,
            IssuerSigningKeyResolver = (_, _, kid, _) => ring.Find(kid) is { } key ? [key] : [],
            TryAllIssuerSigningKeys = false,
            ValidateLifetime = false,
        };
    }

    public bool NamesAgency => true;

    public async ValueTask<SignedClaims> ReadAsync(string text)
    {
        JsonWebToken token;
        try
        {
            token = new JsonWebToken(text);
        }
        catch (ArgumentException)
        {
            return new(null, IdentityFaults.TokenMalformed); // Not three parts of base64url JSON.
        }

        if (!_names.Contains(token.Issuer, StringComparer.Ordinal))
        {
            return new(null, IdentityFaults.TokenInvalid);
        }

        var result = await _handler.ValidateTokenAsync(text, _parameters);
        if (!result.IsValid)
        {
            return new(null, result.Exception switch
            {
                SecurityTokenInvalidAudienceException => IdentityFaults.TokenWrongAudience,
                SecurityTokenMalformedException => IdentityFaults.TokenMalformed,
                _ => IdentityFaults.TokenInvalid,
            });
        }

        using var claims = JoseJson.TryParse(token.EncodedPayload);
        return claims is null ? new(null, IdentityFaults.TokenMalformed) : new(claims.RootElement.Clone(), null, token.Kid);
    }

    public Func<string, ValueTask<RevocationStanding>> Watch(TokenDigest name, string kid) =>
        _ => _ring.Find(kid) is null ? new(RevocationStanding.Revoked) : _revoked.JudgeAsync(name);
}
