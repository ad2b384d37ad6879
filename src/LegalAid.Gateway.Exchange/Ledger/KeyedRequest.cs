using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>A request as it is remembered.</summary>
/// <param name="Key">Keyed hash of agency, operation and request id, behind its <see cref="KeyPlace"/>: outlives erasure.</param>
/// <param name="Items">Digest of each item, kept only inside its exchange's sealed answer.</param>
internal sealed record KeyedRequest(ImmutableArray<byte> Key, ImmutableArray<byte[]> Items)
{
    /// <summary>Each item's payload in canonical form, made for its digest: the message that comes of it needs it again. Empty where the digests are kept ones.</summary>
    public ImmutableArray<byte[]> Payloads { get; private init; } = [];

    public static KeyedRequest Of(
        KeyRing keys, AgencyId caller, string operation, string requestId,
        ImmutableArray<RequestItem> items)
    {
        var payloads = items.Select(item => CanonicalJson.Canonicalise(item.Payload)).ToImmutableArray();
        return new(KeyOf(keys, caller, operation, requestId), [.. items.Zip(payloads, DigestOf)]) { Payloads = payloads };
    }

    public static ImmutableArray<byte> KeyOf(KeyRing keys, AgencyId caller, string operation, string requestId) =>
        [.. KeyPlace.OfRequest(requestId), .. keys.Blind("request", $"{caller}\n{operation}\n{requestId}")];

    /// <summary>Canonical parts in the order of their names make the canonical whole, as in <see cref="CommitBuilder"/>.</summary>
    private static byte[] DigestOf(RequestItem item, byte[] payload)
    {
        var listed = new JsonArray(
        [
            .. item.Documents.Select(document => (JsonNode)new JsonArray(
                document.Kind, document.FileName, document.MediaType, document.Apart?.Digest.Sha256 ?? Convert.ToHexStringLower(SHA256.HashData(document.Content.Span)))),
        ]);
        return SHA256.HashData(
        [
            .. "{\"documents\":"u8, .. CanonicalJson.Canonicalise(listed), .. ",\"payload\":"u8, .. payload,
            .. References(item.References), .. ",\"v\":1}"u8,
        ]);
    }

    /// <summary>Left out where there are none: what a build without references kept is recognised.</summary>
    private static byte[] References(ImmutableArray<DocumentReference> references) => references.IsEmpty
        ? []
        :
        [
            .. ",\"references\":"u8,
            .. CanonicalJson.Canonicalise(new JsonArray(
            [
                .. references.Select(reference => (JsonNode)new JsonArray(reference.Exchange.ToString(), reference.Id.ToString(), reference.Sha256, reference.Sm3)),
            ])),
        ];
}

/// <summary>What a request says for one exchange.</summary>
internal sealed record RequestItem(JsonObject Payload, ImmutableArray<IncomingDocument> Documents, ImmutableArray<DocumentReference> References)
{
    public RequestItem(JsonObject payload, ImmutableArray<IncomingDocument> documents)
        : this(payload, documents, [])
    {
    }
}
