using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Demo.Agencies;

/// <summary>Checks a receipt as its holder would: with the gateway's published keys and nothing else.</summary>
public static class ReceiptCheck
{
    /// <summary>The claims of a receipt whose signature holds by the keys that the gateway publishes to which the agency is connected, or null.</summary>
    public static async Task<JsonObject?> VerifyAsync(string jws, AgencySystem agency, CancellationToken cancellationToken) =>
        (await agency.GetAsync("/.well-known/jwks", cancellationToken)).Body is { } jwks ? Verify(jws, jwks) : null;

    /// <summary>The claims of a receipt whose signature holds, or null.</summary>
    public static JsonObject? Verify(string jws, JsonNode jwks)
    {
        var parts = jws.Split('.');
        if (parts.Length != 3 || JsonNode.Parse(Base64Url.DecodeFromChars(parts[0])) is not JsonObject header || header["alg"]?.GetValue<string>() != "ES256")
        {
            return null;
        }

        var kid = header["kid"]?.GetValue<string>();
        var jwk = jwks["keys"]?.AsArray().FirstOrDefault(key => key?["kid"]?.GetValue<string>() == kid);
        if (jwk is null)
        {
            return null;
        }

        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Coordinate(jwk, "x"), Y = Coordinate(jwk, "y") },
        });
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        var holds = key.VerifyData(
            signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return holds ? JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) as JsonObject : null;
    }

    private static byte[] Coordinate(JsonNode jwk, string member) => Base64Url.DecodeFromChars(jwk[member]?.GetValue<string>() ?? "");
}
