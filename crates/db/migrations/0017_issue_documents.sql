-- Invoices and credit notes: what was handed out stays as it was, whatever becomes of the shop, its products and its settings.
--
-- Each series is numbered from 1 without a gap; its counter is a row of `counters`. `cause_id` is what a document is issued for, once:
-- the order of an invoice, the refund of a credit note. `sheet` is everything on it that is no figure: both parties, dates, words.

CREATE TABLE documents (
    id uuid PRIMARY KEY,
    series text NOT NULL,
    serial bigint NOT NULL,
    number text NOT NULL,
    cause_id uuid NOT NULL,
    order_id uuid NOT NULL REFERENCES orders (id),
    -- The invoice a credit note takes back a part of.
    invoice_id uuid REFERENCES documents (id),
    currency text NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    issued_at bigint NOT NULL,
    sheet jsonb NOT NULL,
    CONSTRAINT documents_serial_key UNIQUE (series, serial),
    CONSTRAINT documents_cause_key UNIQUE (cause_id),
    CONSTRAINT documents_serial CHECK (serial >= 1),
    CONSTRAINT documents_total CHECK (total_minor = net_minor + tax_minor)
);
CREATE INDEX documents_order ON documents (order_id);
CREATE INDEX documents_number ON documents (number);
CREATE INDEX documents_issued ON documents (issued_at, id);

-- A line without `order_line_id` is delivery at one rate of tax. On a credit note a quantity of 0 means that only the price was lowered.
CREATE TABLE document_lines (
    document_id uuid NOT NULL REFERENCES documents (id),
    position bigint NOT NULL,
    order_line_id uuid,
    title text NOT NULL,
    sku text NOT NULL,
    quantity bigint NOT NULL,
    unit_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    gross_minor bigint NOT NULL,
    tax_ppm bigint NOT NULL,
    tax_name text NOT NULL,
    PRIMARY KEY (document_id, position),
    CONSTRAINT document_lines_gross CHECK (gross_minor = net_minor + tax_minor)
);
