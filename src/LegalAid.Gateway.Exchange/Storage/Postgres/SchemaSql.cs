namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// The text of the schema's steps. Ids are <c>uuid</c>, which sorts by bytes and so, in version 7, by time. Instants are UTC ticks of 100 ns
/// in a <c>bigint</c>: a <c>timestamptz</c> keeps microseconds, and an instant must come back as it went in. What is compared or sorted as
/// text has the collation "C", so that order does not hang on the server's locale.
/// </summary>
internal static class SchemaSql
{
    /// <summary>A sequence does not come with the rows of a backup: new terms would lie among the oldest.</summary>
    public const string ContinueSegments = "SELECT setval('search_entry', (coalesce(max(segment), 0) + 1) * 1024) FROM search_term";

    // Nothing is a foreign key: a unit is the only writer, and the checks would read and lock each parent again.
    // Rows that are written again keep room in their page, so that a new version that touches no index stays there (HOT).
    // The large columns are ciphers: to compress them is to try in vain, so they are kept as they are (EXTERNAL).
    public const string Version1 = """
        CREATE TABLE exchange (
            id uuid PRIMARY KEY, type text COLLATE "C" NOT NULL, type_digest text NOT NULL, notice_id uuid NOT NULL, version bigint NOT NULL,
            state text COLLATE "C" NOT NULL, final boolean NOT NULL, case_number text COLLATE "C", opener text COLLATE "C" NOT NULL,
            opened_at_civil bigint NOT NULL, updated_at bigint NOT NULL, next_clock_at bigint, provisional boolean NOT NULL,
            erase_at bigint, control bytea NOT NULL, data_key bytea, view_cipher bytea NOT NULL) WITH (fillfactor = 70);
        ALTER TABLE exchange ALTER COLUMN view_cipher SET STORAGE EXTERNAL;
        CREATE INDEX exchange_case ON exchange (case_number, id) WHERE case_number IS NOT NULL;
        CREATE INDEX exchange_clock ON exchange (next_clock_at, id) WHERE next_clock_at IS NOT NULL;
        CREATE INDEX exchange_provisional ON exchange (id) WHERE provisional;
        CREATE INDEX exchange_erase ON exchange (erase_at, id) WHERE erase_at IS NOT NULL AND data_key IS NOT NULL;

        -- type and state are the exchange's, kept here so that a list by state reads no exchange it does not show
        CREATE TABLE party (
            exchange_id uuid NOT NULL, agency text COLLATE "C" NOT NULL, role text COLLATE "C" NOT NULL, type text COLLATE "C" NOT NULL,
            state text COLLATE "C" NOT NULL, PRIMARY KEY (exchange_id, agency, role));
        CREATE INDEX party_listed ON party (agency, exchange_id, type);
        CREATE INDEX party_state ON party (agency, state, exchange_id, type);

        CREATE TABLE hold (key bytea PRIMARY KEY, exchange_id uuid NOT NULL);
        CREATE INDEX hold_owner ON hold (exchange_id);

        -- segment: terms are keyed hashes, random by nature; 1,024 that were written together lie together, so that a group's share pages
        CREATE SEQUENCE search_entry CACHE 64;
        CREATE TABLE search_term (
            segment bigint NOT NULL DEFAULT nextval('search_entry') / 1024, field text COLLATE "C" NOT NULL, term bytea NOT NULL,
            exchange_id uuid NOT NULL, PRIMARY KEY (segment, field, term, exchange_id));
        CREATE INDEX search_term_owner ON search_term (exchange_id);

        CREATE TABLE message (
            id uuid PRIMARY KEY, exchange_id uuid NOT NULL, sequence bigint NOT NULL, event text NOT NULL, sender text COLLATE "C",
            state_after text NOT NULL, occurred_at_civil bigint NOT NULL, committed_at bigint NOT NULL, leaf_hash bytea NOT NULL,
            trace_parent text NOT NULL, content_cipher bytea NOT NULL);
        ALTER TABLE message ALTER COLUMN content_cipher SET STORAGE EXTERNAL;
        CREATE UNIQUE INDEX message_sequence ON message (exchange_id, sequence);

        -- ready: the first unfinished of its exchange and recipient, or one that overtakes
        CREATE TABLE delivery (
            exchange_id uuid NOT NULL, recipient text COLLATE "C" NOT NULL, sequence bigint NOT NULL, id uuid NOT NULL,
            message_id uuid NOT NULL, role text NOT NULL, event text NOT NULL, overtakes boolean NOT NULL, ready boolean NOT NULL,
            status smallint NOT NULL, due_at bigint NOT NULL, attempts integer NOT NULL, lease_token uuid, lease_until bigint,
            delivered_at bigint, last_outcome text COLLATE "C" NOT NULL, clocked boolean NOT NULL, created_at bigint NOT NULL,
            relayed_at bigint, overdue_at bigint, settled_at bigint, detail_cipher bytea,
            PRIMARY KEY (exchange_id, recipient, sequence)) WITH (fillfactor = 70);
        CREATE UNIQUE INDEX delivery_id ON delivery (id);
        CREATE INDEX delivery_waiting ON delivery (recipient, ready, due_at, id) WHERE status = 0;
        CREATE INDEX delivery_leased ON delivery (recipient, lease_until) WHERE status = 1;
        CREATE INDEX delivery_overdue ON delivery (overdue_at, id) WHERE overdue_at IS NOT NULL;
        CREATE INDEX delivery_stopped ON delivery (status, settled_at, id) WHERE status IN (3, 4);

        CREATE TABLE recipient (
            agency text COLLATE "C" PRIMARY KEY, suspended boolean NOT NULL, cause text NOT NULL, paused_until bigint,
            changed_at bigint NOT NULL) WITH (fillfactor = 70);

        CREATE TABLE attachment (
            exchange_id uuid NOT NULL, id uuid NOT NULL, sender text COLLATE "C" NOT NULL, kind text NOT NULL, size_bytes bigint NOT NULL,
            created_at bigint NOT NULL, chunk_count integer NOT NULL, meta_cipher bytea NOT NULL, content_cipher bytea NOT NULL,
            PRIMARY KEY (exchange_id, id));
        ALTER TABLE attachment ALTER COLUMN content_cipher SET STORAGE EXTERNAL;
        CREATE TABLE chunk (attachment_id uuid NOT NULL, ordinal integer NOT NULL, cipher bytea NOT NULL, PRIMARY KEY (attachment_id, ordinal));
        ALTER TABLE chunk ALTER COLUMN cipher SET STORAGE EXTERNAL;
        CREATE TABLE upload (
            id uuid PRIMARY KEY, exchange_id uuid NOT NULL, sender text COLLATE "C" NOT NULL, kind text NOT NULL, total_bytes bigint NOT NULL,
            received_bytes bigint NOT NULL, chunk_count integer NOT NULL, request_key bytea NOT NULL, created_at bigint NOT NULL,
            grown_at bigint NOT NULL, names_cipher bytea NOT NULL);
        CREATE UNIQUE INDEX upload_request ON upload (request_key);
        CREATE INDEX upload_exchange ON upload (exchange_id);
        CREATE INDEX upload_sender ON upload (sender);
        CREATE INDEX upload_grown ON upload (grown_at, id);

        CREATE TABLE idempotency (
            key bytea PRIMARY KEY, digest bytea NOT NULL, exchange_id uuid NOT NULL, committed_at bigint NOT NULL,
            answer_cipher bytea NOT NULL);
        ALTER TABLE idempotency ALTER COLUMN answer_cipher SET STORAGE EXTERNAL;

        CREATE TABLE leaf (
            id uuid PRIMARY KEY, kind text NOT NULL, exchange_id uuid, subject uuid, agency text COLLATE "C", committed_at bigint NOT NULL,
            entry bytea NOT NULL, hash bytea NOT NULL, log_index bigint) WITH (fillfactor = 90);
        CREATE INDEX leaf_exchange ON leaf (exchange_id, id) WHERE exchange_id IS NOT NULL;
        CREATE INDEX leaf_unindexed ON leaf (id) WHERE log_index IS NULL;
        CREATE INDEX leaf_access ON leaf (id) WHERE kind = 'access';
        CREATE UNIQUE INDEX leaf_log_index ON leaf (log_index) WHERE log_index IS NOT NULL;
        CREATE TABLE log_head (
            one boolean PRIMARY KEY CHECK (one), origin text NOT NULL, epoch bigint NOT NULL, size bigint NOT NULL, root bytea NOT NULL)
            WITH (fillfactor = 50);
        CREATE TABLE log_tile (level integer NOT NULL, position bigint NOT NULL, hashes bytea NOT NULL, PRIMARY KEY (level, position));
        ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
        CREATE TABLE checkpoint (
            origin text COLLATE "C" NOT NULL, size bigint NOT NULL, root bytea NOT NULL, signed_at bigint NOT NULL, note text NOT NULL,
            PRIMARY KEY (size, origin));

        CREATE TABLE remembered (key bytea PRIMARY KEY, expires_at bigint NOT NULL);
        CREATE INDEX remembered_expiry ON remembered (expires_at);
        CREATE TABLE revoked (token bytea PRIMARY KEY, expires_at bigint NOT NULL);
        CREATE INDEX revoked_expiry ON revoked (expires_at);

        CREATE TABLE quota (
            key text COLLATE "C" NOT NULL, starts_at bigint NOT NULL, expires_at bigint NOT NULL, used integer NOT NULL, taken integer NOT NULL,
            PRIMARY KEY (key, starts_at)) WITH (fillfactor = 50);
        CREATE INDEX quota_expiry ON quota (expires_at);

        CREATE TABLE configuration (digest text COLLATE "C" PRIMARY KEY, content bytea NOT NULL);
        ALTER TABLE configuration ALTER COLUMN content SET STORAGE EXTERNAL;
        CREATE TABLE active_configuration (one boolean PRIMARY KEY CHECK (one), digest text NOT NULL);
        CREATE TABLE setting (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);

        CREATE TABLE approval (
            id uuid PRIMARY KEY, act text NOT NULL, act_order bytea NOT NULL, digest text NOT NULL, reason text NOT NULL,
            asked_by text NOT NULL, asked_name text NOT NULL, asked_at bigint NOT NULL, expires_at bigint NOT NULL, status integer NOT NULL,
            decided_by text, decided_name text, decided_at bigint, decision_reason text NOT NULL, ended_at bigint, outcome text NOT NULL);
        CREATE INDEX approval_status ON approval (status, id);
        """;

    // Addresses of calendars.
    public const string Version2 = """
        CREATE TABLE calendar_feed (
            id uuid PRIMARY KEY, token_hash bytea NOT NULL, agency text COLLATE "C" NOT NULL, station text COLLATE "C", lawyer_term bytea,
            lawyer_cipher bytea, request_key bytea NOT NULL, request_digest bytea NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL,
            revoked_at bigint);
        CREATE UNIQUE INDEX calendar_feed_token ON calendar_feed (token_hash);
        CREATE UNIQUE INDEX calendar_feed_request ON calendar_feed (request_key);
        CREATE INDEX calendar_feed_agency ON calendar_feed (agency, id);
        CREATE INDEX calendar_feed_expiry ON calendar_feed (expires_at);
        """;
}
