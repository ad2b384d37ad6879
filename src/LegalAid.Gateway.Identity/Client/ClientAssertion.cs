using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LegalAid.Gateway.Identity.Client;

/// <summary>Makes what an agency's system shows at the token endpoint in place of a password (RFC 7523, <c>private_key_jwt</c>).</summary>
public static class ClientAssertion
{
    /// <summary>The value of <c>client_assertion_type</c>.</summary>
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>
    /// A compact JWS, signed with ES256, usable once. <paramref name="audience"/> is the provider's issuer or its token endpoint.
    /// </summary>
    /// <param name="clientId">The client's id, which is issuer and subject.</param>
    /// <param name="audience">The issuer or token endpoint, exactly as published.</param>
    /// <param name="kid">Id of the key as registered with the gateway.</param>
    /// <param name="key">The client's private key on P-256.</param>
    /// <param name="now">System time.</param>
    /// <param name="lifetime">At most 5 minutes; null: 1 minute.</param>
    public static string Create(
        string clientId, string audience, string kid, ECDsa key, DateTimeOffset now, TimeSpan? lifetime = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        var header = Part(json =>
        {
            json.WriteString("alg", "ES256");
            json.WriteString("typ", "client-authentication+jwt");
            json.WriteString("kid", kid);
        });
        var claims = Part(json =>
        {
            json.WriteString("iss", clientId);
            json.WriteString("sub", clientId);
            json.WriteString("aud", audience);
            json.WriteString("jti", RandomNumberGenerator.GetHexString(32, lowercase: true));
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + (lifetime ?? TimeSpan.FromMinutes(1))).ToUnixTimeSeconds());
        });
        var signed = $"{header}.{claims}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
