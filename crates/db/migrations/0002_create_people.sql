-- Customers, staff, and what lets them in.

CREATE TABLE customers (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    name text NOT NULL,
    phone text NOT NULL DEFAULT '',
    password_hash text,
    verified_at bigint,
    marketing_at bigint,
    disabled_at bigint,
    created_at bigint NOT NULL,
    last_seen_at bigint,
    n_orders bigint NOT NULL DEFAULT 0,
    spent_minor bigint NOT NULL DEFAULT 0,
    last_order_at bigint,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX customers_created ON customers (created_at, id);
CREATE INDEX customers_name ON customers (name, id);

CREATE TABLE addresses (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    address jsonb NOT NULL,
    is_default_shipping boolean NOT NULL,
    is_default_billing boolean NOT NULL,
    created_at bigint NOT NULL,
    deleted_at bigint
);
CREATE INDEX addresses_customer ON addresses (customer_id, created_at);

CREATE TABLE staff (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text,
    role text NOT NULL,
    disabled_at bigint,
    created_at bigint NOT NULL,
    last_seen_at bigint,
    version bigint NOT NULL DEFAULT 1
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    customer_id uuid REFERENCES customers (id) ON DELETE CASCADE,
    staff_id uuid REFERENCES staff (id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    confirmed_at bigint NOT NULL,
    device text NOT NULL,
    ip text NOT NULL,
    CONSTRAINT sessions_one_owner CHECK ((customer_id IS NULL) <> (staff_id IS NULL))
);
CREATE INDEX sessions_customer ON sessions (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX sessions_staff ON sessions (staff_id) WHERE staff_id IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Links in mails: set-up, verification, reset, invitation, review. Only their hash is kept.
CREATE TABLE link_tokens (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL,
    subject uuid,
    data jsonb NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
);
CREATE INDEX link_tokens_subject ON link_tokens (purpose, subject);
CREATE INDEX link_tokens_expiry ON link_tokens (expires_at);

CREATE TABLE subscribers (
    email_key text PRIMARY KEY,
    email text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    confirmed_at bigint,
    left_at bigint
);
