using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Operations;

/// <summary>The public halves of a key folder's keys.</summary>
internal static class PublishedKeys
{
    /// <summary>Keys that sign receipts, rotated ones included.</summary>
    public static ImmutableDictionary<string, VerifyingKey> OfReceipts(KeyFolder folder)
    {
        var keys = ImmutableDictionary.CreateBuilder<string, VerifyingKey>();
        foreach (var (kid, key) in folder.LoadSigningKeys(SigningPurpose.Receipt))
        {
            using (key)
            {
                keys.Add(kid, new VerifyingKey(kid, key.ExportParameters(includePrivateParameters: false).Q));
            }
        }

        return keys.ToImmutable();
    }

    /// <summary>The same as a JWK set (RFC 7517), by kid.</summary>
    public static JsonObject Jwks(ImmutableDictionary<string, VerifyingKey> keys) => new()
    {
        ["keys"] = new JsonArray(
        [
            .. keys.Values.OrderBy(key => key.Kid, StringComparer.Ordinal).Select(key => (JsonNode)new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["alg"] = CompactJws.Es256,
                ["use"] = "sig",
                ["kid"] = key.Kid,
                ["x"] = Base64Url.EncodeToString(key.Point.X),
                ["y"] = Base64Url.EncodeToString(key.Point.Y),
            }),
        ]),
    };
}
