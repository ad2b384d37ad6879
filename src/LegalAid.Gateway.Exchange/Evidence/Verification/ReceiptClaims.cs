using System.Collections.Immutable;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>What a receipt states.</summary>
/// <param name="Subject"><c>exchanges/{id}/messages/{id}</c>.</param>
/// <param name="Digest">SHA-256 of the payload's canonical JSON (RFC 8785), lower-case hexadecimal.</param>
/// <param name="Carried">The newest head of the log that was known when it was made; null before the log's first.</param>
public sealed record ReceiptClaims(
    string Issuer,
    string Subject,
    string Event,
    string Agency,
    string Digest,
    ImmutableArray<string> Documents,
    DateTimeOffset Occurred,
    DateTimeOffset Committed,
    TreeHash Leaf,
    Checkpoint? Carried)
{
    /// <summary>Null where it lacks what a receipt must have.</summary>
    public static ReceiptClaims? Read(byte[] payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || StatedLeaf.Time(root, "occurred") is not { } occurred
                || StatedLeaf.Time(root, "committed") is not { } committed || StatedLeaf.Text(root, "sub") is not { Length: > 0 } subject
                || Hash(StatedLeaf.Text(root, "leaf")) is not { } leaf || !TryCarried(root, out var carried))
            {
                return null;
            }

            return new ReceiptClaims(
                StatedLeaf.Text(root, "iss"), subject, StatedLeaf.Text(root, "event"), StatedLeaf.Text(root, "agency"), StatedLeaf.Text(root, "digest"),
                root.TryGetProperty("documents", out var list) && list.ValueKind == JsonValueKind.Array
                    ? [.. list.EnumerateArray().Select(digest => digest.ValueKind == JsonValueKind.String ? digest.GetString() ?? "" : "")]
                    : [],
                occurred, committed, leaf, carried);
        }
        catch (JsonException)
        {
            return null; // no JSON: no receipt
        }
    }

    /// <summary>False where there is one that is none.</summary>
    private static bool TryCarried(JsonElement root, out Checkpoint? carried)
    {
        carried = null;
        if (!root.TryGetProperty("checkpoint", out var claim))
        {
            return true;
        }

        if (claim.ValueKind != JsonValueKind.Object || !claim.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number
            || !size.TryGetInt64(out var leaves) || !TreeHash.TryParse(StatedLeaf.Text(claim, "root"), out var hash))
        {
            return false;
        }

        carried = new Checkpoint(StatedLeaf.Text(claim, "origin"), leaves, hash);
        return true;
    }

    private static TreeHash? Hash(string hexadecimal) =>
        hexadecimal.Length == 2 * TreeHash.Bytes && hexadecimal.All(char.IsAsciiHexDigitLower) ? new TreeHash(Convert.FromHexString(hexadecimal)) : null;
}
