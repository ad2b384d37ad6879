using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>A request as it is remembered.</summary>
/// <param name="Key">Keyed hash of agency, operation and request id: outlives erasure.</param>
/// <param name="Items">Digest of each item, kept only inside its exchange's sealed answer.</param>
internal sealed record KeyedRequest(ImmutableArray<byte> Key, ImmutableArray<byte[]> Items)
{
    public static KeyedRequest Of(
        KeyRing keys, AgencyId caller, string operation, string requestId,
        ImmutableArray<(JsonObject Payload, ImmutableArray<IncomingDocument> Documents)> items) =>
        new(KeyOf(keys, caller, operation, requestId), [.. items.Select(item => DigestOf(item.Payload, item.Documents))]);

    public static ImmutableArray<byte> KeyOf(KeyRing keys, AgencyId caller, string operation, string requestId) =>
        keys.Blind("request", $"{caller}\n{operation}\n{requestId}");

    /// <summary>Canonical parts in the order of their names make the canonical whole, as in <see cref="CommitBuilder"/>.</summary>
    private static byte[] DigestOf(JsonObject payload, ImmutableArray<IncomingDocument> documents)
    {
        var listed = new JsonArray(
        [
            .. documents.Select(document => (JsonNode)new JsonArray(
                document.Kind, document.FileName, document.MediaType, Convert.ToHexStringLower(SHA256.HashData(document.Content.Span)))),
        ]);
        return SHA256.HashData(
        [
            .. "{\"documents\":"u8, .. CanonicalJson.Canonicalise(listed), .. ",\"payload\":"u8, .. CanonicalJson.Canonicalise(payload), .. ",\"v\":1}"u8,
        ]);
    }
}
