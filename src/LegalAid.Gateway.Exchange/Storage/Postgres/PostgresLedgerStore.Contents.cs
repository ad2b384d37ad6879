using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Documents, uploads, erasure and rotation.</summary>
public sealed partial class PostgresLedgerStore
{
    public ValueTask<ImmutableArray<AttachmentRow>> ListAttachmentsAsync(ExchangeId id, CancellationToken cancellationToken) =>
        new(_contents.ListAttachmentsAsync(id, cancellationToken));

    public ValueTask<(AttachmentRow Row, byte[] ContentCipher)?> FindAttachmentAsync(
        ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken) => new(_contents.FindAttachmentAsync(exchange, id, cancellationToken));

    public ValueTask<byte[]?> FindChunkAsync(AttachmentId id, int ordinal, CancellationToken cancellationToken) =>
        new(_contents.FindChunkAsync(id, ordinal, cancellationToken));

    public ValueTask<UploadRow> BeginUploadAsync(UploadRow row, CancellationToken cancellationToken) =>
        _contentWriter.BeginUploadAsync(row, cancellationToken);

    public ValueTask<UploadRow?> FindUploadAsync(AttachmentId id, CancellationToken cancellationToken) => new(_contents.FindUploadAsync(id, cancellationToken));

    public ValueTask<bool> AppendChunkAsync(AttachmentId id, UploadGrowth growth, CancellationToken cancellationToken)
    {
        UnitRules.Require(growth);
        return _contentWriter.AppendChunkAsync(id, growth, cancellationToken);
    }

    public ValueTask AbandonUploadAsync(AttachmentId id, CancellationToken cancellationToken) => _contentWriter.AbandonAsync(id, cancellationToken);

    public ValueTask<ImmutableArray<UploadRow>> ListIdleUploadsAsync(DateTimeOffset before, int countMax, CancellationToken cancellationToken) =>
        new(_contents.IdleUploadsAsync(before, countMax, cancellationToken));

    public ValueTask<(int Count, long Bytes)> SumUploadsAsync(AgencyId sender, CancellationToken cancellationToken) =>
        new(_contents.SumUploadsAsync(sender.Value, cancellationToken));

    public ValueTask<ImmutableArray<ExchangeId>> ListErasureDueAsync(DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken) =>
        new(_exchanges.ErasureDueAsync(civilNow, countMax, cancellationToken));

    public ValueTask<bool> EraseAsync(ExchangeId id, long expectedVersion, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        _contentWriter.EraseAsync(id, expectedVersion, at, leaf, cancellationToken);

    /// <summary>Removes the rows that erasure left dead; what the server's own log and backups still hold goes when those do.</summary>
    public async ValueTask ScrubAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var scrub = new NpgsqlCommand(ContentWriter.ScrubSql, connection);
        await scrub.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<ImmutableArray<(ExchangeId Exchange, byte[] DataKey)>> ListDataKeysAsync(
        ExchangeId? after, int countMax, CancellationToken cancellationToken) => new(_exchanges.DataKeysAsync(after, countMax, cancellationToken));

    public ValueTask<bool> RewrapAsync(ExchangeId id, byte[] before, byte[] after, CancellationToken cancellationToken) =>
        _contentWriter.RewrapAsync(id, before, after, cancellationToken);
}
