using System.Collections.Immutable;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>One connection of a <see cref="SqliteArchive"/>. Its SQL is its own: the store's readers skip what the store's writer never makes.</summary>
internal sealed class ArchiveSession : IDisposable
{
    private const string LeafColumns = "id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index";

    private const int IdBytes = 16;

    private readonly Connection _connection;
    private readonly Statement _begin;
    private readonly Statement _end;
    private readonly Statement _head;
    private readonly Statement _log;
    private readonly Statement _unlogged;
    private readonly Statement _accesses;
    private readonly Statement _tile;
    private readonly Statement _tiles;
    private readonly Statement _checkpoints;
    private readonly Statement _origins;
    private readonly Statement _exchanges;
    private readonly Statement _exchange;
    private readonly Statement _parties;
    private readonly Statement _messages;
    private readonly Statement _leaves;
    private readonly Statement _deliveries;
    private readonly Statement _attachments;
    private readonly Statement _content;
    private readonly Statement _chunk;
    private readonly Statement _setting;

    public ArchiveSession(SqliteStoreOptions options)
    {
        _connection = Connection.OpenReader(options);
        try
        {
            Schema.RequireOurs(_connection);
            _begin = _connection.Prepare("BEGIN");
            _end = _connection.Prepare("COMMIT");
            _head = _connection.Prepare("SELECT origin, size, root FROM log_head");
            // An id that was made longer must not be found after itself.
            _log = _connection.Prepare($"""
                SELECT {LeafColumns} FROM leaf
                WHERE log_index >= ?1 AND (log_index > ?1 OR substr(id, 1, 16) > ?2) ORDER BY log_index, id LIMIT ?3
                """);
            _unlogged = _connection.Prepare($"SELECT {LeafColumns} FROM leaf WHERE log_index IS NULL AND id > ?1 AND substr(id, 1, 16) > ?1 ORDER BY id LIMIT ?2");
            _accesses = _connection.Prepare($"""
                SELECT {LeafColumns} FROM leaf INDEXED BY leaf_access
                WHERE kind = 'access' AND id > ?1 AND substr(id, 1, 16) > ?1 AND id < ?2 AND (?3 IS NULL OR instr(entry, ?3) > 0) ORDER BY id LIMIT ?4
                """);
            _tile = _connection.Prepare("SELECT hashes FROM log_tile WHERE level = ?1 AND position = ?2");
            _tiles = _connection.Prepare("""
                SELECT level, position, length(hashes) FROM log_tile
                WHERE level >= ?1 AND (level > ?1 OR position > ?2) ORDER BY level, position LIMIT ?3
                """);
            _checkpoints = _connection.Prepare("""
                SELECT origin, size, root, signed_at, note FROM checkpoint
                WHERE size >= ?1 AND (size > ?1 OR origin > ?2) ORDER BY size, origin LIMIT ?3
                """);
            _origins = _connection.Prepare("SELECT origin FROM checkpoint UNION SELECT origin FROM log_head ORDER BY 1");
            _exchanges = _connection.Prepare("""
                SELECT id FROM exchange WHERE id > ?1
                UNION SELECT exchange_id FROM message WHERE exchange_id > ?1
                UNION SELECT exchange_id FROM leaf WHERE exchange_id > ?1
                UNION SELECT exchange_id FROM delivery WHERE exchange_id > ?1
                UNION SELECT exchange_id FROM attachment WHERE exchange_id > ?1
                ORDER BY 1 LIMIT ?2
                """);
            _exchange = _connection.Prepare("""
                SELECT type, type_digest, version, state, case_number, opened_at_civil, updated_at, data_key FROM exchange WHERE id = ?1
                """);
            _parties = _connection.Prepare("SELECT agency, role FROM party WHERE exchange_id = ?1 ORDER BY agency, role");
            _messages = _connection.Prepare("""
                SELECT id, sequence, event, sender, state_after, occurred_at_civil, committed_at, leaf_hash, content_cipher FROM message
                WHERE exchange_id = ?1 ORDER BY sequence
                """);
            _leaves = _connection.Prepare($"SELECT {LeafColumns} FROM leaf WHERE exchange_id = ?1 ORDER BY id");
            _deliveries = _connection.Prepare("""
                SELECT id, message_id, recipient, role, sequence, event, status, attempts, created_at, relayed_at, delivered_at, last_outcome FROM delivery
                WHERE exchange_id = ?1 ORDER BY recipient, sequence
                """);
            _attachments = _connection.Prepare("""
                SELECT id, sender, kind, size_bytes, created_at, meta_cipher, chunk_count, length(content_cipher) FROM attachment
                WHERE exchange_id = ?1 ORDER BY id
                """);
            _content = _connection.Prepare("SELECT content_cipher FROM attachment WHERE exchange_id = ?1 AND id = ?2");
            _chunk = _connection.Prepare("SELECT cipher FROM chunk WHERE attachment_id = ?1 AND ordinal = ?2");
            _setting = _connection.Prepare("SELECT value FROM setting WHERE name = ?1");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public ArchivedHead? Head()
    {
        using var rows = _head.With().Query();
        return rows.Next() ? new ArchivedHead(rows.Text(0), rows.Int64(1), rows.Blob(2)) : null;
    }

    public IReadOnlyList<ArchivedLeaf> ListLog((long Index, Guid Id) after, int countMax) =>
        Leaves(_log.With().Bind(after.Index).Bind(after.Id).Bind((long)countMax));

    public IReadOnlyList<ArchivedLeaf> ListUnlogged(Guid after, int countMax) => Leaves(_unlogged.With().Bind(after).Bind((long)countMax));

    public IReadOnlyList<ArchivedLeaf> ListAccesses(Guid? exchange, Guid after, Guid until, int countMax) => Leaves(
        _accesses.With().Bind(after).Bind(until).Bind(exchange is { } one ? Encoding.UTF8.GetBytes(one.ToString("D")) : null).Bind((long)countMax));

    public byte[]? FindTile(int level, long position)
    {
        using var rows = _tile.With().Bind((long)level).Bind(position).Query();
        return rows.Next() ? rows.Blob(0) : null;
    }

    public IReadOnlyList<(int Level, long Position, long Bytes)> ListTiles((int Level, long Position) after, int countMax)
    {
        var found = new List<(int, long, long)>();
        using var rows = _tiles.With().Bind((long)after.Level).Bind(after.Position).Bind((long)countMax).Query();
        while (rows.Next())
        {
            found.Add(((int)long.Clamp(rows.Int64(0), int.MinValue, int.MaxValue), rows.Int64(1), rows.Int64(2)));
        }

        return found;
    }

    public IReadOnlyList<ArchivedCheckpoint> ListCheckpoints((long Size, string Origin) after, int countMax)
    {
        var found = new List<ArchivedCheckpoint>();
        using var rows = _checkpoints.With().Bind(after.Size).Bind(after.Origin).Bind((long)countMax).Query();
        while (rows.Next())
        {
            found.Add(new ArchivedCheckpoint(rows.Text(0), rows.Int64(1), rows.Blob(2), rows.Instant(3), rows.Text(4)));
        }

        return found;
    }

    public IReadOnlyList<string> Origins()
    {
        var found = new List<string>();
        using var rows = _origins.With().Query();
        while (rows.Next())
        {
            found.Add(rows.Text(0));
        }

        return found;
    }

    public IReadOnlyList<Guid> ListExchanges(Guid after, int countMax)
    {
        var found = new List<Guid>();
        using var rows = _exchanges.With().Bind(after).Bind((long)countMax).Query();
        while (rows.Next())
        {
            found.Add(rows.Uuid(0));
        }

        return found;
    }

    public ExchangeDossier Read(Guid exchange)
    {
        _ = _begin.With().Execute();
        try
        {
            return new ExchangeDossier(
                exchange, Exchange(exchange), Parties(exchange), Messages(exchange), [.. Leaves(_leaves.With().Bind(exchange))], Deliveries(exchange),
                Attachments(exchange));
        }
        finally
        {
            _ = _end.With().Execute();
        }
    }

    public byte[]? FindContent(ArchivedAttachment attachment, int ordinal)
    {
        var statement = attachment.ChunkCount == 0 ? _content.With().Bind(attachment.Exchange).Bind(attachment.Id) : _chunk.With().Bind(attachment.Id).Bind((long)ordinal);
        using var rows = statement.Query();
        return rows.Next() ? rows.Blob(0) : null;
    }

    public string? FindSetting(string name)
    {
        using var rows = _setting.With().Bind(name).Query();
        return rows.Next() ? rows.Text(0) : null;
    }

    public void Dispose() => _connection.Dispose();

    private static List<ArchivedLeaf> Leaves(Statement bound)
    {
        var found = new List<ArchivedLeaf>();
        using var rows = bound.Query();
        while (rows.Next())
        {
            found.Add(Leaf(rows));
        }

        return found;
    }

    /// <summary>One damaged row does not hide those after it: it keeps its place, its entry, and the beginning of its id.</summary>
    private static ArchivedLeaf Leaf(Statement.Rows rows)
    {
        long? index = rows.IsNull(8) ? null : rows.Int64(8);
        try
        {
            return new ArchivedLeaf(
                rows.Uuid(0), rows.Text(1), rows.UuidOrNull(2), rows.UuidOrNull(3), rows.TextOrNull(4), rows.Instant(5), rows.Blob(6), rows.Blob(7), index);
        }
        catch (ArgumentException damaged)
        {
            byte[] id = [.. rows.Blob(0).Take(IdBytes), .. new byte[IdBytes]];
            return new ArchivedLeaf(
                new Guid(id.AsSpan(0, IdBytes), bigEndian: true), rows.Text(1), null, null, rows.TextOrNull(4), default, rows.Blob(6), rows.Blob(7), index)
            {
                Damage = damaged.Message,
            };
        }
    }

    private ArchivedExchange? Exchange(Guid id)
    {
        using var rows = _exchange.With().Bind(id).Query();
        return rows.Next()
            ? new ArchivedExchange(
                id, rows.Text(0), rows.Text(1), rows.Int64(2), rows.Text(3), rows.TextOrNull(4), rows.Instant(5), rows.Instant(6), rows.BlobOrNull(7))
            : null;
    }

    private ImmutableArray<(string Agency, string Role)> Parties(Guid exchange)
    {
        var found = ImmutableArray.CreateBuilder<(string, string)>();
        using var rows = _parties.With().Bind(exchange).Query();
        while (rows.Next())
        {
            found.Add((rows.Text(0), rows.Text(1)));
        }

        return found.ToImmutable();
    }

    private ImmutableArray<ArchivedMessage> Messages(Guid exchange)
    {
        var found = ImmutableArray.CreateBuilder<ArchivedMessage>();
        using var rows = _messages.With().Bind(exchange).Query();
        while (rows.Next())
        {
            found.Add(new ArchivedMessage(
                rows.Uuid(0), rows.Int64(1), rows.Text(2), rows.TextOrNull(3), rows.Text(4), rows.Instant(5), rows.Instant(6), rows.Blob(7), rows.Blob(8)));
        }

        return found.ToImmutable();
    }

    private ImmutableArray<ArchivedDelivery> Deliveries(Guid exchange)
    {
        var found = ImmutableArray.CreateBuilder<ArchivedDelivery>();
        using var rows = _deliveries.With().Bind(exchange).Query();
        while (rows.Next())
        {
            found.Add(new ArchivedDelivery(
                rows.Uuid(0), rows.Uuid(1), rows.Text(2), rows.Text(3), rows.Int64(4), rows.Text(5), rows.Int32(6), rows.Int32(7), rows.Instant(8),
                rows.InstantOrNull(9), rows.InstantOrNull(10), rows.Text(11)));
        }

        return found.ToImmutable();
    }

    private ImmutableArray<ArchivedAttachment> Attachments(Guid exchange)
    {
        var found = ImmutableArray.CreateBuilder<ArchivedAttachment>();
        using var rows = _attachments.With().Bind(exchange).Query();
        while (rows.Next())
        {
            found.Add(new ArchivedAttachment(
                exchange, rows.Uuid(0), rows.Text(1), rows.Text(2), rows.Int64(3), rows.Instant(4), rows.Blob(5), rows.Int32(6), rows.Int64(7) > 0));
        }

        return found.ToImmutable();
    }
}
