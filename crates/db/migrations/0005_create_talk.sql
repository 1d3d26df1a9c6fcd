-- What people say to one another: reviews, inquiries, mails.

CREATE TABLE reviews (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    order_id uuid,
    order_line_id uuid UNIQUE,
    customer_id uuid,
    author text NOT NULL,
    rating bigint NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    variant_title text NOT NULL DEFAULT '',
    is_sample boolean NOT NULL DEFAULT false,
    state text NOT NULL,
    created_at bigint NOT NULL,
    decided_at bigint,
    decided_by uuid,
    reject_reason text NOT NULL DEFAULT '',
    reply text NOT NULL DEFAULT '',
    replied_at bigint,
    n_helpful bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT reviews_rating CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT reviews_state CHECK (state IN ('pending', 'published', 'rejected'))
);
CREATE INDEX reviews_product ON reviews (product_id, state, created_at, id);
CREATE INDEX reviews_state_created ON reviews (state, created_at, id);

-- Who found a review helpful, as a keyed hash: an account, or an address of somebody who is not signed in.
CREATE TABLE review_votes (
    review_id uuid NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    voter bytea NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (review_id, voter)
);

CREATE TABLE inquiries (
    id uuid PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    token_hash bytea NOT NULL UNIQUE,
    token_sealed bytea NOT NULL,
    customer_id uuid,
    order_number text NOT NULL DEFAULT '',
    order_id uuid,
    product_id uuid,
    topic text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    subject text NOT NULL,
    state text NOT NULL,
    is_unread boolean NOT NULL,
    assignee_id uuid,
    n_messages bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    last_message_at bigint NOT NULL,
    closed_at bigint,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT inquiries_state CHECK (state IN ('open', 'waiting', 'closed'))
);
CREATE INDEX inquiries_state_last ON inquiries (state, last_message_at, id);
CREATE INDEX inquiries_email ON inquiries (email_key, created_at);
CREATE INDEX inquiries_assignee ON inquiries (assignee_id, last_message_at, id) WHERE state = 'open';
CREATE INDEX inquiries_unread ON inquiries (last_message_at) WHERE is_unread;

CREATE TABLE inquiry_messages (
    id uuid PRIMARY KEY,
    inquiry_id uuid NOT NULL REFERENCES inquiries (id) ON DELETE CASCADE,
    author_kind text NOT NULL,
    author_name text NOT NULL,
    staff_id uuid,
    body text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT inquiry_messages_author CHECK (author_kind IN ('customer', 'staff', 'note'))
);
CREATE INDEX inquiry_messages_inquiry ON inquiry_messages (inquiry_id, at, id);

-- Every mail there is. `unique_key` says which event it tells of, so that nobody is told twice.
CREATE TABLE mails (
    id uuid PRIMARY KEY,
    unique_key text NOT NULL UNIQUE,
    kind text NOT NULL,
    to_email text NOT NULL,
    to_key text NOT NULL,
    to_name text NOT NULL,
    reply_to text,
    subject text NOT NULL,
    text_body text NOT NULL,
    html_body text NOT NULL,
    message_id text NOT NULL UNIQUE,
    order_id uuid,
    inquiry_id uuid,
    is_secret boolean NOT NULL,
    state text NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at bigint NOT NULL,
    queued_at bigint NOT NULL,
    sent_at bigint,
    CONSTRAINT mails_state CHECK (state IN ('queued', 'sent', 'kept', 'failed'))
);
--@ postgres
-- Mails are looked up by how addresses begin, so keys are compared byte by byte as SQLite does.
ALTER TABLE mails ALTER COLUMN to_key TYPE text COLLATE "C";
--@ both
CREATE INDEX mails_to ON mails (to_key, created_at, id);
CREATE INDEX mails_inquiry ON mails (inquiry_id, created_at, id) WHERE inquiry_id IS NOT NULL;
CREATE INDEX mails_created ON mails (created_at, id);
CREATE INDEX mails_order ON mails (order_id, created_at) WHERE order_id IS NOT NULL;
CREATE INDEX mails_state_created ON mails (state, created_at, id);
