using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>Writes JWTs, sound and otherwise.</summary>
internal static class Forge
{
    /// <summary>The header of a sound client assertion.</summary>
    public static JsonObject Header() => new() { ["alg"] = "ES256", ["typ"] = "client-authentication+jwt", ["kid"] = IdentityHost.CourtKid };

    /// <summary>The claims of a sound client assertion.</summary>
    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["iss"] = IdentityHost.Court,
        ["sub"] = IdentityHost.Court,
        ["aud"] = IdentityHost.Issuer,
        ["jti"] = RandomNumberGenerator.GetHexString(32),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(1).ToUnixTimeSeconds(),
    };

    /// <summary>The header of an access token of the gateway.</summary>
    public static JsonObject TokenHeader() => new() { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = "gw-1" };

    /// <summary>The claims of an access token of the gateway.</summary>
    public static JsonObject TokenClaims(DateTimeOffset now) => new()
    {
        ["iss"] = IdentityHost.Issuer,
        ["sub"] = IdentityHost.Court,
        ["client_id"] = IdentityHost.Court,
        ["agency"] = "qingxiu-court",
        ["aud"] = "legalaid.gateway",
        ["scope"] = "gateway",
        ["jti"] = RandomNumberGenerator.GetHexString(32),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
    };

    /// <summary>Signed with ES256, whatever the header says.</summary>
    public static string Sign(JsonObject header, JsonObject claims, ECDsa key) => Sign(header.ToJsonString(), claims.ToJsonString(), key);

    public static string Sign(string header, string claims, ECDsa key) => Join(header, claims, signed =>
        key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>Signed with HS256 under the bytes of a public key: the classic confusion.</summary>
    public static string SignHmac(JsonObject header, JsonObject claims, ECDsa publicKey) => Join(
        header.ToJsonString(), claims.ToJsonString(), signed => HMACSHA256.HashData(publicKey.ExportSubjectPublicKeyInfo(), signed));

    /// <summary>Not signed at all.</summary>
    public static string Unsigned(JsonObject header, JsonObject claims) => Join(header.ToJsonString(), claims.ToJsonString(), _ => []);

    public static JsonObject With(this JsonObject json, string name, JsonNode? value)
    {
        if (value is null)
        {
            json.Remove(name);
        }
        else
        {
            json[name] = value;
        }

        return json;
    }

    /// <summary>The claims of a token, not verified.</summary>
    public static JsonElement Read(string token, int part) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[part])).RootElement;

    /// <summary>Signed by whatever makes a signature.</summary>
    public static string Join(string header, string claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }
}
