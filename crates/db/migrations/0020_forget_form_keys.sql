-- A refund's form is known by the key that every form of a page carries (table `idempotency`), and needs none of its own.

DROP INDEX refunds_form_key;
ALTER TABLE refunds DROP COLUMN form_key;
