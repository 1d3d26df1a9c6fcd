-- The VAT ids that customers gave, and which of them staff have looked up: a shop may sell without tax to those only.
--
-- `checked_by` and `checked_name` say who did, also when they have left.

CREATE TABLE customer_vat_ids (
    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    vat_id text NOT NULL,
    noted_at bigint NOT NULL,
    checked_at bigint,
    checked_by uuid,
    checked_name text NOT NULL DEFAULT '',
    PRIMARY KEY (customer_id, vat_id)
);
