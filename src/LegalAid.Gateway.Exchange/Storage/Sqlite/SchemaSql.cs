namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>The text of the schema's steps. UUIDs are 16 bytes, big-endian, so that version 7 sorts by time; instants are UTC ticks.</summary>
internal static class SchemaSql
{
    // Tables whose rows pass a quarter page (exchange, message, idempotency, attachment) keep SQLite's row ids: without them rows spill
    // into overflow pages. Small rows are kept by their key alone (WITHOUT ROWID), which spares an index.
    // Nothing is a foreign key: a unit is the only writer, and the checks would read each parent again.
    public const string Version1 = """
        CREATE TABLE exchange (
            id BLOB NOT NULL, type TEXT NOT NULL, type_digest TEXT NOT NULL, notice_id BLOB NOT NULL, version INTEGER NOT NULL,
            state TEXT NOT NULL, final INTEGER NOT NULL, case_number TEXT, opener TEXT NOT NULL, opened_at_civil INTEGER NOT NULL,
            updated_at INTEGER NOT NULL, next_clock_at INTEGER, provisional INTEGER NOT NULL,
            control BLOB NOT NULL, data_key BLOB, view_cipher BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX exchange_id ON exchange (id);
        CREATE INDEX exchange_case ON exchange (case_number, id) WHERE case_number IS NOT NULL;
        CREATE INDEX exchange_clock ON exchange (next_clock_at, id) WHERE next_clock_at IS NOT NULL;
        CREATE INDEX exchange_provisional ON exchange (id) WHERE provisional = 1;

        -- type and state are the exchange's, kept here so that a list by state reads no exchange it does not show
        CREATE TABLE party (
            exchange_id BLOB NOT NULL, agency TEXT NOT NULL, role TEXT NOT NULL, type TEXT NOT NULL, state TEXT NOT NULL,
            PRIMARY KEY (exchange_id, agency, role)) STRICT, WITHOUT ROWID;
        CREATE INDEX party_listed ON party (agency, exchange_id, type);
        CREATE INDEX party_state ON party (agency, state, exchange_id, type);

        CREATE TABLE hold (key BLOB NOT NULL PRIMARY KEY, exchange_id BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX hold_owner ON hold (exchange_id);

        -- segment: terms are keyed hashes, random by nature; those of 1,024 exchanges lie together, so that a group's share pages
        CREATE TABLE search_term (
            segment INTEGER NOT NULL, field TEXT NOT NULL, term BLOB NOT NULL, exchange_id BLOB NOT NULL,
            PRIMARY KEY (segment, field, term, exchange_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX search_term_owner ON search_term (exchange_id);

        CREATE TABLE message (
            id BLOB NOT NULL, exchange_id BLOB NOT NULL, sequence INTEGER NOT NULL, event TEXT NOT NULL, sender TEXT,
            state_after TEXT NOT NULL, occurred_at_civil INTEGER NOT NULL, committed_at INTEGER NOT NULL, leaf_hash BLOB NOT NULL,
            trace_parent TEXT NOT NULL, content_cipher BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX message_id ON message (id);
        CREATE UNIQUE INDEX message_sequence ON message (exchange_id, sequence);

        -- ready: the first undelivered of its exchange and recipient, or one that overtakes
        CREATE TABLE delivery (
            exchange_id BLOB NOT NULL, recipient TEXT NOT NULL, sequence INTEGER NOT NULL, id BLOB NOT NULL, message_id BLOB NOT NULL,
            role TEXT NOT NULL, event TEXT NOT NULL, overtakes INTEGER NOT NULL, ready INTEGER NOT NULL, status INTEGER NOT NULL,
            due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, lease_token BLOB, lease_until INTEGER, delivered_at INTEGER,
            last_outcome TEXT NOT NULL,
            PRIMARY KEY (exchange_id, recipient, sequence)) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX delivery_id ON delivery (id);
        CREATE INDEX delivery_waiting ON delivery (recipient, due_at) WHERE ready = 1 AND status = 0;
        CREATE INDEX delivery_leased ON delivery (recipient, lease_until) WHERE status = 1;

        CREATE TABLE attachment (
            exchange_id BLOB NOT NULL, id BLOB NOT NULL, sender TEXT NOT NULL, kind TEXT NOT NULL, size_bytes INTEGER NOT NULL,
            created_at INTEGER NOT NULL, meta_cipher BLOB NOT NULL, content_cipher BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX attachment_id ON attachment (exchange_id, id);

        CREATE TABLE idempotency (
            key BLOB NOT NULL, digest BLOB NOT NULL, exchange_id BLOB NOT NULL, committed_at INTEGER NOT NULL,
            answer_cipher BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX idempotency_key ON idempotency (key);

        CREATE TABLE leaf (
            id BLOB NOT NULL PRIMARY KEY, kind TEXT NOT NULL, exchange_id BLOB, subject BLOB, agency TEXT,
            committed_at INTEGER NOT NULL, entry BLOB NOT NULL, hash BLOB NOT NULL, log_index INTEGER) STRICT, WITHOUT ROWID;
        CREATE INDEX leaf_exchange ON leaf (exchange_id, id) WHERE exchange_id IS NOT NULL;
        CREATE INDEX leaf_unindexed ON leaf (id) WHERE log_index IS NULL;
        CREATE INDEX leaf_access ON leaf (id) WHERE kind = 'access';
        CREATE UNIQUE INDEX leaf_log_index ON leaf (log_index) WHERE log_index IS NOT NULL;

        CREATE TABLE remembered (key BLOB NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX remembered_expiry ON remembered (expires_at);
        CREATE TABLE revoked (token BLOB NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX revoked_expiry ON revoked (expires_at);

        CREATE TABLE quota (
            key TEXT NOT NULL, starts_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL, taken INTEGER NOT NULL,
            PRIMARY KEY (key, starts_at)) STRICT, WITHOUT ROWID;
        CREATE INDEX quota_expiry ON quota (expires_at);

        CREATE TABLE configuration (digest TEXT NOT NULL, content BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX configuration_digest ON configuration (digest);
        CREATE TABLE active_configuration (one INTEGER PRIMARY KEY CHECK (one = 1), digest TEXT NOT NULL) STRICT;
        CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE approval (
            id BLOB NOT NULL PRIMARY KEY, act TEXT NOT NULL, act_order BLOB NOT NULL, digest TEXT NOT NULL, reason TEXT NOT NULL,
            asked_by TEXT NOT NULL, asked_name TEXT NOT NULL, asked_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, status INTEGER NOT NULL,
            decided_by TEXT, decided_name TEXT, decided_at INTEGER, decision_reason TEXT NOT NULL, ended_at INTEGER, outcome TEXT NOT NULL)
            STRICT, WITHOUT ROWID;
        CREATE INDEX approval_status ON approval (status, id);
        """;

    // Delivery in full, documents in chunks, erasure, the evidence log.
    public const string Version2 = """
        ALTER TABLE exchange ADD COLUMN erase_at INTEGER;
        CREATE INDEX exchange_erase ON exchange (erase_at, id) WHERE erase_at IS NOT NULL AND data_key IS NOT NULL;

        ALTER TABLE delivery ADD COLUMN clocked INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE delivery ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE delivery ADD COLUMN relayed_at INTEGER;
        ALTER TABLE delivery ADD COLUMN overdue_at INTEGER;
        ALTER TABLE delivery ADD COLUMN settled_at INTEGER;
        ALTER TABLE delivery ADD COLUMN detail_cipher BLOB;
        CREATE INDEX delivery_overdue ON delivery (overdue_at) WHERE overdue_at IS NOT NULL;
        CREATE INDEX delivery_stopped ON delivery (status, settled_at, id) WHERE status IN (3, 4);
        CREATE INDEX delivery_open ON delivery (recipient) WHERE status NOT IN (2, 5);
        UPDATE delivery SET created_at = due_at;
        UPDATE delivery SET settled_at = due_at WHERE status IN (3, 4);

        CREATE TABLE recipient (
            agency TEXT NOT NULL PRIMARY KEY, suspended INTEGER NOT NULL, cause TEXT NOT NULL, paused_until INTEGER,
            changed_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        ALTER TABLE attachment ADD COLUMN chunk_count INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE chunk (attachment_id BLOB NOT NULL, ordinal INTEGER NOT NULL, cipher BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX chunk_ordinal ON chunk (attachment_id, ordinal);
        CREATE TABLE upload (
            id BLOB NOT NULL, exchange_id BLOB NOT NULL, sender TEXT NOT NULL, kind TEXT NOT NULL, total_bytes INTEGER NOT NULL,
            received_bytes INTEGER NOT NULL, chunk_count INTEGER NOT NULL, request_key BLOB NOT NULL, created_at INTEGER NOT NULL,
            grown_at INTEGER NOT NULL, names_cipher BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX upload_id ON upload (id);
        CREATE UNIQUE INDEX upload_request ON upload (request_key);
        CREATE INDEX upload_exchange ON upload (exchange_id);
        CREATE INDEX upload_sender ON upload (sender);
        CREATE INDEX upload_grown ON upload (grown_at);

        CREATE TABLE log_head (
            one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL, epoch INTEGER NOT NULL, size INTEGER NOT NULL,
            root BLOB NOT NULL) STRICT;
        CREATE TABLE log_tile (level INTEGER NOT NULL, position INTEGER NOT NULL, hashes BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX log_tile_place ON log_tile (level, position);
        CREATE TABLE checkpoint (
            origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, signed_at INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
        CREATE UNIQUE INDEX checkpoint_size ON checkpoint (size, origin);
        """;

    // Addresses of calendars.
    public const string Version3 = """
        CREATE TABLE calendar_feed (
            id BLOB NOT NULL PRIMARY KEY, token_hash BLOB NOT NULL, agency TEXT NOT NULL, station TEXT, lawyer_term BLOB, lawyer_cipher BLOB,
            request_key BLOB NOT NULL, request_digest BLOB NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
            revoked_at INTEGER) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX calendar_feed_token ON calendar_feed (token_hash);
        CREATE UNIQUE INDEX calendar_feed_request ON calendar_feed (request_key);
        CREATE INDEX calendar_feed_agency ON calendar_feed (agency, id);
        CREATE INDEX calendar_feed_expiry ON calendar_feed (expires_at);
        """;
}
