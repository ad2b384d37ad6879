using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Turns a document into its row, sealed, and its evidence leaf: one that came whole in a request, or one that was uploaded in chunks.</summary>
internal sealed class DocumentSealer(IIdSource ids)
{
    public SealedDocument Whole(CommitOrigin origin, IncomingDocument document, AgencyId? sender, DateTimeOffset now)
    {
        var by = document.Known?.Sender ?? sender ?? throw new InvalidOperationException("the gateway itself sends no documents");
        var id = document.Known?.Id ?? new AttachmentId(ids.NewId());
        var reading = new DocumentReading(
            id, by, document.Kind, document.FileName, document.MediaType, document.Content.Length, "", "", now).With(DocumentDigest.Of(document.Content.Span));
        return Seal(origin, reading, chunkCount: 0, origin.Cipher.Seal(ExchangeCipher.Document, id.Value, document.Content.Span));
    }

    public SealedDocument Uploaded(CommitOrigin origin, UploadRow upload, UploadNames names, DocumentDigest digest, DateTimeOffset now)
    {
        var reading = new DocumentReading(
            upload.Id, upload.Sender, upload.Kind, names.FileName, names.MediaType, upload.TotalBytes, "", "", now).With(digest);
        return Seal(origin, reading, upload.ChunkCount, content: []);
    }

    /// <summary>One that came from another gateway in parts, whose digests were compared when it was whole.</summary>
    public SealedDocument Staged(CommitOrigin origin, UploadRow upload, IncomingDocument document, DateTimeOffset now) =>
        document is { Known: { } known, Apart: { } apart }
            ? Uploaded(origin, upload with { Sender = known.Sender }, StagedDocuments.NamesOf(document), apart.Digest, now)
            : throw new ArgumentException("no document that came in parts", nameof(document));

    private SealedDocument Seal(CommitOrigin origin, DocumentReading reading, int chunkCount, byte[] content)
    {
        Span<byte> nonce = stackalloc byte[MessageContent.NonceBytes];
        ids.Fill(nonce);
        var digest = new DocumentDigest(reading.Sha256, reading.Sm3);
        var names = new DocumentNames(reading.FileName, reading.MediaType, reading.SizeBytes, digest, Convert.ToHexStringLower(nonce));
        var row = new AttachmentRow(
            reading.Id, origin.Id, reading.Sender, reading.Kind, reading.SizeBytes, reading.CreatedAt,
            origin.Cipher.Seal(ExchangeCipher.DocumentNames, reading.Id.Value, names.Encode()))
        {
            ChunkCount = chunkCount,
        };
        var leaf = Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Attachment, origin.Id, reading.Id.Value, reading.Sender, reading.CreatedAt, new JsonObject
        {
            ["documentKind"] = reading.Kind,
            ["bytes"] = reading.SizeBytes,
            ["commitment"] = Leaf.Commitment(nonce, Encoding.ASCII.GetBytes(digest.Sha256)),
        });
        return new SealedDocument(new NewAttachment(row, content), leaf, reading);
    }
}

/// <summary>A document as a commit writes it, and as it reads.</summary>
internal sealed record SealedDocument(NewAttachment New, LeafRow Leaf, DocumentReading Reading);
