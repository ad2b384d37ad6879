DELETE FROM chunk WHERE attachment_id = ?1
;
DELETE FROM chunk WHERE attachment_id IN (
    SELECT id FROM attachment WHERE exchange_id = ?1 UNION ALL SELECT id FROM upload WHERE exchange_id = ?1)
;
DELETE FROM hold WHERE exchange_id = ?1
;
DELETE FROM hold WHERE key = ?1 AND exchange_id = ?2
;
DELETE FROM party WHERE exchange_id = ?1
;
DELETE FROM quota WHERE expires_at <= ?1
;
DELETE FROM remembered
WHERE key IN (SELECT key FROM remembered WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
;
DELETE FROM revoked
WHERE token IN (SELECT token FROM revoked WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
;
DELETE FROM search_term WHERE exchange_id = ?1
;
DELETE FROM search_term WHERE segment = ?1 AND field = ?2 AND term = ?3 AND exchange_id = ?4
;
DELETE FROM setting WHERE name = ?1
;
DELETE FROM upload WHERE exchange_id = ?1
;
DELETE FROM upload WHERE id = ?1
;
DELETE FROM upload WHERE id = ?1 AND exchange_id = ?2 AND chunk_count = ?3 AND received_bytes = ?4
;
INSERT INTO active_configuration (one, digest) VALUES (1, ?1)
ON CONFLICT (one) DO UPDATE SET digest = excluded.digest WHERE active_configuration.digest <> excluded.digest
;
INSERT INTO approval (id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
;
INSERT INTO attachment (exchange_id, id, sender, kind, size_bytes, created_at, meta_cipher, content_cipher, chunk_count)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
;
INSERT INTO checkpoint (origin, size, root, signed_at, note) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (size, origin) DO NOTHING
;
INSERT INTO chunk (attachment_id, ordinal, cipher) VALUES (?1, ?2, ?3)
ON CONFLICT (attachment_id, ordinal) DO UPDATE SET cipher = excluded.cipher
;
INSERT INTO configuration (digest, content) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING
;
INSERT INTO delivery (exchange_id, recipient, sequence, id, message_id, role, event, overtakes, ready, status, due_at, attempts,
    last_outcome, clocked, created_at, overdue_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, 0, '', ?11, ?12, ?13)
;
INSERT INTO exchange (id, type, type_digest, notice_id, version, state, final, case_number, opener, opened_at_civil, updated_at,
    next_clock_at, provisional, control, data_key, view_cipher, erase_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
ON CONFLICT (id) DO NOTHING
;
INSERT INTO hold (key, exchange_id) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING
;
INSERT INTO idempotency (key, digest, exchange_id, committed_at, answer_cipher) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (key) DO NOTHING
;
INSERT INTO leaf (id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)
;
INSERT INTO log_head (one, origin, epoch, size, root) VALUES (1, ?1, ?2, ?3, ?4)
ON CONFLICT (one) DO NOTHING
;
INSERT INTO log_tile (level, position, hashes) VALUES (?1, ?2, ?3)
ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
;
INSERT INTO message (id, exchange_id, sequence, event, sender, state_after, occurred_at_civil, committed_at, leaf_hash,
    trace_parent, content_cipher)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
;
INSERT INTO party (exchange_id, agency, role, type, state) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (exchange_id, agency, role) DO NOTHING
;
INSERT INTO quota (key, starts_at, expires_at, used, taken) VALUES (?1, ?2, ?3, max(1, ?4 / 8), max(1, ?4 / 8))
ON CONFLICT (key, starts_at) DO UPDATE SET used = used + max(1, (?4 - used) / 8), taken = max(1, (?4 - used) / 8) WHERE used < ?4
RETURNING taken, used
;
INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES (?1, 0, ?2, ?3, ?4)
ON CONFLICT (agency) DO UPDATE SET paused_until = excluded.paused_until, changed_at = excluded.changed_at,
    cause = CASE suspended WHEN 1 THEN cause ELSE excluded.cause END
WHERE paused_until IS NULL OR paused_until < excluded.paused_until
;
INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES (?1, 1, ?2, NULL, ?3)
ON CONFLICT (agency) DO UPDATE SET suspended = 1, cause = excluded.cause, changed_at = excluded.changed_at WHERE suspended = 0
;
INSERT INTO remembered (key, expires_at) VALUES (?1, ?2)
ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE remembered.expires_at <= ?3
;
INSERT INTO revoked (token, expires_at) VALUES (?1, ?2) ON CONFLICT (token) DO NOTHING
;
INSERT INTO search_term (segment, field, term, exchange_id) VALUES ((SELECT rowid / 1024 FROM exchange WHERE id = ?3), ?1, ?2, ?3)
ON CONFLICT (segment, field, term, exchange_id) DO NOTHING
;
INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING
;
INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
;
INSERT INTO upload (id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, request_key, created_at, grown_at,
    names_cipher)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (request_key) DO NOTHING
;
SELECT 1 FROM exchange WHERE id = ?1 AND version = ?2
;
SELECT 1 FROM party WHERE exchange_id = ?1 AND agency = ?2 LIMIT 1
;
SELECT agency, suspended, cause, paused_until, changed_at FROM recipient ORDER BY agency
;
SELECT cipher FROM chunk WHERE attachment_id = ?1 AND ordinal = ?2
;
SELECT content FROM configuration WHERE digest = ?1
;
SELECT count(*), coalesce(sum(total_bytes), 0) FROM upload INDEXED BY upload_sender WHERE sender = ?1
;
SELECT digest FROM active_configuration WHERE one = 1
;
SELECT digest FROM active_configuration WHERE one = 1
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.control, e.data_key, e.view_cipher, e.erase_at FROM exchange e INDEXED BY exchange_case
WHERE e.case_number IS NOT NULL AND e.case_number = ?4 AND e.id < ?2 AND EXISTS (SELECT 1 FROM party p WHERE p.exchange_id = e.id AND p.agency = ?1) AND (?3 IS NULL OR e.state = ?3) AND (?4 IS NULL OR e.case_number = ?4)
AND (?5 IS NULL OR e.type IN (SELECT value FROM json_each(?5)))
ORDER BY e.id DESC
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.control, e.data_key, e.view_cipher, e.erase_at FROM exchange e WHERE e.id = ?1
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.control, e.data_key, e.view_cipher, e.erase_at FROM party p INDEXED BY party_listed CROSS JOIN exchange e ON e.id = p.exchange_id
WHERE p.agency = ?1 AND p.exchange_id < ?2 AND (?3 IS NULL OR e.state = ?3) AND (?4 IS NULL OR e.case_number = ?4)
AND (?5 IS NULL OR e.type IN (SELECT value FROM json_each(?5)))
    AND (?5 IS NULL OR p.type IN (SELECT value FROM json_each(?5)))
ORDER BY p.exchange_id DESC
;
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.control, e.data_key, e.view_cipher, e.erase_at FROM party p INDEXED BY party_state CROSS JOIN exchange e ON e.id = p.exchange_id
WHERE p.agency = ?1 AND p.state = ?3 AND p.exchange_id < ?2 AND (?3 IS NULL OR e.state = ?3) AND (?4 IS NULL OR e.case_number = ?4)
AND (?5 IS NULL OR e.type IN (SELECT value FROM json_each(?5)))
    AND (?5 IS NULL OR p.type IN (SELECT value FROM json_each(?5)))
ORDER BY p.exchange_id DESC
;
SELECT exchange_id FROM hold WHERE key = ?1
;
SELECT hashes FROM log_tile WHERE level = ?1 AND position = ?2
;
SELECT id FROM exchange INDEXED BY exchange_clock WHERE next_clock_at IS NOT NULL AND next_clock_at <= ?1
ORDER BY next_clock_at, id LIMIT ?2
;
SELECT id FROM exchange INDEXED BY exchange_erase WHERE erase_at IS NOT NULL AND data_key IS NOT NULL AND erase_at <= ?1
ORDER BY erase_at, id LIMIT ?2
;
SELECT id FROM exchange INDEXED BY exchange_provisional WHERE provisional = 1 AND id > ?1 ORDER BY id LIMIT ?2
;
SELECT id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome FROM approval INDEXED BY approval_status
WHERE status = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3
;
SELECT id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome FROM approval WHERE id < ?1 ORDER BY id DESC LIMIT ?2
;
SELECT id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
decision_reason, ended_at, outcome FROM approval WHERE id = ?1
;
SELECT id, data_key FROM exchange INDEXED BY exchange_id WHERE id > ?1 AND data_key IS NOT NULL ORDER BY id LIMIT ?2
;
SELECT id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher FROM delivery INDEXED BY delivery_leased
WHERE recipient = ?1 AND status = 1 AND lease_until <= ?2 ORDER BY lease_until LIMIT ?3
;
SELECT id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher FROM delivery INDEXED BY delivery_overdue
WHERE overdue_at IS NOT NULL AND overdue_at <= ?1 AND status NOT IN (2, 5) ORDER BY overdue_at LIMIT ?2
;
SELECT id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher FROM delivery INDEXED BY delivery_stopped
WHERE status IN (3, 4) AND status = ?1 AND (settled_at, id) > (?2, ?3) AND settled_at < ?4
    AND (?5 IS NULL OR recipient = ?5) AND (?6 IS NULL OR last_outcome = ?6) AND (?7 IS NULL OR exchange_id = ?7)
ORDER BY settled_at, id LIMIT ?8
;
SELECT id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher FROM delivery INDEXED BY delivery_waiting
WHERE recipient = ?1 AND ready = 1 AND status = 0 AND due_at <= ?2 ORDER BY due_at LIMIT ?3
;
SELECT id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher FROM delivery WHERE exchange_id = ?1
;
SELECT id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher FROM delivery WHERE id = ?1
;
SELECT id, exchange_id, message_id, recipient, role, sequence, event, overtakes, status, due_at, attempts, lease_token, lease_until, delivered_at, last_outcome, clocked, created_at, relayed_at, overdue_at, settled_at, detail_cipher FROM delivery WHERE id = ?1
;
SELECT id, exchange_id, sender, kind, size_bytes, created_at, meta_cipher, chunk_count FROM attachment WHERE exchange_id = ?1 ORDER BY id
;
SELECT id, exchange_id, sender, kind, size_bytes, created_at, meta_cipher, chunk_count, content_cipher FROM attachment WHERE exchange_id = ?1 AND id = ?2
;
SELECT id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at FROM upload INDEXED BY upload_grown WHERE grown_at < ?1 ORDER BY grown_at LIMIT ?2
;
SELECT id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at FROM upload WHERE id = ?1
;
SELECT id, exchange_id, sender, kind, total_bytes, received_bytes, chunk_count, names_cipher, request_key, created_at, grown_at FROM upload WHERE request_key = ?1
;
SELECT id, exchange_id, sequence, event, sender, state_after, occurred_at_civil, committed_at, content_cipher, leaf_hash, trace_parent FROM message WHERE exchange_id = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3
;
SELECT id, exchange_id, sequence, event, sender, state_after, occurred_at_civil, committed_at, content_cipher, leaf_hash, trace_parent FROM message WHERE id = ?1
;
SELECT id, hash FROM leaf INDEXED BY leaf_unindexed WHERE log_index IS NULL ORDER BY id LIMIT ?1
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash FROM leaf INDEXED BY leaf_exchange
WHERE exchange_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index FROM leaf INDEXED BY leaf_exchange
WHERE exchange_id = ?1 AND subject = ?2 AND kind = 'message' LIMIT 1
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index FROM leaf INDEXED BY leaf_log_index WHERE log_index >= ?1 ORDER BY log_index LIMIT ?2
;
SELECT id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index FROM leaf WHERE id = ?1
;
SELECT key FROM hold WHERE exchange_id = ?1
;
SELECT key, digest, exchange_id, committed_at, answer_cipher FROM idempotency WHERE key = ?1
;
SELECT key, digest, exchange_id, committed_at, answer_cipher FROM idempotency WHERE key = ?1
;
SELECT min(at), (SELECT paused_until FROM recipient WHERE agency = ?1), (SELECT suspended FROM recipient WHERE agency = ?1) FROM (
    SELECT min(due_at) AS at FROM delivery INDEXED BY delivery_waiting WHERE recipient = ?1 AND ready = 1 AND status = 0
    UNION ALL
    SELECT min(lease_until) FROM delivery INDEXED BY delivery_leased WHERE recipient = ?1 AND status = 1)
;
SELECT min(next_clock_at) FROM exchange INDEXED BY exchange_clock WHERE next_clock_at IS NOT NULL
;
SELECT name, value FROM setting WHERE name >= ?1 AND name < ?1 || char(1114111) ORDER BY name
;
SELECT origin, epoch, size, root FROM log_head WHERE one = 1
;
SELECT origin, size, root, signed_at, note FROM checkpoint ORDER BY size DESC, origin DESC LIMIT 1
;
SELECT origin, size, root, signed_at, note FROM checkpoint WHERE size > ?1 ORDER BY size, origin LIMIT ?2
;
SELECT origin, size, root, signed_at, note FROM checkpoint WHERE size >= ?1 ORDER BY size, origin LIMIT 1
;
SELECT recipient, status, last_outcome, created_at FROM delivery INDEXED BY delivery_open WHERE status NOT IN (2, 5)
;
SELECT segment, field, term FROM search_term WHERE exchange_id = ?1
;
SELECT sequence, status, overtakes FROM delivery WHERE exchange_id = ?1 AND recipient = ?2 AND sequence < ?3
ORDER BY sequence DESC
;
SELECT suspended, paused_until FROM recipient WHERE agency = ?1
;
SELECT token FROM revoked WHERE expires_at > ?1 LIMIT ?2
;
SELECT value FROM setting WHERE name = ?1
;
SELECT value FROM setting WHERE name = ?1
;
UPDATE approval SET status = ?1, decided_by = ?2, decided_name = ?3, decided_at = ?4, decision_reason = ?5, ended_at = ?6, outcome = ?7
WHERE id = ?8 AND status = ?9
;
UPDATE attachment SET meta_cipher = x'', content_cipher = x'', chunk_count = 0 WHERE exchange_id = ?1
;
UPDATE checkpoint SET note = ?1 WHERE size = ?2 AND origin = ?3 AND note = ?4
;
UPDATE delivery SET detail_cipher = NULL, overdue_at = NULL WHERE exchange_id = ?1
;
UPDATE delivery SET overdue_at = NULL WHERE id = ?1 AND overdue_at IS NOT NULL AND status NOT IN (2, 5)
;
UPDATE delivery SET ready = 1
WHERE exchange_id = ?1 AND recipient = ?2 AND ready = 0 AND sequence = (
    SELECT sequence FROM delivery WHERE exchange_id = ?1 AND recipient = ?2 AND sequence > ?3 AND status NOT IN (2, 5)
    ORDER BY sequence LIMIT 1)
;
UPDATE delivery SET status = 0, attempts = attempts - 1, lease_token = NULL, lease_until = NULL, relayed_at = nullif(relayed_at, ?1)
WHERE id = ?2 AND lease_token = ?3 AND status = 1
;
UPDATE delivery SET status = 0, due_at = ?1, attempts = 0 WHERE exchange_id = ?2 AND recipient = ?3 AND sequence = ?4
;
UPDATE delivery SET status = 1, attempts = attempts + 1, lease_token = ?1, lease_until = ?2, relayed_at = ?3
WHERE exchange_id = ?4 AND recipient = ?5 AND sequence = ?6
;
UPDATE delivery SET status = 3, last_outcome = 'erased', settled_at = ?1, lease_token = NULL, lease_until = NULL
WHERE exchange_id = ?2 AND status IN (0, 1, 4)
;
UPDATE delivery SET status = 5, settled_at = ?1, overdue_at = NULL WHERE exchange_id = ?2 AND recipient = ?3 AND sequence = ?4
;
UPDATE delivery SET status = ?1, due_at = ?2, delivered_at = ?3, overdue_at = ?4, last_outcome = ?5, settled_at = ?6, detail_cipher = ?7,
    lease_token = NULL, lease_until = NULL
WHERE exchange_id = ?8 AND recipient = ?9 AND sequence = ?10
;
UPDATE exchange SET data_key = ?1 WHERE id = ?2 AND data_key = ?3
;
UPDATE exchange SET type_digest = ?1, version = ?2, state = ?3, final = ?4, case_number = ?5, updated_at = ?6,
    next_clock_at = ?7, provisional = ?8, control = ?9, view_cipher = ?10, erase_at = ?11
WHERE id = ?12 AND version = ?13
;
UPDATE exchange SET version = version + 1, updated_at = ?1, next_clock_at = NULL, provisional = 0, view_cipher = x'', data_key = NULL
WHERE id = ?2 AND version = ?3 AND data_key IS NOT NULL
;
UPDATE leaf SET log_index = ?1 WHERE id = ?2 AND log_index IS NULL
;
UPDATE log_head SET origin = ?1, epoch = ?2, size = ?3, root = ?4
WHERE one = 1 AND origin = ?5 AND epoch = ?6 AND size = ?7 AND root = ?8
;
UPDATE message SET content_cipher = x'' WHERE exchange_id = ?1
;
UPDATE party SET state = ?1 WHERE exchange_id = ?2 AND state <> ?1
;
UPDATE recipient SET suspended = 0, cause = ?2, paused_until = NULL, changed_at = ?3
WHERE agency = ?1 AND (suspended = 1 OR paused_until > ?3)
;
UPDATE upload SET received_bytes = ?1, chunk_count = ?2, grown_at = ?3 WHERE id = ?4 AND received_bytes = ?5
;
WITH RECURSIVE segment (number) AS (
    SELECT max(segment) FROM search_term UNION ALL SELECT number - 1 FROM segment WHERE number > 0)
SELECT e.id, e.type, e.type_digest, e.notice_id, e.version, e.state, e.final, e.case_number, e.opener, e.opened_at_civil, e.updated_at, e.next_clock_at, e.provisional, e.control, e.data_key, e.view_cipher, e.erase_at
FROM segment s CROSS JOIN search_term t ON t.segment = s.number CROSS JOIN exchange e ON e.id = t.exchange_id
WHERE t.field = ?6 AND t.term = ?7 AND t.exchange_id < ?2 AND EXISTS (SELECT 1 FROM party p WHERE p.exchange_id = e.id AND p.agency = ?1) AND (?3 IS NULL OR e.state = ?3) AND (?4 IS NULL OR e.case_number = ?4)
AND (?5 IS NULL OR e.type IN (SELECT value FROM json_each(?5)))
ORDER BY t.exchange_id DESC LIMIT ?8
;
