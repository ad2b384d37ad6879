using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>The part of a <see cref="ILedgerStore"/> that keeps documents, and the keys under which content is readable at all.</summary>
public interface IContentStore
{
    // Documents

    ValueTask<ImmutableArray<AttachmentRow>> ListAttachmentsAsync(ExchangeId id, CancellationToken cancellationToken);

    /// <summary>A document; its content is empty where it was uploaded in chunks.</summary>
    ValueTask<(AttachmentRow Row, byte[] ContentCipher)?> FindAttachmentAsync(
        ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken);

    /// <summary>One chunk of a document or of an upload under way, by its ordinal from 0; null where there is none.</summary>
    ValueTask<byte[]?> FindChunkAsync(AttachmentId id, int ordinal, CancellationToken cancellationToken);

    // Uploads under way. An upload has the id that its document will have, and ends as a NewAttachment of a commit.

    /// <summary>Begins an upload, or finds the one that was begun with the same <see cref="UploadRow.RequestKey"/>.</summary>
    ValueTask<UploadRow> BeginUploadAsync(UploadRow row, CancellationToken cancellationToken);

    ValueTask<UploadRow?> FindUploadAsync(AttachmentId id, CancellationToken cancellationToken);

    /// <summary>
    /// Lets an upload grow by a chunk, durably, from <see cref="UploadGrowth.BytesBefore"/>. False, with nothing written, where the upload is gone
    /// or has received another number of bytes: another call was first.
    /// </summary>
    ValueTask<bool> AppendChunkAsync(AttachmentId id, UploadGrowth growth, CancellationToken cancellationToken);

    /// <summary>Gives an upload up and removes its chunks. Harmless to repeat, and on a document that is committed.</summary>
    ValueTask AbandonUploadAsync(AttachmentId id, CancellationToken cancellationToken);

    /// <summary>Uploads that have not grown since <paramref name="before"/>, longest idle first.</summary>
    ValueTask<ImmutableArray<UploadRow>> ListIdleUploadsAsync(DateTimeOffset before, int countMax, CancellationToken cancellationToken);

    /// <summary>An agency's uploads under way: how many, and the bytes they have and are promised.</summary>
    ValueTask<(int Count, long Bytes)> SumUploadsAsync(AgencyId sender, CancellationToken cancellationToken);

    // Erasure and rotation

    /// <summary>Exchanges whose content is to be erased by <paramref name="civilNow"/> and is not yet, earliest first.</summary>
    ValueTask<ImmutableArray<ExchangeId>> ListErasureDueAsync(DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken);

    /// <summary>
    /// Erases an exchange's content, whole or not at all: its data key, view, payloads, names and content of documents with their chunks, uploads, details
    /// of deliveries, holds and search terms. What stays: rows with agencies, type, state, case number, kinds, sizes and dates, leaves, idempotency keys.
    /// Its version becomes <paramref name="expectedVersion"/> + 1; no clock runs on; deliveries that wait, are leased or parked end as Dead with the
    /// outcome "erased" and are not overdue. False, with nothing written, where it is at another version or erased already.
    /// </summary>
    ValueTask<bool> EraseAsync(ExchangeId id, long expectedVersion, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what erased content left behind in the store's own files, as far as the store can; called after a batch of erasures. It may take
    /// seconds, and erasure does not wait for it. Harmless to repeat.
    /// </summary>
    ValueTask ScrubAsync(CancellationToken cancellationToken);

    /// <summary>Exchanges with their wrapped data keys, by id, after <paramref name="after"/>; erased ones are left out.</summary>
    ValueTask<ImmutableArray<(ExchangeId Exchange, byte[] DataKey)>> ListDataKeysAsync(
        ExchangeId? after, int countMax, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a data key that was wrapped anew in place of the one before; the exchange's version stays. False where it is another, or gone. A commit
    /// leaves an exchange's data key as it stands: one that was decided on before does not bring the old wrapping back.
    /// </summary>
    ValueTask<bool> RewrapAsync(ExchangeId id, byte[] before, byte[] after, CancellationToken cancellationToken);
}

/// <summary>An upload under way.</summary>
/// <param name="TotalBytes">As announced; the upload is whole when it has received as many.</param>
/// <param name="NamesCipher">File name and media type as announced, encrypted under the exchange's data key.</param>
/// <param name="RequestKey">Keyed hash of agency and request id: beginning again with the same one finds this upload.</param>
public sealed record UploadRow(
    AttachmentId Id,
    ExchangeId Exchange,
    AgencyId Sender,
    string Kind,
    long TotalBytes,
    long ReceivedBytes,
    int ChunkCount,
    byte[] NamesCipher,
    ImmutableArray<byte> RequestKey,
    DateTimeOffset CreatedAt,
    DateTimeOffset GrownAt);

/// <summary>How an upload grows.</summary>
/// <param name="BytesBefore">What it has received when this chunk is put to it.</param>
/// <param name="Ordinal">The next ordinal; or the last one again, where that chunk was not full: it is replaced.</param>
/// <param name="Cipher">The chunk, encrypted.</param>
/// <param name="BytesAfter">What it has received then.</param>
public sealed record UploadGrowth(long BytesBefore, int Ordinal, byte[] Cipher, long BytesAfter, DateTimeOffset At);
