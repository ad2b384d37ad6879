using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Reads messages, leaves, attachments, configurations and settings.</summary>
internal sealed class ContentReader(Connection connection)
{
    public const string ActiveConfigurationSql = "SELECT digest FROM active_configuration WHERE one = 1";

    public const string FindSettingSql = "SELECT value FROM setting WHERE name = ?1";

    private const string MessageColumns =
        "id, exchange_id, sequence, event, sender, state_after, occurred_at_civil, committed_at, content_cipher, leaf_hash, trace_parent";

    private const string AttachmentColumns = "id, exchange_id, sender, kind, size_bytes, created_at, meta_cipher, chunk_count";

    public const string UploadColumns =
        "id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at";

    private readonly Statement _listMessages = connection.Prepare(
        $"SELECT {MessageColumns} FROM message WHERE exchange_id = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3");

    private readonly Statement _findMessage = connection.Prepare($"SELECT {MessageColumns} FROM message WHERE id = ?1");

    private readonly Statement _listLeaves = connection.Prepare("""
        SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash FROM leaf INDEXED BY leaf_exchange
        WHERE exchange_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3
        """);

    private readonly Statement _listAttachments = connection.Prepare(
        $"SELECT {AttachmentColumns} FROM attachment WHERE exchange_id = ?1 ORDER BY id");

    private readonly Statement _findAttachment = connection.Prepare(
        $"SELECT {AttachmentColumns}, content_cipher FROM attachment WHERE exchange_id = ?1 AND id = ?2");

    private readonly Statement _findChunk = connection.Prepare("SELECT cipher FROM chunk WHERE attachment_id = ?1 AND ordinal = ?2");

    private readonly Statement _findUpload = connection.Prepare($"SELECT {UploadColumns} FROM upload WHERE id = ?1");

    private readonly Statement _idleUploads = connection.Prepare(
        $"SELECT {UploadColumns} FROM upload INDEXED BY upload_grown WHERE grown_at < ?1 ORDER BY grown_at LIMIT ?2");

    private readonly Statement _sumUploads = connection.Prepare(
        "SELECT count(*), coalesce(sum(total_bytes), 0) FROM upload INDEXED BY upload_sender WHERE sender = ?1");

    private readonly Statement _activeConfiguration = connection.Prepare(ActiveConfigurationSql);

    private readonly Statement _findConfiguration = connection.Prepare("SELECT content FROM configuration WHERE digest = ?1");

    // char(0x10FFFF) comes after every letter.
    private readonly Statement _listSettings = connection.Prepare(
        "SELECT name, value FROM setting WHERE name >= ?1 AND name < ?1 || char(1114111) ORDER BY name");

    private readonly Statement _listRevoked = connection.Prepare("SELECT token FROM revoked WHERE expires_at > ?1 LIMIT ?2");

    private readonly Statement _findSetting = connection.Prepare(FindSettingSql);

    public ImmutableArray<MessageRow> ListMessages(ExchangeId exchange, long afterSequence, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<MessageRow>();
        using var rows = _listMessages.With().Bind(exchange.Value).Bind(afterSequence).Bind(countMax).Query();
        while (rows.Next())
        {
            found.Add(ReadMessage(rows));
        }

        return found.ToImmutable();
    }

    public MessageRow? FindMessage(MessageId id)
    {
        using var rows = _findMessage.With().Bind(id.Value).Query();
        return rows.Next() ? ReadMessage(rows) : null;
    }

    public ImmutableArray<LeafRow> ListLeaves(ExchangeId exchange, LeafId? after, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<LeafRow>();
        using var rows = _listLeaves.With().Bind(exchange.Value).Bind(after?.Value ?? Guid.Empty).Bind(countMax).Query();
        while (rows.Next())
        {
            found.Add(new LeafRow(
                new LeafId(rows.Uuid(0)), rows.Text(1), rows.UuidOrNull(2) is { } of ? new ExchangeId(of) : null, rows.UuidOrNull(3),
                rows.AgencyOrNull(4), rows.Instant(5), rows.Blob(6), rows.Blob(7)));
        }

        return found.ToImmutable();
    }

    public ImmutableArray<AttachmentRow> ListAttachments(ExchangeId exchange)
    {
        var found = ImmutableArray.CreateBuilder<AttachmentRow>();
        using var rows = _listAttachments.With().Bind(exchange.Value).Query();
        while (rows.Next())
        {
            found.Add(ReadAttachment(rows));
        }

        return found.ToImmutable();
    }

    public (AttachmentRow Row, byte[] ContentCipher)? FindAttachment(ExchangeId exchange, AttachmentId id)
    {
        using var rows = _findAttachment.With().Bind(exchange.Value).Bind(id.Value).Query();
        return rows.Next() ? (ReadAttachment(rows), rows.Blob(8)) : null;
    }

    public byte[]? FindChunk(AttachmentId id, int ordinal)
    {
        byte[]? chunk;
        using (var rows = _findChunk.With().Bind(id.Value).Bind((long)ordinal).Query())
        {
            chunk = rows.Next() ? rows.Blob(0) : null;
        }

        connection.PassedBytes(chunk?.Length ?? 0);
        return chunk;
    }

    public UploadRow? FindUpload(AttachmentId id)
    {
        using var rows = _findUpload.With().Bind(id.Value).Query();
        return rows.Next() ? ReadUpload(rows) : null;
    }

    public ImmutableArray<UploadRow> IdleUploads(DateTimeOffset before, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<UploadRow>();
        using var rows = _idleUploads.With().Bind(before).Bind(countMax).Query();
        while (rows.Next())
        {
            found.Add(ReadUpload(rows));
        }

        return found.ToImmutable();
    }

    public (int Count, long Bytes) SumUploads(AgencyId sender)
    {
        using var rows = _sumUploads.With().Bind(sender).Query();
        return rows.Next() ? (rows.Int32(0), rows.Int64(1)) : default;
    }

    public string? ActiveConfiguration()
    {
        using var rows = _activeConfiguration.With().Query();
        return rows.Next() ? rows.Text(0) : null;
    }

    public byte[]? FindConfiguration(string digest)
    {
        using var rows = _findConfiguration.With().Bind(digest).Query();
        return rows.Next() ? rows.Blob(0) : null;
    }

    public string? FindSetting(string name)
    {
        using var rows = _findSetting.With().Bind(name).Query();
        return rows.Next() ? rows.Text(0) : null;
    }

    public ImmutableArray<(string Name, string Value)> ListSettings(string prefix)
    {
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        using var rows = _listSettings.With().Bind(prefix).Query();
        while (rows.Next())
        {
            found.Add((rows.Text(0), rows.Text(1)));
        }

        return found.ToImmutable();
    }

    public ImmutableArray<ImmutableArray<byte>> ListRevoked(DateTimeOffset now, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        using var rows = _listRevoked.With().Bind(now).Bind(countMax).Query();
        while (rows.Next())
        {
            found.Add([.. rows.Blob(0)]);
        }

        return found.ToImmutable();
    }

    private static MessageRow ReadMessage(Statement.Rows rows) => new(
        new MessageId(rows.Uuid(0)), new ExchangeId(rows.Uuid(1)), rows.Int64(2), rows.Text(3), rows.AgencyOrNull(4), rows.Text(5),
        rows.Instant(6), rows.Instant(7), rows.Blob(8), rows.Blob(9), rows.Text(10));

    private static AttachmentRow ReadAttachment(Statement.Rows rows) => new(
        new AttachmentId(rows.Uuid(0)), new ExchangeId(rows.Uuid(1)), rows.Agency(2), rows.Text(3), rows.Int64(4), rows.Instant(5),
        rows.Blob(6))
    {
        ChunkCount = rows.Int32(7),
    };

    public static UploadRow ReadUpload(Statement.Rows rows) => new(
        new AttachmentId(rows.Uuid(0)), new ExchangeId(rows.Uuid(1)), rows.Agency(2), rows.Text(3), rows.Int64(4), rows.Int64(5), rows.Int32(6),
        rows.Blob(7), [.. rows.Blob(8)], rows.Instant(9), rows.Instant(10));
}
