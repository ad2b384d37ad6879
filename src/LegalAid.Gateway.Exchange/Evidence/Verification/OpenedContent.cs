using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// Opens what a store keeps sealed, for whoever holds the key ring: the verifier, and the exporter of a case. It reads the sealed forms by
/// itself; only the cipher is shared with the writer.
/// </summary>
internal sealed class ContentOpener(byte[] dataKey)
{
    private const int NonceBytes = 32;
    private const byte MessageVersion = 2;

    /// <exception cref="CryptographicException">The ring does not open the exchange's key.</exception>
    public static ContentOpener Of(KeyRing ring, ArchivedExchange exchange) =>
        new(ring.Unwrap(exchange.Id, exchange.DataKey ?? throw new CryptographicException("the exchange was erased")));

    /// <exception cref="CryptographicException">The content was changed, or belongs to another message.</exception>
    public OpenedMessage Open(ArchivedMessage message)
    {
        var joined = Open("message", message.Id, message.ContentCipher);
        if (joined.Length < 1 + NonceBytes || joined[0] != MessageVersion)
        {
            throw new CryptographicException("a message's content is of no known form");
        }

        ReadOnlyMemory<byte> rest = joined.AsMemory(1 + NonceBytes);
        var receipt = string.Join('.', Part(ref rest), Part(ref rest), Part(ref rest));
        return new OpenedMessage(joined.AsMemory(1, NonceBytes), receipt, rest, PayloadOf(rest));
    }

    /// <summary>The next part of a receipt, in base64 as a JWS has it.</summary>
    private static string Part(ref ReadOnlyMemory<byte> rest)
    {
        var bytes = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest.Span);
        if (bytes < 0 || bytes > rest.Length - sizeof(int))
        {
            throw new CryptographicException("a message's receipt is of no known form");
        }

        var part = Base64Url.EncodeToString(rest.Span.Slice(sizeof(int), bytes));
        rest = rest[(sizeof(int) + bytes)..];
        return part;
    }

    /// <exception cref="CryptographicException">The names were changed, or belong to another document.</exception>
    public OpenedDocument Open(ArchivedAttachment attachment)
    {
        try
        {
            using var names = JsonDocument.Parse(Open("document-names", attachment.Id, attachment.MetaCipher));
            var root = names.RootElement;
            return new OpenedDocument(
                StatedLeaf.Text(root, "fileName"), StatedLeaf.Text(root, "mediaType"), StatedLeaf.Text(root, "sha256"),
                Convert.FromHexString(StatedLeaf.Text(root, "nonce")));
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            throw new CryptographicException("a document's names are of no known form", malformed);
        }
    }

    /// <summary>The document's bytes, a piece at a time.</summary>
    /// <exception cref="CryptographicException">A piece is missing, was changed, or belongs elsewhere.</exception>
    public IEnumerable<byte[]> Content(ILedgerArchive archive, ArchivedAttachment attachment)
    {
        for (var ordinal = 0; ordinal < Math.Max(1, attachment.ChunkCount); ordinal++)
        {
            var kind = attachment.ChunkCount == 0 ? "document"
                : ordinal == attachment.ChunkCount - 1 ? $"chunk {ordinal} last" : $"chunk {ordinal} more";
            yield return Open(kind, attachment.Id, archive.FindContent(attachment, ordinal) ?? throw new CryptographicException("a part of the document is missing"));
        }
    }

    private byte[] Open(string kind, Guid row, byte[] box) =>
        SealedBox.Open(dataKey, box, [.. Encoding.ASCII.GetBytes(kind), 0, .. row.ToByteArray(bigEndian: true)]);

    private static ReadOnlyMemory<byte> PayloadOf(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.TryGetProperty("payload", out var payload) ? Encoding.UTF8.GetBytes(payload.GetRawText()) : default;
        }
        catch (JsonException malformed)
        {
            throw new CryptographicException("a message's content is no JSON", malformed);
        }
    }
}

/// <param name="Receipt">The JWS that the sender was given.</param>
/// <param name="Content">Canonical JSON of documents and payload: what the leaf commits to.</param>
/// <param name="Payload">Canonical JSON of the payload alone.</param>
internal sealed record OpenedMessage(ReadOnlyMemory<byte> Nonce, string Receipt, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Payload)
{
    /// <summary>SHA-256 of the documents that travelled with the message, in their order.</summary>
    public IReadOnlyList<(string Id, string Sha256)> Documents()
    {
        using var document = JsonDocument.Parse(Content);
        return document.RootElement.TryGetProperty("documents", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => (StatedLeaf.Text(item, "id"), StatedLeaf.Text(item, "sha256")))]
            : [];
    }
}

internal sealed record OpenedDocument(string FileName, string MediaType, string Sha256, byte[] Nonce);
