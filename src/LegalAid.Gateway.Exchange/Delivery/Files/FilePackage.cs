using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>
/// A message as a zip: <c>event.json</c>, the CloudEvent that a push would carry; <c>documents/{id}</c>, the documents; <c>manifest.json</c>,
/// every file with its size and SHA-256; <c>manifest.jws</c>, a detached JWS over the manifest by the gateway's receipt key. Who checks the
/// signature and the digests has checked everything.
/// </summary>
internal static class FilePackage
{
    public const string Suffix = ".zip";

    /// <summary>The <c>typ</c> of the manifest's signature.</summary>
    public const string ManifestType = "legalaid-package+jws";

    /// <summary>The order within an exchange shows in the name; the delivery, by which it is acknowledged, ends it.</summary>
    public static string NameOf(DeliveryRow row) => $"{row.Exchange}.{row.Sequence:D10}.{row.Id}{Suffix}";

    /// <summary>Ends the name of every package of the delivery.</summary>
    public static string EndOf(DeliveryId id) => $".{id}{Suffix}";

    /// <param name="find">Opens a document; null where it is erased, and then it is left out.</param>
    public static async Task WriteAsync(
        Stream output, Envelope envelope, Uri issuer, ReceiptSigner signer, Func<DocumentReading, Task<OpenDocument?>> find, CancellationToken cancellationToken)
    {
        await using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        var files = new JsonArray { await PutAsync(zip, "event.json", One(CloudEvent.Encode(envelope, issuer)), cancellationToken) };
        foreach (var document in envelope.Documents)
        {
            if (await find(document) is { } open)
            {
                // A chunk at a time: a document may be far larger than memory.
                files.Add(await PutAsync(zip, $"documents/{document.Id}", open.ReadAsync(0, open.Reading.SizeBytes, cancellationToken), cancellationToken));
            }
        }

        var manifest = CanonicalJson.Canonicalise(new JsonObject
        {
            ["v"] = 1,
            ["iss"] = issuer.OriginalString,
            ["delivery"] = envelope.Delivery.Id.ResourceName,
            ["recipient"] = envelope.Delivery.Recipient.ResourceName,
            ["exchange"] = envelope.Message.Exchange.ResourceName,
            ["sequence"] = envelope.Delivery.Sequence,
            ["files"] = files,
        });
        await PutAsync(zip, "manifest.json", One(manifest), cancellationToken);
        await PutAsync(zip, "manifest.jws", One(Encoding.ASCII.GetBytes(signer.SignDetached(manifest, ManifestType))), cancellationToken);
    }

    private static async Task<JsonNode> PutAsync(
        ZipArchive zip, string name, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        await using var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await foreach (var part in content)
        {
            hash.AppendData(part.Span);
            size += part.Length;
            await entry.WriteAsync(part, cancellationToken);
        }

        return new JsonObject { ["path"] = name, ["sizeBytes"] = size, ["sha256"] = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    private static IAsyncEnumerable<ReadOnlyMemory<byte>> One(ReadOnlyMemory<byte> content) => AsyncEnumerable.Repeat(content, 1);
}
