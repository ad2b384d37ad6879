using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>
/// An agency's own OpenID provider (受信任的身份提供方), which vouches for the agency's people: the gateway holds no password of theirs. Immutable.
/// </summary>
/// <param name="Issuer">Its <c>iss</c>, to the letter; https, or http where plain text is allowed.</param>
/// <param name="Jwks">Its public keys, pinned, a JSON Web Key Set as text; null: as its discovery document says.</param>
/// <param name="AllowedAddresses">Networks (CIDR) to which its host names may resolve, whatever the provider's documents name.</param>
/// <param name="Algorithms">JWS algorithms that are accepted of it, out of <see cref="AlgorithmNames"/>.</param>
/// <param name="People">Who of its users acts through the agency's systems; null: nobody.</param>
/// <param name="Staff">Who of its users runs this gateway; null: nobody.</param>
public sealed record AgencyIssuer(
    string Issuer, string? Jwks, ImmutableArray<string> AllowedAddresses, ImmutableArray<string> Algorithms, DelegationRules? People, StaffRules? Staff)
{
    /// <summary>Signatures by keys that only the provider has; nothing symmetric, and not <c>none</c>.</summary>
    public static readonly ImmutableArray<string> AlgorithmNames = ["ES256", "ES384", "PS256", "RS256"];
}

/// <summary>A claim that a person's token must carry: as this text, or as a list that holds it.</summary>
public readonly record struct ClaimRule(string Claim, string Value);

/// <summary>Whose tokens an agency's client may exchange (RFC 8693), and what such a token is good for.</summary>
/// <param name="Audience">The <c>aud</c> of the tokens, and the only one.</param>
/// <param name="SingleUse">Whether a token is exchanged once; its <c>jti</c> is remembered until it expires.</param>
/// <param name="Grants">What each claim allows; a person may do what any of them allows, within what the agency may.</param>
public sealed record DelegationRules(string Audience, bool SingleUse, ImmutableArray<DelegationGrant> Grants);

/// <param name="Operations">Full names of methods, <c>{service}/{method}</c>, or <c>{service}/*</c>.</param>
public sealed record DelegationGrant(ClaimRule Who, ImmutableArray<string> Operations);

/// <summary>What a member of the gateway's staff is, and nothing beside it (三员分离, GB/T 39477): whoever has claims of two is let in as neither.</summary>
public enum StaffRole
{
    /// <summary>业务操作员: runs it from day to day, and asks for what needs two.</summary>
    Operator,

    /// <summary>安全审计员: sees what was asked, decided and done, and changes nothing.</summary>
    Auditor,

    /// <summary>系统管理员: decides on what others ask for.</summary>
    Administrator,
}

/// <summary>How an agency's people sign in to run the gateway (OIDC, authorization code with PKCE).</summary>
/// <param name="ClientId">The gateway's name at the provider; it authenticates by <c>private_key_jwt</c> with the keys of its own JWKS.</param>
/// <param name="Roles">Which claim makes which role.</param>
/// <param name="StepUpAcr">The <c>acr</c> that a step-up must reach, any of them; empty: only that the sign-in is fresh.</param>
public sealed record StaffRules(string ClientId, ImmutableArray<StaffGrant> Roles, ImmutableArray<string> StepUpAcr);

public sealed record StaffGrant(ClaimRule Who, StaffRole Role);
