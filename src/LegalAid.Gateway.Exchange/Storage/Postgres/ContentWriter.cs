using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Writes uploads, erases, and wraps data keys anew.</summary>
internal sealed class ContentWriter(SoloWrites writes)
{
    public const string BeginUploadSql = $"""
        INSERT INTO upload ({ContentReader.UploadColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (request_key) DO NOTHING
        """;

    public const string GrowSql = "UPDATE upload SET chunk_count = $3, received_bytes = $4, grown_at = $5 WHERE id = $1 AND received_bytes = $2";

    public const string PutChunkSql = """
        INSERT INTO chunk (attachment_id, ordinal, cipher) VALUES ($1, $2, $3)
        ON CONFLICT (attachment_id, ordinal) DO UPDATE SET cipher = excluded.cipher
        """;

    public const string EndUploadSql = "DELETE FROM upload WHERE id = $1";

    public const string DeleteChunksSql = "DELETE FROM chunk WHERE attachment_id = $1";

    public const string EraseExchangeSql = """
        UPDATE exchange SET version = version + 1, updated_at = $3, next_clock_at = NULL, provisional = false, data_key = NULL, view_cipher = ''
        WHERE id = $1 AND version = $2 AND data_key IS NOT NULL
        """;

    // In the order of the locks: uploads, holds, deliveries; the rest belongs to the exchange alone.
    public static readonly string[] EraseContentSql =
    [
        "SELECT id FROM upload WHERE exchange_id = $1 ORDER BY id FOR UPDATE",
        """
        DELETE FROM chunk WHERE attachment_id = ANY (ARRAY (
            SELECT id FROM attachment WHERE exchange_id = $1 UNION SELECT id FROM upload WHERE exchange_id = $1))
        """,
        "DELETE FROM upload WHERE exchange_id = $1",
        "SELECT key FROM hold WHERE exchange_id = $1 ORDER BY key FOR UPDATE",
        "DELETE FROM hold WHERE exchange_id = $1",
        "UPDATE delivery SET detail_cipher = NULL, overdue_at = NULL WHERE exchange_id = $1",
        "UPDATE message SET content_cipher = '' WHERE exchange_id = $1",
        "UPDATE attachment SET meta_cipher = '', content_cipher = '', chunk_count = 0 WHERE exchange_id = $1",
        "DELETE FROM search_term WHERE exchange_id = $1",
    ];

    public const string EndDeliveriesSql = """
        UPDATE delivery SET status = 3, last_outcome = 'erased', settled_at = $2, lease_token = NULL, lease_until = NULL
        WHERE exchange_id = $1 AND status IN (0, 1, 4)
        """;

    public const string ScrubSql = "VACUUM exchange, message, attachment, chunk, upload, delivery, hold, search_term";

    public const string RewrapSql = "UPDATE exchange SET data_key = $3 WHERE id = $1 AND data_key = $2";

    public ValueTask<UploadRow> BeginUploadAsync(UploadRow row, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: true,
        async transaction =>
        {
            await transaction.ExecuteAsync(
                BeginUploadSql,
                to => to.With(row.Id.Value).With(row.Exchange.Value).With(row.Sender).With(row.Kind).With(row.TotalBytes).With(row.ReceivedBytes)
                    .With(row.ChunkCount).With(row.NamesCipher).With(row.RequestKey).With(row.CreatedAt).With(row.GrownAt)).ConfigureAwait(false);
            var found = await transaction.ListAsync(ContentReader.FindRequestSql, to => to.With(row.RequestKey), ContentReader.ReadUpload)
                .ConfigureAwait(false);
            return (found[0], true);
        },
        cancellationToken);

    public ValueTask<bool> AppendChunkAsync(AttachmentId id, UploadGrowth growth, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: false,
        async transaction =>
        {
            var grown = await transaction.ExecuteAsync(
                GrowSql,
                to => to.With(id.Value).With(growth.BytesBefore).With(growth.Ordinal + 1).With(growth.BytesAfter).With(growth.At))
                .ConfigureAwait(false) > 0;
            if (grown)
            {
                await transaction.ExecuteAsync(PutChunkSql, to => to.With(id.Value).With(growth.Ordinal).With(growth.Cipher)).ConfigureAwait(false);
            }

            return (grown, grown);
        },
        cancellationToken);

    /// <summary>Chunks of a document that was committed meanwhile stay: they are removed only with an upload.</summary>
    public async ValueTask AbandonAsync(AttachmentId id, CancellationToken cancellationToken) => await writes.RunAsync(
        repeatable: true,
        async transaction =>
        {
            var ended = await transaction.ExecuteAsync(EndUploadSql, to => to.With(id.Value)).ConfigureAwait(false) > 0;
            if (ended)
            {
                await transaction.ExecuteAsync(DeleteChunksSql, to => to.With(id.Value)).ConfigureAwait(false);
            }

            return (ended, ended);
        },
        cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> EraseAsync(ExchangeId id, long expectedVersion, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken) =>
        writes.RunAsync(
            repeatable: false,
            async transaction =>
            {
                if (await transaction.ExecuteAsync(EraseExchangeSql, to => to.With(id.Value).With(expectedVersion).With(at)).ConfigureAwait(false) == 0)
                {
                    return (false, false);
                }

                foreach (var sql in EraseContentSql)
                {
                    await transaction.ExecuteAsync(sql, to => to.With(id.Value)).ConfigureAwait(false);
                }

                await transaction.ExecuteAsync(EndDeliveriesSql, to => to.With(id.Value).With(at)).ConfigureAwait(false);
                await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
                return (true, true);
            },
            cancellationToken);

    public ValueTask<bool> RewrapAsync(ExchangeId id, byte[] before, byte[] after, CancellationToken cancellationToken) =>
        writes.RunAsync(repeatable: false, RewrapSql, to => to.With(id.Value).With(before).With(after), cancellationToken);
}
