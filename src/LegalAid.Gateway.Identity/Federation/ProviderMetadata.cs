using System.Text.Json;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>What an agency's provider says of itself (OpenID Connect Discovery 1.0, RFC 8414), as far as the gateway uses it.</summary>
/// <param name="NamesItself">Whether its authorization responses carry <c>iss</c> (RFC 9207).</param>
internal sealed record ProviderMetadata(
    Uri Keys, Uri? Authorization, Uri? Token, Uri? PushedAuthorization, Uri? Introspection, bool NamesItself, bool DoesS256)
{
    /// <summary>
    /// Null where the document is not this issuer's, to the letter (OpenID Connect Discovery 4.3), or names an address that is not as safe as the
    /// issuer's own: plain http is followed only from an issuer that is configured so.
    /// </summary>
    public static ProviderMetadata? TryRead(JsonElement document, string issuer)
    {
        if (document.ValueKind != JsonValueKind.Object || JoseJson.Text(document, "issuer") != issuer
            || !TryAddress(document, "jwks_uri", issuer, out var keys) || keys is null
            || !TryAddress(document, "authorization_endpoint", issuer, out var authorization)
            || !TryAddress(document, "token_endpoint", issuer, out var token)
            || !TryAddress(document, "pushed_authorization_request_endpoint", issuer, out var pushed)
            || !TryAddress(document, "introspection_endpoint", issuer, out var introspection))
        {
            return null;
        }

        return new ProviderMetadata(
            keys, authorization, token, pushed, introspection,
            document.TryGetProperty("authorization_response_iss_parameter_supported", out var names) && names.ValueKind == JsonValueKind.True,
            document.TryGetProperty("code_challenge_methods_supported", out var methods) && methods.ValueKind == JsonValueKind.Array
                && methods.EnumerateArray().Any(method => method.ValueKind == JsonValueKind.String && method.ValueEquals("S256")));
    }

    /// <summary>True where it is absent, too.</summary>
    private static bool TryAddress(JsonElement document, string name, string issuer, out Uri? address)
    {
        address = null;
        if (!document.TryGetProperty(name, out _))
        {
            return true;
        }

        return JoseJson.Text(document, name) is { Length: <= 2000 } text && Uri.TryCreate(text, UriKind.Absolute, out address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && issuer.StartsWith("http://", StringComparison.Ordinal)))
            && address.UserInfo.Length + address.Fragment.Length == 0;
    }
}
