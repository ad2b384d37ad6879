using System.Collections.Immutable;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>
/// Documents of another gateway that are here before the message that names them, as uploads of that gateway. Those of an exchange that is not here yet have a data key
/// already, which the copy gets when it is committed: it stands, wrapped, in an upload of its own that never grows, one for each exchange.
/// </summary>
internal sealed class StagedDocuments(ILedgerStore store, KeyRing keys, IIdSource ids, TimeProvider time)
{
    private const string KeyKind = "peer-key";

    /// <summary>The data key that the exchange's copy will have, made where there is none.</summary>
    public async ValueTask<StagedKey> KeyAsync(AgencyId from, ExchangeId exchange, CancellationToken cancellationToken)
    {
        var (now, id) = (time.GetUtcNow(), new AttachmentId(ids.NewId()));
        var row = new UploadRow(
            id, exchange, from, KeyKind, TotalBytes: 1, ReceivedBytes: 0, ChunkCount: 0, keys.NewDataKey(exchange.Value).Wrapped, KeyOf("key", from, exchange.Value), now, now);
        var kept = await store.BeginUploadAsync(row, cancellationToken); // of two at a time both get the one that was first
        return new StagedKey(kept.Id, new ExchangeCipher(keys.Unwrap(exchange.Value, kept.NamesCipher)), kept.NamesCipher);
    }

    /// <summary>The document as far as it came, begun where it was not. Null where the id is another's.</summary>
    public async ValueTask<UploadRow?> BeginAsync(AgencyId from, ExchangeId exchange, IncomingDocument document, ExchangeCipher cipher, CancellationToken cancellationToken)
    {
        var (id, size, now) = (document.Known!.Value.Id, document.Apart!.SizeBytes, time.GetUtcNow()); // a document that comes apart has both
        if (await store.FindUploadAsync(id, cancellationToken) is { } found)
        {
            if (found.Sender != from || found.Exchange != exchange)
            {
                return null;
            }

            if (NamesOf(found, cipher) == NamesOf(document) && found.TotalBytes == size)
            {
                return found;
            }

            await store.AbandonUploadAsync(id, cancellationToken); // under a key that was swept, or of another document
        }

        var row = new UploadRow(
            id, exchange, from, document.Kind, size, ReceivedBytes: 0, ChunkCount: 0, cipher.Seal(ExchangeCipher.UploadNames, id.Value, NamesOf(document).Encode()),
            KeyOf("document", from, id.Value), now, now);
        var begun = await store.BeginUploadAsync(row, cancellationToken);
        return begun.Id == id && begun.Exchange == exchange ? begun : null;
    }

    /// <summary>The upload, where the document is whole and of that gateway; null otherwise.</summary>
    public async ValueTask<UploadRow?> FindWholeAsync(AgencyId from, ExchangeId exchange, IncomingDocument document, ExchangeCipher cipher, CancellationToken cancellationToken) =>
        document is { Known: { } known, Apart: { } apart } && await store.FindUploadAsync(known.Id, cancellationToken) is { } upload
        && upload.Sender == from && upload.Exchange == exchange && upload.TotalBytes == apart.SizeBytes && upload.ReceivedBytes == apart.SizeBytes && NamesOf(upload, cipher) == NamesOf(document)
            ? upload
            : null;

    /// <summary>The copy has the key now. Where this is not reached, the sweep of uploads takes the row.</summary>
    public ValueTask ForgetAsync(StagedKey key) => store.AbandonUploadAsync(key.Row, CancellationToken.None);

    public static UploadNames NamesOf(IncomingDocument document) => new(document.FileName, document.MediaType, document.Apart?.Digest.Sha256 ?? "");

    /// <summary>Null where the upload is under another key.</summary>
    private static UploadNames? NamesOf(UploadRow upload, ExchangeCipher cipher)
    {
        try
        {
            return UploadNames.Decode(cipher.Open(ExchangeCipher.UploadNames, upload.Id.Value, upload.NamesCipher));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ImmutableArray<byte> KeyOf(string what, AgencyId from, Guid of) => KeyedRequest.KeyOf(keys, from, $"peer-{what}", $"{of}");
}

/// <param name="Row">Of the upload that holds it.</param>
internal sealed record StagedKey(AttachmentId Row, ExchangeCipher Cipher, byte[] Wrapped);
