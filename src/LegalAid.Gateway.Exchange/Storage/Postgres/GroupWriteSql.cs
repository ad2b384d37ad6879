namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>The statements by which a decided group is written: one for each table, a column an array.</summary>
internal static class GroupWriteSql
{
    public const string Commit = "COMMIT";

    public const string ReturnIdempotency = "DELETE FROM idempotency WHERE key = ANY ($1)";

    public const string PutIdempotency = """
        INSERT INTO idempotency (key, digest, exchange_id, committed_at, answer_cipher)
        SELECT key, digest, exchange_id, committed_at, answer_cipher
        FROM unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::bigint[], $5::bytea[]) AS n (key, digest, exchange_id, committed_at,
            answer_cipher)
        ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, exchange_id = excluded.exchange_id, committed_at = excluded.committed_at,
            answer_cipher = excluded.answer_cipher
        """;

    /// <summary>Returns the keys that were not remembered, or no longer: each once. In the order of keys, so that no two wait for each other.</summary>
    public const string Remember = """
        INSERT INTO remembered (key, expires_at)
        SELECT key, expires_at FROM unnest($1::bytea[], $2::bigint[]) AS n (key, expires_at) ORDER BY key
        ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
        WHERE remembered.expires_at <= ($3::bigint[])[array_position($1::bytea[], excluded.key)]
        RETURNING key
        """;

    // Expired keys are forgotten with those remembered, more than as many, so that the table shrinks to those that are valid; those that another
    // node is about to forget are left to it.
    public const string Forget = """
        DELETE FROM remembered WHERE key = ANY (ARRAY (
            SELECT key FROM remembered WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    public const string InsertExchanges = """
        INSERT INTO exchange (id, type, type_digest, notice_id, version, state, final, case_number, opener, opened_at_civil, updated_at,
            next_clock_at, provisional, erase_at, control, data_key, view_cipher)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::boolean[], $8::text[],
            $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::boolean[], $14::bigint[], $15::bytea[], $16::bytea[],
            $17::bytea[])
        """;

    // Type, notice, opener and the time of opening never change; the data key does so by erasure and rewrapping only. None is written again.
    public const string UpdateExchanges = """
        UPDATE exchange e SET type_digest = n.type_digest, version = n.version, state = n.state, final = n.final, case_number = n.case_number,
            updated_at = n.updated_at, next_clock_at = n.next_clock_at, provisional = n.provisional, erase_at = n.erase_at,
            control = n.control, view_cipher = n.view_cipher
        FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::text[], $7::bigint[], $8::bigint[],
            $9::boolean[], $10::bigint[], $11::bytea[], $12::bytea[]) AS n (id, type_digest, version, state, final, case_number,
            updated_at, next_clock_at, provisional, erase_at, control, view_cipher)
        WHERE e.id = n.id
        """;

    public const string MovePartyState = """
        UPDATE party p SET state = n.state FROM unnest($1::uuid[], $2::text[]) AS n (id,
            state) WHERE p.exchange_id = n.id AND p.state <> n.state
        """;

    public const string DeleteParties = "DELETE FROM party WHERE exchange_id = ANY ($1)";

    public const string InsertParties = """
        INSERT INTO party (exchange_id, agency, role, type, state) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[],
            $5::text[])
        ON CONFLICT (exchange_id, agency, role) DO NOTHING
        """;

    public const string ReleaseHolds = "DELETE FROM hold WHERE key = ANY ($1)";

    public const string PassHolds = "UPDATE hold h SET exchange_id = n.exchange_id FROM unnest($1::bytea[], $2::uuid[]) AS n (key, exchange_id) WHERE h.key = n.key";

    public const string DeleteTerms = """
        DELETE FROM search_term t WHERE t.exchange_id = ANY ($1) AND NOT EXISTS (
            SELECT 1 FROM unnest($2::uuid[], $3::text[], $4::bytea[]) AS n (exchange_id, field, term)
            WHERE n.exchange_id = t.exchange_id AND n.field = t.field AND n.term = t.term)
        """;

    // The row of the exchange is this transaction's, so what is not there does not come to be meanwhile.
    public const string InsertTerms = """
        INSERT INTO search_term (exchange_id, field, term)
        SELECT n.exchange_id, n.field, n.term FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS n (exchange_id, field, term)
        WHERE NOT EXISTS (
            SELECT 1 FROM search_term t WHERE t.exchange_id = n.exchange_id AND t.field = n.field AND t.term = n.term OFFSET 0)
        """;

    public const string InsertMessages = """
        INSERT INTO message (id, exchange_id, sequence, event, sender, state_after, occurred_at_civil, committed_at, leaf_hash, trace_parent,
            content_cipher)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
            $9::bytea[], $10::text[], $11::bytea[])
        """;

    public const string SettleDeliveries = """
        UPDATE delivery d SET status = n.status, due_at = n.due_at, last_outcome = n.outcome, lease_token = NULL, lease_until = NULL,
            delivered_at = CASE n.status WHEN 2 THEN n.at END, settled_at = n.at, detail_cipher = n.detail,
            overdue_at = CASE WHEN n.status NOT IN (2, 5) THEN d.overdue_at END
        FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::smallint[], $5::bigint[], $6::text[], $7::bigint[],
            $8::bytea[]) AS n (exchange_id, recipient, sequence, status, due_at, outcome, at, detail)
        WHERE d.exchange_id = n.exchange_id AND d.recipient = n.recipient AND d.sequence = n.sequence
        """;

    /// <summary>Lets the first unfinished of each pair go on.</summary>
    public const string ReadyNext = """
        UPDATE delivery d SET ready = true
        FROM (SELECT DISTINCT exchange_id, recipient FROM unnest($1::uuid[], $2::text[]) AS n (exchange_id, recipient)) AS pair
        CROSS JOIN LATERAL (
            SELECT o.sequence FROM delivery o
            WHERE o.exchange_id = pair.exchange_id AND o.recipient = pair.recipient AND o.status NOT IN (2, 5)
            ORDER BY o.sequence LIMIT 1) AS first
        WHERE d.exchange_id = pair.exchange_id AND d.recipient = pair.recipient AND d.sequence = first.sequence AND NOT d.ready
        """;

    /// <summary>Adds deliveries at the end of their pairs, numbered without gaps: the exchange's row is locked, so nobody else numbers them.</summary>
    public const string InsertDeliveries = """
        INSERT INTO delivery (exchange_id, recipient, sequence, id, message_id, role, event, overtakes, ready, status, due_at, attempts,
            last_outcome, clocked, created_at, overdue_at)
        SELECT n.exchange_id, n.recipient, coalesce(last.sequence, 0) + n.place, n.id, n.message_id, n.role, n.event, n.overtakes,
            n.overtakes OR (n.place = 1 AND open.sequence IS NULL), 0, n.due_at, 0, '', n.clocked, n.created_at, n.overdue_at
        FROM (SELECT *, row_number() OVER (PARTITION BY exchange_id, recipient ORDER BY ord) AS place
            FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::boolean[], $8::bigint[],
                $9::boolean[], $10::bigint[], $11::bigint[]) WITH ORDINALITY AS u (exchange_id, recipient, id, message_id, role,
                event, overtakes, due_at, clocked, created_at, overdue_at, ord)) AS n
        LEFT JOIN LATERAL (
            SELECT l.sequence FROM delivery l WHERE l.exchange_id = n.exchange_id AND l.recipient = n.recipient
            ORDER BY l.sequence DESC LIMIT 1) AS last ON true
        LEFT JOIN LATERAL (
            SELECT o.sequence FROM delivery o WHERE o.exchange_id = n.exchange_id AND o.recipient = n.recipient AND o.status NOT IN (2, 5)
            ORDER BY o.sequence LIMIT 1) AS open ON true
        """;

    public const string InsertAttachments = """
        INSERT INTO attachment (exchange_id, id, sender, kind, size_bytes, created_at, chunk_count, meta_cipher, content_cipher)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::integer[], $8::bytea[],
            $9::bytea[])
        """;

    public const string EndUploads = "DELETE FROM upload WHERE id = ANY ($1)";

    public const string InsertLeaves = """
        INSERT INTO leaf (id, kind, exchange_id, subject, agency, committed_at, entry, hash)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bytea[], $8::bytea[])
        """;

    public const string InsertLeaf = """
        INSERT INTO leaf (id, kind, exchange_id, subject, agency, committed_at, entry, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>A later instant than known wins.</summary>
    public const string PauseRecipient = """
        INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES ($1, false, $2, $3, $4)
        ON CONFLICT (agency) DO UPDATE SET paused_until = excluded.paused_until, changed_at = excluded.changed_at,
            cause = CASE WHEN recipient.suspended THEN recipient.cause ELSE excluded.cause END
        """;

    public const string SuspendRecipient = """
        INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES ($1, true, $2, NULL, $3)
        ON CONFLICT (agency) DO UPDATE SET suspended = true, cause = excluded.cause, changed_at = excluded.changed_at
        """;

    /// <summary>
    /// Leases for recipients ($1) at an instant ($2) until another ($3) under a token ($4) at most so many ($5). Rows that others have under way
    /// are passed over and never waited for, so that this may come last, after every other lock.
    /// </summary>
    public const string Lease = $"""
        WITH recipients AS MATERIALIZED (
            SELECT DISTINCT n.agency FROM unnest($1::text[]) AS n (agency)
            WHERE NOT EXISTS (SELECT 1 FROM recipient r WHERE r.agency = n.agency AND (r.suspended OR r.paused_until > $2))),
        waiting AS MATERIALIZED (
            SELECT w.* FROM recipients CROSS JOIN LATERAL (
                SELECT d.exchange_id, d.recipient, d.sequence, d.due_at, d.id FROM delivery d
                WHERE d.recipient = recipients.agency AND d.ready AND d.status = 0 AND d.due_at <= $2
                ORDER BY d.due_at, d.id LIMIT $5 FOR NO KEY UPDATE SKIP LOCKED) AS w),
        expired AS MATERIALIZED (
            SELECT e.* FROM recipients CROSS JOIN LATERAL (
                SELECT d.exchange_id, d.recipient, d.sequence, d.due_at, d.id FROM delivery d
                WHERE d.recipient = recipients.agency AND d.status = 1 AND d.lease_until <= $2
                ORDER BY d.lease_until LIMIT $5 FOR NO KEY UPDATE SKIP LOCKED) AS e),
        picked AS MATERIALIZED (
            SELECT * FROM waiting UNION ALL SELECT * FROM expired ORDER BY due_at, id LIMIT $5)
        UPDATE delivery d SET status = 1, attempts = d.attempts + 1, lease_token = $4, lease_until = $3, relayed_at = coalesce(d.relayed_at, $2)
        FROM picked p
        WHERE d.exchange_id = p.exchange_id AND d.recipient = p.recipient AND d.sequence = p.sequence
        RETURNING {DeliveryReader.ColumnsOfD}
        """;

    /// <summary>
    /// Writes something, so that this COMMIT is synced and confirmed by the standbys, and with it everything before: what a lost try may have left
    /// committed here alone counts only then.
    /// </summary>
    public const string Barrier = "SELECT pg_logical_emit_message(true, 'legalaid-gateway', '')";
}
