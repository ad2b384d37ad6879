namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// The statements by which a group locks and reads what it touches, in the order of <see cref="Locks"/>. One snapshot each, taken after the locks
/// before it.
/// </summary>
internal static class GroupReadSql
{
    public const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

    public const string LockConfiguration = "SELECT pg_advisory_xact_lock_shared($1)";

    public const string ReadConfiguration = "SELECT digest FROM active_configuration WHERE one";

    /// <summary>Claims keys, waiting for others who are about to. One whose unit is refused is given back before the COMMIT.</summary>
    public const string ClaimIdempotency = """
        INSERT INTO idempotency (key, digest, exchange_id, committed_at, answer_cipher)
        SELECT key, digest, exchange_id, committed_at, answer_cipher
        FROM unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::bigint[], $5::bytea[]) AS n (key, digest, exchange_id, committed_at,
            answer_cipher) ORDER BY key
        ON CONFLICT (key) DO NOTHING
        """;

    /// <summary>Records that stood before: not those that this transaction has just claimed.</summary>
    public const string ReadIdempotency = """
        SELECT key, digest, exchange_id, committed_at, answer_cipher FROM idempotency
        WHERE key = ANY ($1) AND xmin <> pg_current_xact_id()::xid
        """;

    /// <summary>By id, and by the deliveries that are to be settled.</summary>
    public const string LockExchanges = """
        SELECT e.id, e.version FROM exchange e
        WHERE e.id = ANY (ARRAY (SELECT unnest($1::uuid[]) UNION SELECT d.exchange_id FROM delivery d WHERE d.id = ANY ($2)))
        ORDER BY e.id FOR NO KEY UPDATE
        """;

    public const string LockUploads = "SELECT id, exchange_id, chunk_count, received_bytes FROM upload WHERE id = ANY ($1) ORDER BY id FOR UPDATE";

    /// <summary>
    /// Claims keys ($1 for $2) and locks those that stand, also those of exchanges whose holds are replaced ($3): a conflicting row is locked by
    /// DO UPDATE, though WHERE false leaves it as it is.
    /// </summary>
    public const string ClaimHolds = """
        INSERT INTO hold (key, exchange_id)
        SELECT DISTINCT ON (key) key, exchange_id
        FROM (SELECT key, exchange_id FROM unnest($1::bytea[], $2::uuid[]) AS n (key, exchange_id)
            UNION ALL SELECT key, exchange_id FROM hold WHERE exchange_id = ANY ($3)) AS wanted
        ORDER BY key
        ON CONFLICT (key) DO UPDATE SET exchange_id = hold.exchange_id WHERE false
        """;

    public const string ReadHolds = """
        SELECT key, exchange_id, xmin = pg_current_xact_id()::xid AS claimed FROM hold WHERE key = ANY ($1)
        UNION SELECT key, exchange_id, xmin = pg_current_xact_id()::xid FROM hold WHERE exchange_id = ANY ($2)
        """;

    public const string LockDeliveries = """
        SELECT id, exchange_id, recipient, sequence, status, due_at, lease_token FROM delivery
        WHERE id = ANY ($1) ORDER BY exchange_id, recipient, sequence FOR NO KEY UPDATE
        """;

    public const string LockRecipients = "SELECT pg_advisory_xact_lock($1)";

    /// <summary>By the deliveries that are to be settled.</summary>
    public const string ReadRecipients = """
        SELECT agency, suspended, paused_until FROM recipient WHERE agency = ANY (ARRAY (SELECT recipient FROM delivery WHERE id = ANY ($1)))
        """;

    public const string FindWitnesses = "SELECT id FROM leaf WHERE id = ANY ($1)";
}
