-- Lists of a few among a million: what is to be sent, sold out, low, or goes to one country. Each is read along an index of just those.
-- SQLite takes an index of some rows only if it begins with a column the statement compares.

CREATE INDEX orders_to_send ON orders (state, created_at, id)
    WHERE state = 'placed' AND fulfilment_status IN ('unfulfilled', 'partially_shipped');
CREATE INDEX orders_country_created ON orders (country, created_at, id);
CREATE INDEX products_sold_out ON products (status, updated_at, id) WHERE status = 'active' AND NOT in_stock;
CREATE INDEX stock_sold_out ON stock (variant_id) WHERE on_hand - reserved <= 0;
CREATE INDEX stock_low ON stock (variant_id) WHERE on_hand - reserved <= low_at AND on_hand - reserved > 0;
