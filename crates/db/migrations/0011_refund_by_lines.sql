-- What a refund is for: pieces of lines and delivery, each with its share of the tax, so that everything that goes back adds up
-- to what was paid. All amounts have the tax in them; `tax_minor` is the part of it that is tax.
--
-- A refund without lines and delivery gives back money that never belonged to the order: it came too late or twice.

ALTER TABLE refunds ADD COLUMN tax_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE refunds ADD COLUMN shipping_minor bigint NOT NULL DEFAULT 0;
ALTER TABLE refunds ADD COLUMN shipping_tax_minor bigint NOT NULL DEFAULT 0;
-- What staff wrote to the buyer.
ALTER TABLE refunds ADD COLUMN note text NOT NULL DEFAULT '';
-- The key of the form that asked for it: pressing its button twice asks once.
ALTER TABLE refunds ADD COLUMN form_key uuid;
CREATE UNIQUE INDEX refunds_form_key ON refunds (form_key);

-- `n_dropped` pieces were taken off the order before they were sent, `n_returned` came back after that.
CREATE TABLE refund_lines (
    refund_id uuid NOT NULL REFERENCES refunds (id),
    order_line_id uuid NOT NULL REFERENCES order_lines (id),
    quantity bigint NOT NULL,
    amount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    n_dropped bigint NOT NULL DEFAULT 0,
    n_returned bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (refund_id, order_line_id),
    CONSTRAINT refund_lines_quantity CHECK (quantity >= 0),
    CONSTRAINT refund_lines_tax CHECK (tax_minor BETWEEN 0 AND amount_minor)
);
CREATE INDEX refund_lines_line ON refund_lines (order_line_id);

-- Pieces that were taken off an order before they were sent; nobody sends them any more.
ALTER TABLE order_lines ADD COLUMN n_dropped bigint NOT NULL DEFAULT 0;
