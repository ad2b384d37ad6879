using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// What a leaf says, read from its entry, and its hash as the entry gives it. Reading and hashing are the verifier's own: it is there to find
/// the writer's faults.
/// </summary>
public sealed record StatedLeaf(
    Guid Id, string Kind, DateTimeOffset At, Guid? Exchange, Guid? Subject, string? Agency, TreeHash Hash)
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>Of a message: its event, place in the exchange, digest of the type, civil time and those it went to.</summary>
    public string Event { get; private init; } = "";

    public long Sequence { get; private init; }

    public string TypeDigest { get; private init; } = "";

    public DateTimeOffset? Occurred { get; private init; }

    public ImmutableArray<string> Recipients { get; private init; } = [];

    /// <summary>Of a message that went to other cities' gateways: those gateways, and the recipients whom they tell.</summary>
    public ImmutableArray<string> Gateways { get; private init; } = [];

    public ImmutableArray<string> Away { get; private init; } = [];

    /// <summary>Id of the key by which the sender signed the request; empty where it did not.</summary>
    public string SignedBy { get; private init; } = "";

    /// <summary>Of a message or document: SHA-256(nonce ‖ content), lower-case hexadecimal.</summary>
    public string Commitment { get; private init; } = "";

    /// <summary>Of a document.</summary>
    public string DocumentKind { get; private init; } = "";

    public long Bytes { get; private init; }

    /// <summary>Of a delivery: the message, and what came of it.</summary>
    public string Message { get; private init; } = "";

    public string Outcome { get; private init; } = "";

    /// <summary>SHA-256(0x00 ‖ entry) (RFC 6962 2.1).</summary>
    public static TreeHash HashOf(ReadOnlySpan<byte> entry)
    {
        Span<byte> hash = stackalloc byte[TreeHash.Bytes];
        byte[] prefixed = [0, .. entry];
        SHA256.HashData(prefixed, hash);
        return new TreeHash(hash);
    }

    /// <summary>SHA-256(nonce ‖ content), lower-case hexadecimal.</summary>
    public static string CommitmentOf(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content)
    {
        byte[] joined = [.. nonce, .. content];
        return Convert.ToHexStringLower(SHA256.HashData(joined));
    }

    /// <summary>Null where the entry is no leaf of this gateway.</summary>
    public static StatedLeaf? Read(byte[] entry)
    {
        try
        {
            using var document = JsonDocument.Parse(entry);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") is not { Length: > 0 } kind
                || !Guid.TryParseExact(Text(root, "id"), "D", out var id) || Time(root, "at") is not { } at)
            {
                return null;
            }

            return new StatedLeaf(id, kind, at, Uuid(root, "exchange"), Uuid(root, "subject"), TextOrNull(root, "agency"), HashOf(entry))
            {
                Event = Text(root, "event"),
                Sequence = Number(root, "sequence"),
                TypeDigest = Text(root, "typeDigest"),
                Occurred = Time(root, "occurred"),
                Recipients = Agencies(root, "recipients"),
                Gateways = Agencies(root, "gateways"),
                Away = Agencies(root, "away"),
                SignedBy = Text(root, "signedBy"),
                Commitment = Text(root, "commitment"),
                DocumentKind = Text(root, "documentKind"),
                Bytes = Number(root, "bytes"),
                Message = Text(root, "message"),
                Outcome = Text(root, "outcome"),
            };
        }
        catch (JsonException)
        {
            return null; // no JSON: no leaf of ours
        }
    }

    private static ImmutableArray<string> Agencies(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(agency => agency.ValueKind == JsonValueKind.String ? agency.GetString() ?? "" : "")]
            : [];

    /// <summary>Null where the text is no JSON object.</summary>
    internal static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var document = JsonDocument.Parse(utf8);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // No JSON: no object.
        }

        return null;
    }

    internal static DateTimeOffset? Time(JsonElement of, string name) =>
        DateTimeOffset.TryParseExact(Text(of, name), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    internal static string Text(JsonElement of, string name) => TextOrNull(of, name) ?? "";

    private static string? TextOrNull(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Guid? Uuid(JsonElement of, string name) => Guid.TryParseExact(TextOrNull(of, name), "D", out var id) ? id : null;

    private static long Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}
