INSERT INTO approval (id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
;
SELECT id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome FROM approval WHERE id = $1
;
SELECT id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome FROM approval WHERE status = $3 AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2
;
SELECT id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome FROM approval WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2
;
UPDATE approval SET status = $3, decided_by = $4, decided_name = $5, decided_at = $6, decision_reason = $7, ended_at = $8, outcome = $9
WHERE id = $1 AND status = $2
;
SELECT digest FROM active_configuration WHERE one
;
SELECT a.id, a.exchange_id, a.sender, a.kind, a.size_bytes, a.created_at, a.meta_cipher, a.chunk_count FROM attachment a WHERE a.exchange_id = ANY ($1) ORDER BY a.exchange_id, a.id
;
SELECT a.id, a.exchange_id, a.sender, a.kind, a.size_bytes, a.created_at, a.meta_cipher, a.chunk_count, a.content_cipher FROM attachment a WHERE a.exchange_id = $1 AND a.id = $2
;
SELECT cipher FROM chunk WHERE attachment_id = $1 AND ordinal = $2
;
SELECT content FROM configuration WHERE digest = $1
;
SELECT m.id, m.exchange_id, m.sequence, m.event, m.sender, m.state_after, m.occurred_at_civil, m.committed_at, m.content_cipher, m.leaf_hash, m.trace_parent FROM message m WHERE m.id = $1
;
SELECT id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at FROM upload WHERE request_key = $1
;
SELECT value FROM setting WHERE name = $1
;
SELECT id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at FROM upload WHERE id = $1
;
SELECT id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at FROM upload WHERE grown_at < $1 ORDER BY grown_at, id LIMIT $2
;
SELECT a.id, a.exchange_id, a.sender, a.kind, a.size_bytes, a.created_at, a.meta_cipher, a.chunk_count FROM attachment a WHERE a.exchange_id = $1 ORDER BY a.id
;
SELECT m.id, m.exchange_id, m.sequence, m.event, m.sender, m.state_after, m.occurred_at_civil, m.committed_at, m.content_cipher, m.leaf_hash, m.trace_parent FROM message m WHERE m.exchange_id = $1 AND m.sequence > $2 ORDER BY m.sequence LIMIT $3
;
SELECT token FROM revoked WHERE expires_at > $1 LIMIT $2
;
SELECT name, value FROM setting WHERE starts_with(name, $1) ORDER BY name
;
SELECT n.ord, e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.erase_at, e.control, e.data_key, e.view_cipher, m.id, m.exchange_id, m.sequence, m.event, m.sender, m.state_after, m.occurred_at_civil, m.committed_at, m.content_cipher, m.leaf_hash, m.trace_parent
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS n (exchange_id, message_id, ord)
JOIN exchange e ON e.id = n.exchange_id JOIN message m ON m.id = n.message_id
ORDER BY n.ord
;
SELECT count(*), coalesce(sum(total_bytes), 0)::bigint FROM upload WHERE sender = $1
;
INSERT INTO upload (id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (request_key) DO NOTHING
;
DELETE FROM chunk WHERE attachment_id = $1
;
UPDATE delivery SET status = 3, last_outcome = 'erased', settled_at = $2, lease_token = NULL, lease_until = NULL
WHERE exchange_id = $1 AND status IN (0, 1, 4)
;
DELETE FROM upload WHERE id = $1
;
SELECT id FROM upload WHERE exchange_id = $1 ORDER BY id FOR UPDATE
;
DELETE FROM chunk WHERE attachment_id = ANY (ARRAY (
    SELECT id FROM attachment WHERE exchange_id = $1 UNION SELECT id FROM upload WHERE exchange_id = $1))
;
DELETE FROM upload WHERE exchange_id = $1
;
SELECT key FROM hold WHERE exchange_id = $1 ORDER BY key FOR UPDATE
;
DELETE FROM hold WHERE exchange_id = $1
;
UPDATE delivery SET detail_cipher = NULL, overdue_at = NULL WHERE exchange_id = $1
;
UPDATE message SET content_cipher = '' WHERE exchange_id = $1
;
UPDATE attachment SET meta_cipher = '', content_cipher = '', chunk_count = 0 WHERE exchange_id = $1
;
DELETE FROM search_term WHERE exchange_id = $1
;
UPDATE exchange SET version = version + 1, updated_at = $3, next_clock_at = NULL, provisional = false, data_key = NULL, view_cipher = ''
WHERE id = $1 AND version = $2 AND data_key IS NOT NULL
;
UPDATE upload SET chunk_count = $3, received_bytes = $4, grown_at = $5 WHERE id = $1 AND received_bytes = $2
;
INSERT INTO chunk (attachment_id, ordinal, cipher) VALUES ($1, $2, $3)
ON CONFLICT (attachment_id, ordinal) DO UPDATE SET cipher = excluded.cipher
;
UPDATE exchange SET data_key = $3 WHERE id = $1 AND data_key = $2
;
SELECT extract(epoch FROM clock_timestamp())::numeric(20, 6)
;
SELECT recipient, status, last_outcome, count(*), min(created_at) FROM (
    SELECT recipient, status, last_outcome, created_at FROM delivery WHERE status = 0
    UNION ALL SELECT recipient, status, last_outcome, created_at FROM delivery WHERE status = 1
    UNION ALL SELECT recipient, status, last_outcome, created_at FROM delivery WHERE status IN (3, 4)) AS unfinished
GROUP BY recipient, status, last_outcome ORDER BY recipient, status, last_outcome
;
SELECT d.id, d.exchange_id, d.message_id, d.recipient, d.role, d.sequence, d.event, d.overtakes, d.status, d.due_at, d.attempts, d.lease_token, d.lease_until, d.delivered_at, d.last_outcome, d.clocked, d.created_at, d.relayed_at, d.overdue_at, d.settled_at, d.detail_cipher FROM delivery d WHERE d.id = $1
;
SELECT d.id, d.exchange_id, d.message_id, d.recipient, d.role, d.sequence, d.event, d.overtakes, d.status, d.due_at, d.attempts, d.lease_token, d.lease_until, d.delivered_at, d.last_outcome, d.clocked, d.created_at, d.relayed_at, d.overdue_at, d.settled_at, d.detail_cipher FROM delivery d WHERE d.overdue_at IS NOT NULL AND d.overdue_at <= $1 ORDER BY d.overdue_at, d.id LIMIT $2
;
SELECT agency, suspended, cause, paused_until, changed_at FROM recipient ORDER BY agency
;
SELECT d.id, d.exchange_id, d.message_id, d.recipient, d.role, d.sequence, d.event, d.overtakes, d.status, d.due_at, d.attempts, d.lease_token, d.lease_until, d.delivered_at, d.last_outcome, d.clocked, d.created_at, d.relayed_at, d.overdue_at, d.settled_at, d.detail_cipher FROM delivery d WHERE d.exchange_id = $1
;
SELECT d.id, d.exchange_id, d.message_id, d.recipient, d.role, d.sequence, d.event, d.overtakes, d.status, d.due_at, d.attempts, d.lease_token, d.lease_until, d.delivered_at, d.last_outcome, d.clocked, d.created_at, d.relayed_at, d.overdue_at, d.settled_at, d.detail_cipher FROM delivery d
WHERE d.status IN (3, 4) AND d.status = $1 AND (d.settled_at, d.id) > ($2, $3)
    AND ($4::text IS NULL OR d.recipient = $4) AND ($5::text IS NULL OR d.last_outcome = $5)
    AND ($6::uuid IS NULL OR d.exchange_id = $6)
    AND d.settled_at >= $7 AND d.settled_at < $8
ORDER BY d.settled_at, d.id LIMIT $9
;
SELECT min(greatest(due.at, r.paused_until)) FROM unnest($1::text[]) AS n (agency)
LEFT JOIN recipient r ON r.agency = n.agency
CROSS JOIN LATERAL (
    SELECT least(
        (SELECT d.due_at FROM delivery d WHERE d.recipient = n.agency AND d.ready AND d.status = 0 ORDER BY d.due_at LIMIT 1),
        (SELECT d.lease_until FROM delivery d WHERE d.recipient = n.agency AND d.status = 1 ORDER BY d.lease_until LIMIT 1)) AS at) AS due
WHERE r.suspended IS NOT TRUE AND due.at IS NOT NULL
;
UPDATE recipient SET suspended = false, cause = $2, paused_until = NULL, changed_at = $3
WHERE agency = $1 AND (suspended OR paused_until > $3)
;
SELECT id FROM exchange WHERE id = ANY (ARRAY (SELECT exchange_id FROM delivery WHERE id = ANY ($1))) ORDER BY id FOR NO KEY UPDATE
;
SELECT pg_advisory_xact_lock($1)
;
SELECT id, exchange_id, recipient FROM delivery WHERE id = ANY ($1) AND status = $2
ORDER BY exchange_id, recipient, sequence FOR NO KEY UPDATE
;
UPDATE delivery SET overdue_at = NULL WHERE id = $1 AND overdue_at IS NOT NULL AND status NOT IN (2, 5)
;
UPDATE delivery SET status = 0, due_at = $2, attempts = 0 WHERE id = ANY ($1)
;
UPDATE delivery d SET status = 0, attempts = d.attempts - 1, lease_token = NULL, lease_until = NULL,
    relayed_at = nullif(d.relayed_at, unused.leased_at)
FROM (
    SELECT l.exchange_id, l.recipient, l.sequence, n.leased_at
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS n (id, token, leased_at)
    JOIN delivery l ON l.id = n.id AND l.lease_token = n.token AND l.status = 1
    FOR NO KEY UPDATE OF l SKIP LOCKED) AS unused
WHERE d.exchange_id = unused.exchange_id AND d.recipient = unused.recipient AND d.sequence = unused.sequence
;
INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES ($1, true, $2, NULL, $3)
ON CONFLICT (agency) DO UPDATE SET suspended = true, cause = excluded.cause, changed_at = excluded.changed_at
WHERE NOT recipient.suspended
;
UPDATE delivery SET status = 5, settled_at = $2, overdue_at = NULL WHERE id = ANY ($1)
;
SELECT current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes'),
    current_setting('synchronous_commit'), current_setting('synchronous_standby_names'),
    (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum'))
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.erase_at, e.control, e.data_key, e.view_cipher FROM exchange e WHERE e.case_number = $4 AND e.id < $2 AND EXISTS (SELECT 1 FROM party p WHERE p.exchange_id = e.id AND p.agency = $1) AND ($3::text IS NULL OR e.state = $3) AND ($4::text IS NULL OR e.case_number = $4) AND ($5::text[] IS NULL OR e.type = ANY ($5))
ORDER BY e.id DESC LIMIT $6
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.erase_at, e.control, e.data_key, e.view_cipher FROM (
    SELECT DISTINCT ON (p.exchange_id) p.exchange_id FROM party p
    WHERE p.agency = $1 AND p.exchange_id < $2 AND ($5::text[] IS NULL OR p.type = ANY ($5))
    ORDER BY p.exchange_id DESC) AS mine JOIN exchange e ON e.id = mine.exchange_id
WHERE ($3::text IS NULL OR e.state = $3) AND ($4::text IS NULL OR e.case_number = $4) AND ($5::text[] IS NULL OR e.type = ANY ($5))
ORDER BY mine.exchange_id DESC LIMIT $6
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.erase_at, e.control, e.data_key, e.view_cipher FROM (
    SELECT DISTINCT ON (p.exchange_id) p.exchange_id FROM party p
    WHERE p.agency = $1 AND p.state = $3 AND p.exchange_id < $2 AND ($5::text[] IS NULL OR p.type = ANY ($5))
    ORDER BY p.exchange_id DESC) AS mine JOIN exchange e ON e.id = mine.exchange_id
WHERE ($3::text IS NULL OR e.state = $3) AND ($4::text IS NULL OR e.case_number = $4) AND ($5::text[] IS NULL OR e.type = ANY ($5))
ORDER BY mine.exchange_id DESC LIMIT $6
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.erase_at, e.control, e.data_key, e.view_cipher
FROM generate_series(0, (SELECT max(segment) FROM search_term)) AS s (number)
CROSS JOIN LATERAL (
    SELECT t.exchange_id FROM search_term t
    WHERE t.segment = s.number AND t.field = $7 AND t.term = $8 AND t.exchange_id < $2 OFFSET 0) AS t
CROSS JOIN LATERAL (SELECT * FROM exchange e WHERE e.id = t.exchange_id OFFSET 0) AS e
WHERE EXISTS (SELECT 1 FROM party p WHERE p.exchange_id = e.id AND p.agency = $1) AND ($3::text IS NULL OR e.state = $3) AND ($4::text IS NULL OR e.case_number = $4) AND ($5::text[] IS NULL OR e.type = ANY ($5))
ORDER BY t.exchange_id DESC LIMIT $6
;
SELECT id FROM exchange WHERE next_clock_at IS NOT NULL AND next_clock_at <= $1 ORDER BY next_clock_at, id LIMIT $2
;
SELECT id, data_key FROM exchange WHERE id > $1 AND data_key IS NOT NULL ORDER BY id LIMIT $2
;
SELECT id FROM exchange WHERE erase_at IS NOT NULL AND data_key IS NOT NULL AND erase_at <= $1 ORDER BY erase_at, id LIMIT $2
;
SELECT key, digest, exchange_id, committed_at, answer_cipher FROM idempotency WHERE key = $1
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.erase_at, e.control, e.data_key, e.view_cipher FROM exchange e WHERE e.id = $1
;
SELECT 1 FROM party WHERE exchange_id = $1 AND agency = $2 LIMIT 1
;
SELECT next_clock_at FROM exchange WHERE next_clock_at IS NOT NULL ORDER BY next_clock_at LIMIT 1
;
SELECT id FROM exchange WHERE provisional AND id > $1 ORDER BY id LIMIT $2
;
INSERT INTO hold (key, exchange_id)
SELECT DISTINCT ON (key) key, exchange_id
FROM (SELECT key, exchange_id FROM unnest($1::bytea[], $2::uuid[]) AS n (key, exchange_id)
    UNION ALL SELECT key, exchange_id FROM hold WHERE exchange_id = ANY ($3)) AS wanted
ORDER BY key
ON CONFLICT (key) DO UPDATE SET exchange_id = hold.exchange_id WHERE false
;
INSERT INTO idempotency (key, digest, exchange_id, committed_at, answer_cipher)
SELECT key, digest, exchange_id, committed_at, answer_cipher
FROM unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::bigint[], $5::bytea[]) AS n (key, digest, exchange_id, committed_at,
    answer_cipher) ORDER BY key
ON CONFLICT (key) DO NOTHING
;
SELECT id FROM leaf WHERE id = ANY ($1)
;
SELECT pg_advisory_xact_lock_shared($1)
;
SELECT id, exchange_id, recipient, sequence, status, due_at, lease_token FROM delivery
WHERE id = ANY ($1) ORDER BY exchange_id, recipient, sequence FOR NO KEY UPDATE
;
SELECT e.id, e.version FROM exchange e
WHERE e.id = ANY (ARRAY (SELECT unnest($1::uuid[]) UNION SELECT d.exchange_id FROM delivery d WHERE d.id = ANY ($2)))
ORDER BY e.id FOR NO KEY UPDATE
;
SELECT pg_advisory_xact_lock($1)
;
SELECT id, exchange_id, chunk_count, received_bytes FROM upload WHERE id = ANY ($1) ORDER BY id FOR UPDATE
;
SELECT digest FROM active_configuration WHERE one
;
SELECT key, exchange_id, xmin = pg_current_xact_id()::xid AS claimed FROM hold WHERE key = ANY ($1)
UNION SELECT key, exchange_id, xmin = pg_current_xact_id()::xid FROM hold WHERE exchange_id = ANY ($2)
;
SELECT key, digest, exchange_id, committed_at, answer_cipher FROM idempotency
WHERE key = ANY ($1) AND xmin <> pg_current_xact_id()::xid
;
SELECT agency, suspended, paused_until FROM recipient WHERE agency = ANY (ARRAY (SELECT recipient FROM delivery WHERE id = ANY ($1)))
;
SELECT pg_logical_emit_message(true, 'legalaid-gateway', '')
;
DELETE FROM party WHERE exchange_id = ANY ($1)
;
DELETE FROM search_term t WHERE t.exchange_id = ANY ($1) AND NOT EXISTS (
    SELECT 1 FROM unnest($2::uuid[], $3::text[], $4::bytea[]) AS n (exchange_id, field, term)
    WHERE n.exchange_id = t.exchange_id AND n.field = t.field AND n.term = t.term)
;
DELETE FROM upload WHERE id = ANY ($1)
;
DELETE FROM remembered WHERE key = ANY (ARRAY (
    SELECT key FROM remembered WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED))
;
INSERT INTO attachment (exchange_id, id, sender, kind, size_bytes, created_at, chunk_count, meta_cipher, content_cipher)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::integer[], $8::bytea[],
    $9::bytea[])
;
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
;
INSERT INTO exchange (id, type, type_digest, notice_id, version, state, final, case_number, opener, opened_at_civil, updated_at,
    next_clock_at, provisional, erase_at, control, data_key, view_cipher)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::boolean[], $8::text[],
    $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::boolean[], $14::bigint[], $15::bytea[], $16::bytea[],
    $17::bytea[])
;
INSERT INTO leaf (id, kind, exchange_id, subject, agency, committed_at, entry, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
;
INSERT INTO leaf (id, kind, exchange_id, subject, agency, committed_at, entry, hash)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bytea[], $8::bytea[])
;
INSERT INTO message (id, exchange_id, sequence, event, sender, state_after, occurred_at_civil, committed_at, leaf_hash, trace_parent,
    content_cipher)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::bytea[], $10::text[], $11::bytea[])
;
INSERT INTO party (exchange_id, agency, role, type, state) SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[],
    $5::text[])
ON CONFLICT (exchange_id, agency, role) DO NOTHING
;
INSERT INTO search_term (exchange_id, field, term)
SELECT n.exchange_id, n.field, n.term FROM unnest($1::uuid[], $2::text[], $3::bytea[]) AS n (exchange_id, field, term)
WHERE NOT EXISTS (
    SELECT 1 FROM search_term t WHERE t.exchange_id = n.exchange_id AND t.field = n.field AND t.term = n.term OFFSET 0)
;
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
RETURNING d.id, d.exchange_id, d.message_id, d.recipient, d.role, d.sequence, d.event, d.overtakes, d.status, d.due_at, d.attempts, d.lease_token, d.lease_until, d.delivered_at, d.last_outcome, d.clocked, d.created_at, d.relayed_at, d.overdue_at, d.settled_at, d.detail_cipher
;
UPDATE party p SET state = n.state FROM unnest($1::uuid[], $2::text[]) AS n (id,
    state) WHERE p.exchange_id = n.id AND p.state <> n.state
;
UPDATE hold h SET exchange_id = n.exchange_id FROM unnest($1::bytea[], $2::uuid[]) AS n (key, exchange_id) WHERE h.key = n.key
;
INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES ($1, false, $2, $3, $4)
ON CONFLICT (agency) DO UPDATE SET paused_until = excluded.paused_until, changed_at = excluded.changed_at,
    cause = CASE WHEN recipient.suspended THEN recipient.cause ELSE excluded.cause END
;
INSERT INTO idempotency (key, digest, exchange_id, committed_at, answer_cipher)
SELECT key, digest, exchange_id, committed_at, answer_cipher
FROM unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::bigint[], $5::bytea[]) AS n (key, digest, exchange_id, committed_at,
    answer_cipher)
ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, exchange_id = excluded.exchange_id, committed_at = excluded.committed_at,
    answer_cipher = excluded.answer_cipher
;
UPDATE delivery d SET ready = true
FROM (SELECT DISTINCT exchange_id, recipient FROM unnest($1::uuid[], $2::text[]) AS n (exchange_id, recipient)) AS pair
CROSS JOIN LATERAL (
    SELECT o.sequence FROM delivery o
    WHERE o.exchange_id = pair.exchange_id AND o.recipient = pair.recipient AND o.status NOT IN (2, 5)
    ORDER BY o.sequence LIMIT 1) AS first
WHERE d.exchange_id = pair.exchange_id AND d.recipient = pair.recipient AND d.sequence = first.sequence AND NOT d.ready
;
DELETE FROM hold WHERE key = ANY ($1)
;
INSERT INTO remembered (key, expires_at)
SELECT key, expires_at FROM unnest($1::bytea[], $2::bigint[]) AS n (key, expires_at) ORDER BY key
ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
WHERE remembered.expires_at <= ($3::bigint[])[array_position($1::bytea[], excluded.key)]
RETURNING key
;
DELETE FROM idempotency WHERE key = ANY ($1)
;
UPDATE delivery d SET status = n.status, due_at = n.due_at, last_outcome = n.outcome, lease_token = NULL, lease_until = NULL,
    delivered_at = CASE n.status WHEN 2 THEN n.at END, settled_at = n.at, detail_cipher = n.detail,
    overdue_at = CASE WHEN n.status NOT IN (2, 5) THEN d.overdue_at END
FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::smallint[], $5::bigint[], $6::text[], $7::bigint[],
    $8::bytea[]) AS n (exchange_id, recipient, sequence, status, due_at, outcome, at, detail)
WHERE d.exchange_id = n.exchange_id AND d.recipient = n.recipient AND d.sequence = n.sequence
;
INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES ($1, true, $2, NULL, $3)
ON CONFLICT (agency) DO UPDATE SET suspended = true, cause = excluded.cause, changed_at = excluded.changed_at
;
UPDATE exchange e SET type_digest = n.type_digest, version = n.version, state = n.state, final = n.final, case_number = n.case_number,
    updated_at = n.updated_at, next_clock_at = n.next_clock_at, provisional = n.provisional, erase_at = n.erase_at,
    control = n.control, view_cipher = n.view_cipher
FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::text[], $7::bigint[], $8::bigint[],
    $9::boolean[], $10::bigint[], $11::bytea[], $12::bytea[]) AS n (id, type_digest, version, state, final, case_number,
    updated_at, next_clock_at, provisional, erase_at, control, view_cipher)
WHERE e.id = n.id
;
SELECT pg_advisory_unlock($1)
;
SELECT pg_try_advisory_lock($1)
;
SELECT origin, size, root, signed_at, note FROM checkpoint WHERE size >= $1 ORDER BY size, origin LIMIT 1
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index FROM leaf WHERE id = $1
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index FROM leaf WHERE exchange_id = $1 AND subject = $2 AND kind = 'message' ORDER BY id LIMIT 1
;
SELECT origin, epoch, size, root FROM log_head WHERE one
;
SELECT origin, size, root, signed_at, note FROM checkpoint ORDER BY size DESC, origin DESC LIMIT 1
;
SELECT origin, size, root, signed_at, note FROM checkpoint WHERE size > $1 ORDER BY size, origin LIMIT $2
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index FROM leaf WHERE exchange_id = $1 AND id > $2 ORDER BY id LIMIT $3
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index FROM leaf WHERE log_index IS NOT NULL AND log_index >= $1 ORDER BY log_index LIMIT $2
;
SELECT t.level, t.position, t.hashes FROM unnest($1::integer[], $2::bigint[]) WITH ORDINALITY AS n (level, position, ord)
JOIN log_tile t ON t.level = n.level AND t.position = n.position ORDER BY n.ord
;
SELECT id, hash FROM leaf WHERE log_index IS NULL ORDER BY id LIMIT $1
;
INSERT INTO checkpoint (origin, size, root, signed_at, note) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (size, origin) DO NOTHING
;
INSERT INTO log_head (one, origin, epoch, size, root) VALUES (true, $1, $2, $3, $4) ON CONFLICT (one) DO NOTHING
;
UPDATE log_head SET origin = $1, epoch = $2, size = $3, root = $4
WHERE one AND origin = $5 AND epoch = $6 AND size = $7 AND root = $8
;
UPDATE leaf l SET log_index = $2 + n.ord - 1 FROM unnest($1::uuid[]) WITH ORDINALITY AS n (id,
    ord) WHERE l.id = n.id AND l.log_index IS NULL
;
INSERT INTO log_tile (level, position, hashes) SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bytea[])
ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
;
UPDATE checkpoint SET note = $4 WHERE origin = $1 AND size = $2 AND note = $3
;
INSERT INTO active_configuration (one, digest) VALUES (true, $1)
ON CONFLICT (one) DO UPDATE SET digest = excluded.digest WHERE active_configuration.digest <> excluded.digest
;
INSERT INTO configuration (digest, content) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING
;
DELETE FROM setting WHERE name = $1 AND value = $2
;
INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
;
SELECT pg_advisory_xact_lock($1)
;
INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
;
WITH forgotten AS (
    DELETE FROM revoked WHERE token = ANY (ARRAY (
        SELECT token FROM revoked WHERE expires_at <= $3 AND token <> $1 ORDER BY expires_at LIMIT 16 FOR UPDATE SKIP LOCKED)))
INSERT INTO revoked (token, expires_at) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING
;
UPDATE setting SET value = $2 WHERE name = $1 AND value = $3
;
WITH forgotten AS (
    DELETE FROM quota WHERE (key, starts_at) IN (
        SELECT key, starts_at FROM quota WHERE expires_at <= $5 ORDER BY expires_at LIMIT 16 FOR UPDATE SKIP LOCKED))
INSERT INTO quota (key, starts_at, expires_at, used, taken) VALUES ($1, $2, $3, greatest(1, $4 / 8), greatest(1, $4 / 8))
ON CONFLICT (key, starts_at) DO UPDATE
SET used = quota.used + greatest(1, ($4 - quota.used) / 8), taken = greatest(1, ($4 - quota.used) / 8) WHERE quota.used < $4
RETURNING taken, used
;
SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS n (payload)
;
