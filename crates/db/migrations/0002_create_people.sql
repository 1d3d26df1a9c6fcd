-- Customers, staff, and what lets them in.

-- One row for each e-mail address that ever ordered or has an account; a guest is one without a password.
CREATE TABLE customers (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    name text NOT NULL,
    name_key text NOT NULL,
    surname_key text NOT NULL,
    phone text NOT NULL DEFAULT '',
    password_hash text,
    password_changed_at bigint,
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
--@ postgres
-- People are looked up by how their names begin, so keys are compared byte by byte as SQLite does.
ALTER TABLE customers
    ALTER COLUMN email_key TYPE text COLLATE "C",
    ALTER COLUMN name_key TYPE text COLLATE "C",
    ALTER COLUMN surname_key TYPE text COLLATE "C";
--@ both
CREATE INDEX customers_created ON customers (created_at, id);
CREATE INDEX customers_accounts ON customers (created_at, id) WHERE password_hash IS NOT NULL;
CREATE INDEX customers_guests ON customers (created_at, id) WHERE password_hash IS NULL;
CREATE INDEX customers_name ON customers (name_key);
CREATE INDEX customers_surname ON customers (surname_key);

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

-- Refused sign-ins, also for addresses nobody has, so that both look alike. `realm` tells customers from staff.
CREATE TABLE sign_in_failures (
    realm text NOT NULL,
    email_key text NOT NULL,
    n_recent bigint NOT NULL,
    n_in_row bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (realm, email_key)
);
CREATE INDEX sign_in_failures_last ON sign_in_failures (last_at);

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
