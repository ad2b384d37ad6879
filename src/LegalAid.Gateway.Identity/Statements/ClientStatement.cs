using System.Text;
using System.Text.Json;

namespace LegalAid.Gateway.Identity.Statements;

/// <summary>A JWS in compact form (RFC 7515) by an enrolled client outside of any call: what it signed, and who it is.</summary>
/// <param name="Client">The client, enabled, whose key verifies it.</param>
/// <param name="Key">That key.</param>
/// <param name="Claims">The payload: a JSON object in which no member stands twice. <c>iss</c> is the client, <c>aud</c> was checked.</param>
/// <param name="Signed">The text that was signed: header and payload as they came.</param>
public sealed record ClientStatement(
    AgencyClient Client, AgencyClientKey Key, JsonElement Claims, ReadOnlyMemory<byte> Signed, ReadOnlyMemory<byte> Signature)
{
    /// <summary>
    /// Reads and verifies; null where it is none: cut off, of another type, by another algorithm or an unknown, disabled or foreign key, for another
    /// gateway, or changed since. Which of them is not told: that would say which clients exist. A statement has no age: what it asks for
    /// must be harmless to repeat.
    /// </summary>
    /// <param name="type">The header's <c>typ</c>, so that no other token by the same key is taken for it.</param>
    /// <param name="audience">The gateway's name, which <c>aud</c> must be.</param>
    public static ClientStatement? TryRead(string text, string type, string audience, IAgencyClientRegistry registry, DateTimeOffset now)
    {
        var parts = text.Trim().Split('.', 4);
        if (parts.Length != 3 || Base64Text.TryDecode(parts[2]) is not { } signature || JoseJson.TryParse(parts[0]) is not { } header)
        {
            return null;
        }

        using (header)
        {
            var (alg, typ, kid) = (JoseJson.Text(header.RootElement, "alg"), JoseJson.Text(header.RootElement, "typ"), JoseJson.Text(header.RootElement, "kid"));
            if (alg is null || typ != type || kid is null || header.RootElement.TryGetProperty("crit", out _) || header.RootElement.TryGetProperty("b64", out _))
            {
                return null;
            }

            // Nothing in the payload is believed before its signature, except which client's key to try.
            if (JoseJson.TryParse(parts[1], depthMax: 64) is not { } claims)
            {
                return null;
            }

            using (claims)
            {
                var client = JoseJson.Text(claims.RootElement, "iss") is { } issuer ? registry.Find(issuer) : null;
                var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
                return client is { Enabled: true } && client.FindKey(kid, now) is { } key && key.Jws.Name == alg
                    && key.Verifies(signed, signature)
                    && JoseJson.Text(claims.RootElement, "aud") == audience
                        ? new ClientStatement(client, key, claims.RootElement.Clone(), signed, signature)
                        : null;
            }
        }
    }
}
