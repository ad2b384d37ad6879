using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// A PostgreSQL ledger for its auditor, on the primary or a standby: sessions of its own that can write nothing. Each call is one snapshot, a
/// statement or a REPEATABLE READ transaction, so that a long verification never keeps old row versions from being cleared away.
/// </summary>
public sealed class PostgresArchive : ILedgerArchive
{
    private readonly NpgsqlDataSource _source;

    private PostgresArchive(PostgresStoreOptions options) => _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.ConnectionString)
    {
        ApplicationName = "legalaid-gateway audit",
        Pooling = true,
        MaxPoolSize = options.ReaderCount,
        Enlist = false,
        MaxAutoPrepare = 50,
        AutoPrepareMinUsages = 2,
        SearchPath = options.Schema,
        // Each statement is written for an index; a table whose rows nobody has counted yet would else be sorted anew for each page.
        Options = "-c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashagg=off -c jit=off",
    });

    /// <exception cref="StoreRefusedException">The settings are wrong, the database cannot be reached, or there is no ledger in it.</exception>
    public static PostgresArchive Open(PostgresStoreOptions options)
    {
        Settings.RequireForStore(options.Validate());
        var archive = new PostgresArchive(options);
        try
        {
            archive.RequireOurs(options.Schema);
            return archive;
        }
        catch (Exception e)
        {
            archive.Dispose();
            if (e is NpgsqlException or SocketException or TimeoutException)
            {
                throw new StoreRefusedException(StoreRefusal.Unreachable, "the database cannot be reached: " + e.Message, e);
            }

            throw;
        }
    }

    public ArchivedHead? Head() => First(
        "SELECT origin, size, root FROM log_head", static _ => { }, static row => new ArchivedHead(row.GetString(0), row.GetInt64(1), row.Blob(2)));

    public IReadOnlyList<ArchivedLeaf> ListLog((long Index, Guid Id) after, int countMax) => All(
        $"SELECT {ArchiveDossier.LeafColumns} FROM leaf WHERE log_index >= $1 AND (log_index > $1 OR id > $2) ORDER BY log_index, id LIMIT $3",
        to => to.With(after.Index).With(after.Id).With((long)countMax), ArchiveDossier.Leaf);

    public IReadOnlyList<ArchivedLeaf> ListUnlogged(Guid after, int countMax) => All(
        $"SELECT {ArchiveDossier.LeafColumns} FROM leaf WHERE log_index IS NULL AND id > $1 ORDER BY id LIMIT $2",
        to => to.With(after).With((long)countMax), ArchiveDossier.Leaf);

    public IReadOnlyList<ArchivedLeaf> ListAccesses(Guid? exchange, Guid after, Guid until, int countMax) => All(
        $"""
        SELECT {ArchiveDossier.LeafColumns} FROM leaf
        WHERE kind = 'access' AND id > $1 AND id < $2 AND ($3 = ''::bytea OR position($3 in entry) > 0) ORDER BY id LIMIT $4
        """,
        to => to.With(after).With(until).With(Encoding.UTF8.GetBytes(exchange?.ToString("D") ?? "")).With((long)countMax), ArchiveDossier.Leaf);

    public byte[]? FindTile(int level, long position) => First(
        "SELECT hashes FROM log_tile WHERE level = $1 AND position = $2", to => to.With(level).With(position), static row => row.Blob(0));

    public IReadOnlyList<(int Level, long Position, long Bytes)> ListTiles((int Level, long Position) after, int countMax) => All(
        "SELECT level, position, octet_length(hashes)::bigint FROM log_tile WHERE (level, position) > ($1, $2) ORDER BY level, position LIMIT $3",
        to => to.With(after.Level).With(after.Position).With((long)countMax), static row => (row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)));

    public IReadOnlyList<ArchivedCheckpoint> ListCheckpoints((long Size, string Origin) after, int countMax) => All(
        "SELECT origin, size, root, signed_at, note FROM checkpoint WHERE (size, origin) > ($1, $2) ORDER BY size, origin LIMIT $3",
        to => to.With(after.Size).With(after.Origin).With((long)countMax),
        static row => new ArchivedCheckpoint(row.GetString(0), row.GetInt64(1), row.Blob(2), row.Instant(3), row.GetString(4)));

    public IReadOnlyList<string> Origins() => All(
        """SELECT origin FROM checkpoint UNION SELECT origin COLLATE "C" FROM log_head ORDER BY 1""", static _ => { }, static row => row.GetString(0));

    /// <summary>Each table gives its own first ids: a page costs a page, however many exchanges follow.</summary>
    public IReadOnlyList<Guid> ListExchanges(Guid after, int countMax) => All(
        """
        (SELECT id FROM exchange WHERE id > $1 ORDER BY id LIMIT $2)
        UNION (SELECT DISTINCT exchange_id FROM message WHERE exchange_id > $1 ORDER BY 1 LIMIT $2)
        UNION (SELECT DISTINCT exchange_id FROM leaf WHERE exchange_id > $1 ORDER BY 1 LIMIT $2)
        UNION (SELECT DISTINCT exchange_id FROM delivery WHERE exchange_id > $1 ORDER BY 1 LIMIT $2)
        UNION (SELECT DISTINCT exchange_id FROM attachment WHERE exchange_id > $1 ORDER BY 1 LIMIT $2)
        ORDER BY 1 LIMIT $2
        """,
        to => to.With(after).With((long)countMax), static row => row.Uuid(0));

    public ExchangeDossier Read(Guid exchange)
    {
        using var connection = _source.OpenConnection();
        using var snapshot = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
        var dossier = ArchiveDossier.Read(connection, exchange);
        snapshot.Commit();
        return dossier;
    }

    public byte[]? FindContent(ArchivedAttachment attachment, int ordinal) => attachment.ChunkCount == 0
        ? First(
            "SELECT content_cipher FROM attachment WHERE exchange_id = $1 AND id = $2",
            to => to.With(attachment.Exchange).With(attachment.Id), static row => row.Blob(0))
        : First(
            "SELECT cipher FROM chunk WHERE attachment_id = $1 AND ordinal = $2",
            to => to.With(attachment.Id).With(ordinal), static row => row.Blob(0));

    public string? FindSetting(string name) => First("SELECT value FROM setting WHERE name = $1", to => to.With(name), static row => row.GetString(0));

    public void Dispose() => _source.Dispose();

    private void RequireOurs(string schema)
    {
        if (All("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'log_head'", to => to.With(schema), static row => row.GetInt32(0)).IsEmpty)
        {
            throw new StoreRefusedException(StoreRefusal.ForeignDatabase, $"there is no ledger in schema {schema}");
        }
    }

    private T? First<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read)
        where T : class
    {
        var found = All(sql, bind, read);
        return found.IsEmpty ? null : found[0];
    }

    private ImmutableArray<T> All<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read)
    {
        using var connection = _source.OpenConnection();
        return ArchiveDossier.All(connection, sql, bind, read);
    }
}
