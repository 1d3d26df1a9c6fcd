-- What everything else stands on: settings, counters, the change log every instance follows, jobs, the audit log.

CREATE TABLE settings (
    section text PRIMARY KEY,
    value jsonb NOT NULL,
    version bigint NOT NULL,
    changed_at bigint NOT NULL,
    changed_by uuid
);

CREATE TABLE counters (
    name text PRIMARY KEY,
    value bigint NOT NULL
);

-- Each row says that something a page or the search index shows has changed. `seq` orders what has been committed:
-- on PostgreSQL it is the transaction's own number, and only what is older than every running transaction is read,
-- because a higher number can become visible before a lower one.
--@ postgres
CREATE TABLE change_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seq bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    kind text NOT NULL,
    entity uuid,
    at bigint NOT NULL
);
CREATE INDEX change_log_seq ON change_log (seq, id);
--@ sqlite
CREATE TABLE change_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    entity BLOB,
    at INTEGER NOT NULL
);
--@ both

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    unique_key text UNIQUE,
    run_at bigint NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    leased_until bigint,
    last_error text,
    created_at bigint NOT NULL,
    done_at bigint,
    dead_at bigint
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX jobs_dead ON jobs (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX jobs_done ON jobs (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at bigint NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id uuid,
    object_name text NOT NULL,
    details jsonb NOT NULL,
    ip text
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_kind ON audit (actor_kind, at, id);
CREATE INDEX audit_object ON audit (object_id, at, id);
CREATE INDEX audit_actor ON audit (actor_id, at, id);
CREATE INDEX audit_action ON audit (action, at, id);

-- A form that was sent twice is answered twice and carried out once.
CREATE TABLE idempotency (
    scope text NOT NULL,
    key text NOT NULL,
    result jsonb NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
