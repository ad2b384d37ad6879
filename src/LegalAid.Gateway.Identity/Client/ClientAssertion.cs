using System.Security.Cryptography;

namespace LegalAid.Gateway.Identity.Client;

/// <summary>Makes what an agency's system shows at the token endpoint in place of a password (RFC 7523, <c>private_key_jwt</c>).</summary>
public static class ClientAssertion
{
    /// <summary>The value of <c>client_assertion_type</c>.</summary>
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>
    /// A compact JWS, signed with ES256, usable once. <paramref name="audience"/> is the provider's issuer.
    /// </summary>
    /// <param name="clientId">The client's id, which is issuer and subject.</param>
    /// <param name="audience">The issuer, exactly as published: the gateway takes nothing else (FAPI 2.0).</param>
    /// <param name="kid">Id of the key as registered with the gateway.</param>
    /// <param name="key">The client's private key on P-256.</param>
    /// <param name="now">System time.</param>
    /// <param name="lifetime">At most 5 minutes; null: 1 minute.</param>
    public static string Create(
        string clientId, string audience, string kid, ECDsa key, DateTimeOffset now, TimeSpan? lifetime = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        return CompactJws.Sign(
            key,
            header =>
            {
                header.WriteString("alg", "ES256");
                header.WriteString("typ", "client-authentication+jwt");
                header.WriteString("kid", kid);
            },
            claims =>
            {
                claims.WriteString("iss", clientId);
                claims.WriteString("sub", clientId);
                claims.WriteString("aud", audience);
                claims.WriteString("jti", RandomNumberGenerator.GetHexString(32, lowercase: true));
                claims.WriteNumber("iat", now.ToUnixTimeSeconds());
                claims.WriteNumber("exp", (now + (lifetime ?? TimeSpan.FromMinutes(1))).ToUnixTimeSeconds());
            });
    }
}
