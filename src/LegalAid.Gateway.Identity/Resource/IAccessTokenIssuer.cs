using System.Text.Json;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Identity.Resource;

/// <summary>The claims of a token that its issuer signed for this gateway, or why it is not one. Exactly one of the two is there.</summary>
/// <param name="Kid">Id of the key that signed.</param>
internal readonly record struct SignedClaims(JsonElement? Claims, FaultCode? Fault, string Kid = "");

/// <summary>
/// The provider whose access tokens are good here: our own, or one that stands in its place. The resource side knows nothing else of it. Safe from
/// several threads.
/// </summary>
internal interface IAccessTokenIssuer
{
    /// <summary>Whether its tokens say of which agency the client is; if not, the roll of clients alone says it.</summary>
    bool NamesAgency { get; }

    /// <summary>Asked once a token: type, issuer, signature, audience. How long it is good is judged by whoever asks, at each call.</summary>
    ValueTask<SignedClaims> ReadAsync(string text);

    /// <summary>What is asked at each call, from then on, of that token: whether it, or its key, was revoked. It is asked with the token's text, which is kept nowhere.</summary>
    Func<string, ValueTask<RevocationStanding>> Watch(TokenDigest name, string kid);
}
