using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Writes documents and uploads, erases exchanges, and puts data keys that were wrapped anew.</summary>
internal sealed class ContentWriter(Connection connection, LeafWriter leaves)
{
    private readonly Statement _insertAttachment = connection.Prepare("""
        INSERT INTO attachment (exchange_id, id, sender, kind, size_bytes, created_at, meta_cipher, content_cipher, chunk_count)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """);

    private readonly Statement _endUpload = connection.Prepare(
        "DELETE FROM upload WHERE id = ?1 AND exchange_id = ?2 AND chunk_count = ?3 AND received_bytes = ?4");

    private readonly Statement _beginUpload = connection.Prepare("""
        INSERT INTO upload (id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, request_key, created_at, grown_at,
            names_cipher)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (request_key) DO NOTHING
        """);

    private readonly Statement _findByRequest = connection.Prepare($"SELECT {ContentReader.UploadColumns} FROM upload WHERE request_key = ?1");

    private readonly Statement _grow = connection.Prepare(
        "UPDATE upload SET received_bytes = ?1, chunk_count = ?2, grown_at = ?3 WHERE id = ?4 AND received_bytes = ?5");

    private readonly Statement _putChunk = connection.Prepare("""
        INSERT INTO chunk (attachment_id, ordinal, cipher) VALUES (?1, ?2, ?3)
        ON CONFLICT (attachment_id, ordinal) DO UPDATE SET cipher = excluded.cipher
        """);

    private readonly Statement _deleteUpload = connection.Prepare("DELETE FROM upload WHERE id = ?1");

    private readonly Statement _deleteChunks = connection.Prepare("DELETE FROM chunk WHERE attachment_id = ?1");

    private readonly Statement _eraseExchange = connection.Prepare("""
        UPDATE exchange SET version = version + 1, updated_at = ?1, next_clock_at = NULL, provisional = 0, view_cipher = x'', data_key = NULL
        WHERE id = ?2 AND version = ?3 AND data_key IS NOT NULL
        """);

    private readonly Statement _eraseAllChunks = connection.Prepare("""
        DELETE FROM chunk WHERE attachment_id IN (
            SELECT id FROM attachment WHERE exchange_id = ?1 UNION ALL SELECT id FROM upload WHERE exchange_id = ?1)
        """);

    /// <summary>What goes with the exchange, each by the exchange alone.</summary>
    private readonly Statement[] _eraseRows =
    [
        connection.Prepare("UPDATE message SET content_cipher = x'' WHERE exchange_id = ?1"),
        connection.Prepare("UPDATE attachment SET meta_cipher = x'', content_cipher = x'', chunk_count = 0 WHERE exchange_id = ?1"),
        connection.Prepare("DELETE FROM upload WHERE exchange_id = ?1"),
        connection.Prepare("DELETE FROM hold WHERE exchange_id = ?1"),
        connection.Prepare("DELETE FROM search_term WHERE exchange_id = ?1"),
        connection.Prepare("UPDATE delivery SET detail_cipher = NULL, overdue_at = NULL WHERE exchange_id = ?1"),
    ];

    private readonly Statement _endDeliveries = connection.Prepare("""
        UPDATE delivery SET status = 3, last_outcome = 'erased', settled_at = ?1, lease_token = NULL, lease_until = NULL
        WHERE exchange_id = ?2 AND status IN (0, 1, 4)
        """);

    private readonly Statement _rewrap = connection.Prepare("UPDATE exchange SET data_key = ?1 WHERE id = ?2 AND data_key = ?3");

    public void Insert(NewAttachment attachment)
    {
        var row = attachment.Row;
        _insertAttachment.With()
            .Bind(row.Exchange.Value).Bind(row.Id.Value).Bind(row.Sender).Bind(row.Kind).Bind(row.SizeBytes).Bind(row.CreatedAt)
            .Bind(row.MetaCipher).Bind(attachment.ContentCipher).Bind((long)row.ChunkCount)
            .Execute();
    }

    /// <summary>Ends the upload that became a document. False where there is none that is as the row says.</summary>
    public bool TryEndUpload(AttachmentRow row) =>
        _endUpload.With().Bind(row.Id.Value).Bind(row.Exchange.Value).Bind((long)row.ChunkCount).Bind(row.SizeBytes).Execute() == 1;

    public UploadRow Begin(UploadRow row)
    {
        _beginUpload.With()
            .Bind(row.Id.Value).Bind(row.Exchange.Value).Bind(row.Sender).Bind(row.Kind).Bind(row.TotalBytes).Bind(row.ReceivedBytes)
            .Bind((long)row.ChunkCount).Bind(row.RequestKey.AsSpan()).Bind(row.CreatedAt).Bind(row.GrownAt).Bind(row.NamesCipher)
            .Execute();
        using var rows = _findByRequest.With().Bind(row.RequestKey.AsSpan()).Query();
        return rows.Next() ? ContentReader.ReadUpload(rows) : throw new InvalidOperationException("an upload was begun, yet is not there");
    }

    public bool Grow(AttachmentId id, UploadGrowth growth)
    {
        var grown = _grow.With()
            .Bind(growth.BytesAfter).Bind(growth.Ordinal + 1L).Bind(growth.At).Bind(id.Value).Bind(growth.BytesBefore)
            .Execute();
        if (grown == 0)
        {
            return false;
        }

        _putChunk.With().Bind(id.Value).Bind((long)growth.Ordinal).Bind(growth.Cipher).Execute();
        connection.PassedBytes(growth.Cipher.Length);
        return true;
    }

    /// <summary>The chunks go with the upload only: those of a document that it has become stay.</summary>
    public void Abandon(AttachmentId id)
    {
        if (_deleteUpload.With().Bind(id.Value).Execute() == 1)
        {
            WithoutOverwriting(() => _deleteChunks.With().Bind(id.Value).Execute());
        }
    }

    public bool Erase(ExchangeId id, long expectedVersion, DateTimeOffset at, LeafRow leaf)
    {
        if (_eraseExchange.With().Bind(at).Bind(id.Value).Bind(expectedVersion).Execute() == 0)
        {
            return false;
        }

        WithoutOverwriting(() => _eraseAllChunks.With().Bind(id.Value).Execute());
        foreach (var statement in _eraseRows)
        {
            statement.With().Bind(id.Value).Execute();
        }

        _endDeliveries.With().Bind(at).Bind(id.Value).Execute();
        leaves.Append(leaf);
        return true;
    }

    public bool Rewrap(ExchangeId id, byte[] before, byte[] after) =>
        _rewrap.With().Bind(after).Bind(id.Value).Bind(before).Execute() == 1;

    /// <summary>
    /// Chunks are ciphertext of a key that is gone: their pages are freed, not overwritten. Overwriting would send every byte of a document
    /// through the log once more.
    /// </summary>
    private void WithoutOverwriting(Action delete)
    {
        connection.Run("PRAGMA secure_delete = OFF");
        try
        {
            delete();
        }
        finally
        {
            connection.Run("PRAGMA secure_delete = ON");
        }
    }
}
