-- What of an authorisation was not taken: pieces that are not sent, delivery, or a part of their price. An authorisation is taken once, so
-- it is never owed again; invoice and refunds are over the rest. All amounts have the tax in them.

-- The pieces a capture was asked for, until it has been made; nothing where it is the whole order.
ALTER TABLE payment_attempts ADD COLUMN capture_portion jsonb;

CREATE TABLE releases (
    order_id uuid PRIMARY KEY REFERENCES orders (id),
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id),
    amount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    shipping_minor bigint NOT NULL,
    shipping_tax_minor bigint NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT releases_attempt_key UNIQUE (attempt_id),
    CONSTRAINT releases_amount CHECK (amount_minor > 0),
    CONSTRAINT releases_tax CHECK (tax_minor BETWEEN 0 AND amount_minor)
);

-- `n_dropped` pieces were taken off the order because nobody pays for them; where it is 0 only the price was lowered.
CREATE TABLE release_lines (
    order_id uuid NOT NULL REFERENCES releases (order_id),
    order_line_id uuid NOT NULL REFERENCES order_lines (id),
    quantity bigint NOT NULL,
    amount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    n_dropped bigint NOT NULL,
    PRIMARY KEY (order_id, order_line_id),
    CONSTRAINT release_lines_quantity CHECK (quantity >= 0 AND n_dropped BETWEEN 0 AND quantity),
    CONSTRAINT release_lines_tax CHECK (tax_minor BETWEEN 0 AND amount_minor)
);
