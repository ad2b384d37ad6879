using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Documents, erasure and rotation.</summary>
public sealed partial class SqliteLedgerStore
{
    public ValueTask<ImmutableArray<AttachmentRow>> ListAttachmentsAsync(ExchangeId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.ListAttachments(id), cancellationToken);

    public ValueTask<(AttachmentRow Row, byte[] ContentCipher)?> FindAttachmentAsync(
        ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.FindAttachment(exchange, id), cancellationToken);

    public ValueTask<byte[]?> FindChunkAsync(AttachmentId id, int ordinal, CancellationToken cancellationToken) =>
        throw new NotSupportedException("FindChunkAsync");

    public ValueTask<UploadRow> BeginUploadAsync(UploadRow row, CancellationToken cancellationToken) =>
        throw new NotSupportedException("BeginUploadAsync");

    public ValueTask<UploadRow?> FindUploadAsync(AttachmentId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("FindUploadAsync");

    public ValueTask<bool> AppendChunkAsync(
        AttachmentId id, int ordinal, byte[] cipher, long receivedBytes, DateTimeOffset at, CancellationToken cancellationToken) =>
        throw new NotSupportedException("AppendChunkAsync");

    public ValueTask AbandonUploadAsync(AttachmentId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("AbandonUploadAsync");

    public ValueTask<ImmutableArray<UploadRow>> ListIdleUploadsAsync(DateTimeOffset before, int countMax, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListIdleUploadsAsync");

    public ValueTask<(int Count, long Bytes)> SumUploadsAsync(AgencyId sender, CancellationToken cancellationToken) =>
        throw new NotSupportedException("SumUploadsAsync");

    public ValueTask<ImmutableArray<ExchangeId>> ListErasureDueAsync(DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListErasureDueAsync");

    public ValueTask<bool> EraseAsync(ExchangeId id, long expectedVersion, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        throw new NotSupportedException("EraseAsync");

    public ValueTask<ImmutableArray<(ExchangeId Exchange, byte[] DataKey)>> ListDataKeysAsync(
        ExchangeId? after, int countMax, CancellationToken cancellationToken) =>
        throw new NotSupportedException("ListDataKeysAsync");

    public ValueTask<bool> RewrapAsync(ExchangeId id, byte[] before, byte[] after, CancellationToken cancellationToken) =>
        throw new NotSupportedException("RewrapAsync");
}
