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
        _readers.ReadAsync(session => session.Contents.FindChunk(id, ordinal), cancellationToken);

    public ValueTask<UploadRow> BeginUploadAsync(UploadRow row, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Contents.Begin(row), static _ => true, cancellationToken);

    public ValueTask<UploadRow?> FindUploadAsync(AttachmentId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.FindUpload(id), cancellationToken);

    public ValueTask<bool> AppendChunkAsync(AttachmentId id, UploadGrowth growth, CancellationToken cancellationToken)
    {
        UnitRules.Require(growth);
        return _writer.WriteAsync((session, _) => session.Contents.Grow(id, growth), static _ => true, cancellationToken);
    }

    public async ValueTask AbandonUploadAsync(AttachmentId id, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, _) =>
            {
                session.Contents.Abandon(id);
                return true;
            },
            static _ => true,
            cancellationToken).ConfigureAwait(false);

    public ValueTask<ImmutableArray<UploadRow>> ListIdleUploadsAsync(DateTimeOffset before, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.IdleUploads(before, countMax), cancellationToken);

    public ValueTask<(int Count, long Bytes)> SumUploadsAsync(AgencyId sender, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Contents.SumUploads(sender), cancellationToken);

    public ValueTask<ImmutableArray<ExchangeId>> ListErasureDueAsync(DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Exchanges.ErasureDue(civilNow, countMax), cancellationToken);

    public ValueTask<bool> EraseAsync(ExchangeId id, long expectedVersion, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Contents.Erase(id, expectedVersion, at, leaf), static _ => true, cancellationToken);

    /// <summary>
    /// Empties the log's file. The writer does it after a group, so a group is made for it; where readers are in the way for ten seconds, it
    /// is left to the next time.
    /// </summary>
    public async ValueTask ScrubAsync(CancellationToken cancellationToken)
    {
        var emptied = _checkpointer.TruncateNext();
        await _writer.WriteAsync(static (_, _) => true, static _ => true, cancellationToken).ConfigureAwait(false);
        await emptied.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<ImmutableArray<(ExchangeId Exchange, byte[] DataKey)>> ListDataKeysAsync(
        ExchangeId? after, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Exchanges.DataKeys(after, countMax), cancellationToken);

    public ValueTask<bool> RewrapAsync(ExchangeId id, byte[] before, byte[] after, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Contents.Rewrap(id, before, after), static _ => true, cancellationToken);
}
