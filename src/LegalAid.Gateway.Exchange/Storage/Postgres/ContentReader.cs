using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Ledger;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Reads messages, documents, uploads, configurations and settings.</summary>
internal sealed class ContentReader(StoreReader reader)
{
    private const string MessageColumns =
        "m.id, m.exchange_id, m.sequence, m.event, m.sender, m.state_after, m.occurred_at_civil, m.committed_at, m.content_cipher, m.leaf_hash, "
        + "m.trace_parent";

    private const string AttachmentColumns = "a.id, a.exchange_id, a.sender, a.kind, a.size_bytes, a.created_at, a.meta_cipher, a.chunk_count";

    public const string UploadColumns =
        "id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at";

    public const string ListMessagesSql =
        $"SELECT {MessageColumns} FROM message m WHERE m.exchange_id = $1 AND m.sequence > $2 ORDER BY m.sequence LIMIT $3";

    public const string FindMessageSql = $"SELECT {MessageColumns} FROM message m WHERE m.id = $1";

    public const string ListAttachmentsSql = $"SELECT {AttachmentColumns} FROM attachment a WHERE a.exchange_id = $1 ORDER BY a.id";

    public const string FindAttachmentSql = $"SELECT {AttachmentColumns}, a.content_cipher FROM attachment a WHERE a.exchange_id = $1 AND a.id = $2";

    public const string FindChunkSql = "SELECT cipher FROM chunk WHERE attachment_id = $1 AND ordinal = $2";

    public const string FindUploadSql = $"SELECT {UploadColumns} FROM upload WHERE id = $1";

    public const string FindRequestSql = $"SELECT {UploadColumns} FROM upload WHERE request_key = $1";

    public const string IdleUploadsSql = $"SELECT {UploadColumns} FROM upload WHERE grown_at < $1 ORDER BY grown_at, id LIMIT $2";

    public const string SumUploadsSql = "SELECT count(*), coalesce(sum(total_bytes), 0)::bigint FROM upload WHERE sender = $1";

    public const string ActiveConfigurationSql = "SELECT digest FROM active_configuration WHERE one";

    public const string FindConfigurationSql = "SELECT content FROM configuration WHERE digest = $1";

    public const string FindSettingSql = "SELECT value FROM setting WHERE name = $1";

    public const string ListRevokedSql = "SELECT token FROM revoked WHERE expires_at > $1 LIMIT $2";

    public const string ListSettingsSql = "SELECT name, value FROM setting WHERE starts_with(name, $1) ORDER BY name";

    // What a delivery carries: each side by its key, documents of the exchange beside it.
    public const string OutgoingSql = $"""
        SELECT n.ord, {ExchangeReader.Columns}, {MessageColumns}
        FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS n (exchange_id, message_id, ord)
        JOIN exchange e ON e.id = n.exchange_id JOIN message m ON m.id = n.message_id
        ORDER BY n.ord
        """;

    public const string AttachmentsOfSql = $"SELECT {AttachmentColumns} FROM attachment a WHERE a.exchange_id = ANY ($1) ORDER BY a.exchange_id, a.id";

    public Task<ImmutableArray<MessageRow>> ListMessagesAsync(ExchangeId id, long afterSequence, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(
            ListMessagesSql, to => to.With(id.Value).With(afterSequence).With((long)countMax), static row => ReadMessage(row, 0), cancellationToken);

    public Task<MessageRow?> FindMessageAsync(MessageId id, CancellationToken cancellationToken) =>
        reader.FindAsync(FindMessageSql, to => to.With(id.Value), static row => ReadMessage(row, 0), cancellationToken);

    public Task<ImmutableArray<AttachmentRow>> ListAttachmentsAsync(ExchangeId id, CancellationToken cancellationToken) =>
        reader.ListAsync(ListAttachmentsSql, to => to.With(id.Value), ReadAttachment, cancellationToken);

    public async Task<(AttachmentRow Row, byte[] ContentCipher)?> FindAttachmentAsync(
        ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken)
    {
        var found = await reader.ListAsync(
            FindAttachmentSql, to => to.With(exchange.Value).With(id.Value), static row => (ReadAttachment(row), row.Blob(8)), cancellationToken)
            .ConfigureAwait(false);
        return found.IsEmpty ? null : found[0];
    }

    public Task<byte[]?> FindChunkAsync(AttachmentId id, int ordinal, CancellationToken cancellationToken) =>
        reader.FindAsync(FindChunkSql, to => to.With(id.Value).With(ordinal), static row => row.Blob(0), cancellationToken);

    public Task<UploadRow?> FindUploadAsync(AttachmentId id, CancellationToken cancellationToken) =>
        reader.FindAsync(FindUploadSql, to => to.With(id.Value), ReadUpload, cancellationToken);

    public Task<ImmutableArray<UploadRow>> IdleUploadsAsync(DateTimeOffset before, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(IdleUploadsSql, to => to.With(before).With((long)countMax), ReadUpload, cancellationToken);

    public async Task<(int Count, long Bytes)> SumUploadsAsync(string sender, CancellationToken cancellationToken)
    {
        var found = await reader.ListAsync(
            SumUploadsSql, to => to.With(sender), static row => ((int)row.GetInt64(0), row.GetInt64(1)), cancellationToken).ConfigureAwait(false);
        return found[0];
    }

    /// <summary>Two reads: an attachment that is added between them belongs to a later message, and does no harm.</summary>
    public async Task<ImmutableArray<OutgoingRow>> ReadOutgoingAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken)
    {
        var found = await reader.ListAsync(
            OutgoingSql,
            to => to.With(deliveries.Select(static row => row.Exchange.Value).ToArray()).With(deliveries.Select(static row => row.Message.Value).ToArray()),
            static row => (Place: (int)row.GetInt64(0) - 1, Exchange: ExchangeReader.Read(row, 1), Message: ReadMessage(row, 18)), cancellationToken)
            .ConfigureAwait(false);
        var attachments = await reader.ListAsync(
            AttachmentsOfSql, to => to.With(found.Select(static row => row.Exchange.Id.Value).Distinct().ToArray()), ReadAttachment, cancellationToken)
            .ConfigureAwait(false);
        var byExchange = attachments.ToLookup(static row => row.Exchange);
        return [.. found.Select(row => new OutgoingRow(deliveries[row.Place], row.Exchange, row.Message, [.. byExchange[row.Exchange.Id]]))];
    }

    public Task<string?> ActiveConfigurationAsync(CancellationToken cancellationToken) =>
        reader.FindAsync(ActiveConfigurationSql, static _ => { }, static row => row.GetString(0), cancellationToken);

    public Task<byte[]?> FindConfigurationAsync(string digest, CancellationToken cancellationToken) =>
        reader.FindAsync(FindConfigurationSql, to => to.With(digest), static row => row.Blob(0), cancellationToken);

    public Task<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        reader.FindAsync(FindSettingSql, to => to.With(name), static row => row.GetString(0), cancellationToken);

    public Task<ImmutableArray<ImmutableArray<byte>>> ListRevokedAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken) =>
        reader.ListAsync(ListRevokedSql, to => to.With(now).With((long)countMax), static row => row.Blob(0).ToImmutableArray(), cancellationToken);

    public Task<ImmutableArray<(string Name, string Value)>> ListSettingsAsync(string prefix, CancellationToken cancellationToken) =>
        reader.ListAsync(ListSettingsSql, to => to.With(prefix), static row => (row.GetString(0), row.GetString(1)), cancellationToken);

    public static UploadRow ReadUpload(NpgsqlDataReader row) => new(
        new AttachmentId(row.Uuid(0)), new ExchangeId(row.Uuid(1)), row.Agency(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5),
        row.GetInt32(6), row.Blob(7), [.. row.Blob(8)], row.Instant(9), row.Instant(10));

    private static MessageRow ReadMessage(NpgsqlDataReader row, int at) => new(
        new MessageId(row.Uuid(at)), new ExchangeId(row.Uuid(at + 1)), row.GetInt64(at + 2), row.GetString(at + 3), row.AgencyOrNull(at + 4),
        row.GetString(at + 5), row.Instant(at + 6), row.Instant(at + 7), row.Blob(at + 8), row.Blob(at + 9), row.GetString(at + 10));

    private static AttachmentRow ReadAttachment(NpgsqlDataReader row) => new(
        new AttachmentId(row.Uuid(0)), new ExchangeId(row.Uuid(1)), row.Agency(2), row.GetString(3), row.GetInt64(4), row.Instant(5), row.Blob(6))
    {
        ChunkCount = row.GetInt32(7),
    };
}
