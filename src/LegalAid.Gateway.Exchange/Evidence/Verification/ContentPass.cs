using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Keys;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// What an exchange keeps sealed: payloads are what their leaves commit to, receipts are signed and speak of them, documents have the digest
/// that was committed to. Safe on any thread.
/// </summary>
internal sealed class ContentPass(ILedgerArchive archive, StoreQuestion question, KeyRing ring, FindingList findings)
{
    /// <summary>Roots kept by size: receipts of one time carry one checkpoint.</summary>
    private const int RootsMax = 1024;

    private readonly ReceiptVerifier _receipts = new(question.Keys, question.Bounds, findings);
    private readonly ConcurrentDictionary<long, TreeHash?> _roots = new();

    public void Run(ExchangeDossier dossier, ILookup<(string, Guid?), StatedLeaf> leaves)
    {
        if (dossier.Row is not { } row)
        {
            return; // EXCHANGE_MISSING says it
        }

        ContentOpener opener;
        try
        {
            opener = ContentOpener.Of(ring, row);
        }
        catch (CryptographicException sealedStill)
        {
            findings.Add(FindingCodes.ExchangeKey, EntryName.Exchange(dossier.Id), sealedStill.Message);
            return;
        }

        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attachment in dossier.Attachments)
        {
            Attachment(opener, dossier.Id, attachment, leaves[(LeafKinds.Attachment, attachment.Id)].FirstOrDefault(), digests);
        }

        foreach (var message in dossier.Messages)
        {
            Message(opener, dossier, message, leaves[(LeafKinds.Message, message.Id)].FirstOrDefault(), digests);
        }
    }

    private void Message(ContentOpener opener, ExchangeDossier dossier, ArchivedMessage message, StatedLeaf? leaf, Dictionary<string, string> digests)
    {
        var entry = EntryName.Message(dossier.Id, message.Id);
        OpenedMessage opened;
        try
        {
            opened = opener.Open(message);
        }
        catch (CryptographicException)
        {
            findings.Add(FindingCodes.MessageUnreadable, entry);
            return;
        }

        findings.Require(
            leaf is null || StatedLeaf.CommitmentOf(opened.Nonce.Span, opened.Content.Span) == leaf.Commitment, FindingCodes.MessageContent, entry);
        SenderSignaturePass.Check(opened.Content, leaf, entry, findings);
        var documents = opened.Documents();
        foreach (var (id, sha256) in documents)
        {
            findings.Require(digests.GetValueOrDefault(id) == sha256, FindingCodes.AttachmentContent, $"{EntryName.Exchange(dossier.Id)}/attachments/{id}");
        }

        if (_receipts.Read(opened.Receipt, entry) is not { } claims)
        {
            return;
        }

        findings.Require(
            Convert.ToHexStringLower(SHA256.HashData(opened.Payload.Span)) == claims.Digest, FindingCodes.ReceiptPayload, entry);
        findings.Require(documents.Select(document => document.Sha256).SequenceEqual(claims.Documents), FindingCodes.ReceiptDocuments, entry);
        _receipts.CheckStated(claims, leaf, entry);
        Carried(claims, dossier.Leaves.FirstOrDefault(row => row.Id == leaf?.Id)?.Index, entry);
    }

    /// <summary>The head that a receipt carries is one of this log, and does not hold the receipt's own leaf.</summary>
    private void Carried(ReceiptClaims claims, long? index, string entry)
    {
        if (claims.Carried is { } carried)
        {
            _receipts.CheckPlace(claims, index ?? long.MaxValue, [], entry);
            findings.Require(RootAt(carried.Size) == carried.Root, FindingCodes.ReceiptCheckpoint, entry, EntryName.Checkpoint(carried.Size));
        }
    }

    /// <summary>The root that the store's checkpoint of that size has; whether that is the leaves' is found by the walk over the log.</summary>
    private TreeHash? RootAt(long size)
    {
        if (_roots.Count >= RootsMax)
        {
            _roots.Clear();
        }

        return _roots.GetOrAdd(size, wanted =>
            archive.ListCheckpoints((wanted, ""), 1) is [{ Root.Length: TreeHash.Bytes } row] && row.Size == wanted ? new TreeHash(row.Root) : null);
    }

    private void Attachment(ContentOpener opener, Guid exchange, ArchivedAttachment attachment, StatedLeaf? leaf, Dictionary<string, string> digests)
    {
        var entry = EntryName.Attachment(exchange, attachment.Id);
        try
        {
            var names = opener.Open(attachment);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            foreach (var piece in opener.Content(archive, attachment))
            {
                hash.AppendData(piece);
                bytes += piece.Length;
            }

            var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            digests[attachment.Id.ToString()] = digest;
            findings.Require(digest == names.Sha256 && bytes == attachment.SizeBytes, FindingCodes.AttachmentContent, entry);
            findings.Require(
                leaf is null || StatedLeaf.CommitmentOf(names.Nonce, Encoding.ASCII.GetBytes(names.Sha256)) == leaf.Commitment,
                FindingCodes.AttachmentCommitment, entry);
        }
        catch (CryptographicException)
        {
            findings.Add(FindingCodes.AttachmentUnreadable, entry);
        }
    }
}
