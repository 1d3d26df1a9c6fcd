-- Delivery, tax, carts, checkouts, orders, payment, fulfilment.

CREATE TABLE carriers (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    tracking_url text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    position bigint NOT NULL
);

CREATE TABLE shipping_zones (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    position bigint NOT NULL
);

CREATE TABLE shipping_zone_countries (
    country text PRIMARY KEY,
    zone_id uuid NOT NULL REFERENCES shipping_zones (id) ON DELETE CASCADE
);

-- `rates` is a list of steps ({"from": amount or grams, "price_minor": …}); a flat rate has one.
CREATE TABLE shipping_methods (
    id uuid PRIMARY KEY,
    zone_id uuid NOT NULL REFERENCES shipping_zones (id) ON DELETE CASCADE,
    name text NOT NULL,
    kind text NOT NULL,
    rates jsonb NOT NULL,
    free_from_minor bigint,
    weight_max_g bigint,
    transit_min_days bigint NOT NULL,
    transit_max_days bigint NOT NULL,
    carrier_id uuid REFERENCES carriers (id),
    is_active boolean NOT NULL DEFAULT true,
    position bigint NOT NULL
);
CREATE INDEX shipping_methods_zone ON shipping_methods (zone_id, position);

CREATE TABLE tax_rates (
    id uuid PRIMARY KEY,
    country text NOT NULL,
    region text NOT NULL DEFAULT '',
    class text NOT NULL,
    name text NOT NULL,
    rate_ppm bigint NOT NULL,
    valid_from text NOT NULL,
    valid_to text,
    UNIQUE (country, region, class, valid_from),
    CONSTRAINT tax_rates_rate CHECK (rate_ppm >= 0)
);

-- Days on which nothing is sent and nothing arrives. `country` is empty for the shop's own days off.
CREATE TABLE holidays (
    country text NOT NULL,
    day text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (country, day)
);

CREATE TABLE carts (
    id uuid PRIMARY KEY,
    token_hash bytea,
    customer_id uuid REFERENCES customers (id) ON DELETE CASCADE,
    notices jsonb NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    ordered_at bigint
);
-- One open cart for each browser and each customer. An ordered one stays, so that a second click finds its order.
CREATE UNIQUE INDEX carts_token_hash_key ON carts (token_hash) WHERE ordered_at IS NULL;
CREATE UNIQUE INDEX carts_customer_id_key ON carts (customer_id) WHERE ordered_at IS NULL;
CREATE INDEX carts_token_ordered ON carts (token_hash, ordered_at) WHERE ordered_at IS NOT NULL;
CREATE INDEX carts_customer_ordered ON carts (customer_id, ordered_at) WHERE ordered_at IS NOT NULL;
CREATE INDEX carts_updated ON carts (updated_at);

CREATE TABLE cart_lines (
    cart_id uuid NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    variant_id uuid NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    quantity bigint NOT NULL,
    price_seen_minor bigint NOT NULL,
    added_at bigint NOT NULL,
    PRIMARY KEY (cart_id, variant_id),
    CONSTRAINT cart_lines_quantity CHECK (quantity BETWEEN 1 AND 999)
);

CREATE TABLE checkouts (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL UNIQUE REFERENCES carts (id) ON DELETE CASCADE,
    email text,
    shipping_address jsonb,
    billing_address jsonb,
    shipping_method_id uuid,
    payment_method text,
    wants_marketing boolean NOT NULL DEFAULT false,
    gift_note text NOT NULL DEFAULT '',
    typed jsonb NOT NULL,
    shown jsonb,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX checkouts_updated ON checkouts (updated_at);

-- On PostgreSQL order numbers come from a sequence: a counter row would be locked until the commit has reached the disk, and all
-- orders would wait for one another. On SQLite they come from the table `counters`.
--@ postgres
CREATE SEQUENCE order_numbers START 1001;
--@ both

-- One order for each cart: placing twice finds the first. An order that was not paid gives its cart back and forgets it.
-- `quote` keeps how each figure came to be. The figures never change after the order was placed.
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    cart_id uuid UNIQUE,
    customer_id uuid REFERENCES customers (id),
    email text NOT NULL,
    email_key text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    token_sealed bytea NOT NULL,
    state text NOT NULL,
    payment_status text NOT NULL,
    fulfilment_status text NOT NULL,
    currency text NOT NULL,
    subtotal_minor bigint NOT NULL,
    discount_minor bigint NOT NULL DEFAULT 0,
    shipping_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    prices_include_tax boolean NOT NULL,
    quote jsonb NOT NULL,
    shipping_address jsonb NOT NULL,
    billing_address jsonb,
    country text NOT NULL,
    shipping_method_id uuid,
    shipping_method text NOT NULL,
    payment_method text NOT NULL,
    leaves_on text,
    promised_from text,
    promised_to text,
    gift_note text NOT NULL DEFAULT '',
    n_pieces bigint NOT NULL,
    hold_until bigint,
    created_at bigint NOT NULL,
    placed_at bigint,
    paid_at bigint,
    delivered_at bigint,
    cancelled_at bigint,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT orders_total CHECK (total_minor >= 0),
    CONSTRAINT orders_state CHECK (state IN ('awaiting_payment', 'placed', 'completed', 'expired', 'cancelled'))
);
CREATE INDEX orders_created ON orders (created_at, id);
CREATE INDEX orders_state_created ON orders (state, created_at, id);
CREATE INDEX orders_payment_created ON orders (payment_status, created_at, id);
CREATE INDEX orders_fulfilment_created ON orders (fulfilment_status, created_at, id);
CREATE INDEX orders_customer ON orders (customer_id, created_at, id);
CREATE INDEX orders_email ON orders (email_key, created_at, id);
CREATE INDEX orders_hold ON orders (hold_until) WHERE hold_until IS NOT NULL;

CREATE TABLE order_lines (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    position bigint NOT NULL,
    product_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    title text NOT NULL,
    variant_title text NOT NULL,
    sku text NOT NULL,
    image_id uuid,
    needs_shipping boolean NOT NULL,
    quantity bigint NOT NULL,
    unit_minor bigint NOT NULL,
    discount_minor bigint NOT NULL DEFAULT 0,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    tax_class text NOT NULL,
    tax_ppm bigint NOT NULL,
    n_shipped bigint NOT NULL DEFAULT 0,
    n_returned bigint NOT NULL DEFAULT 0,
    UNIQUE (order_id, position),
    CONSTRAINT order_lines_quantity CHECK (quantity > 0),
    CONSTRAINT order_lines_shipped CHECK (n_shipped BETWEEN 0 AND quantity),
    CONSTRAINT order_lines_returned CHECK (n_returned BETWEEN 0 AND quantity)
);
CREATE INDEX order_lines_variant ON order_lines (variant_id);
CREATE INDEX order_lines_product ON order_lines (product_id);

-- Stock kept for an order: held until it is paid or its deadline passes, then sold or released. It is written before the
-- order's own row, in the same transaction.
CREATE TABLE reservations (
    order_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    state text NOT NULL,
    PRIMARY KEY (order_id, variant_id),
    CONSTRAINT reservations_state CHECK (state IN ('held', 'sold', 'released'))
);
CREATE INDEX reservations_variant ON reservations (variant_id) WHERE state = 'held';

CREATE TABLE order_events (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    at bigint NOT NULL,
    kind text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_name text NOT NULL,
    data jsonb NOT NULL
);
CREATE INDEX order_events_order ON order_events (order_id, at, id);

-- One attempt to be paid. Its id is the key under which the gateway knows it; its amount never changes. `seen_at` is when the
-- totals were true at the gateway, `superseded_at` when another attempt took its place, `check_at` when to look at it again.
CREATE TABLE payment_attempts (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    gateway text NOT NULL,
    reference text,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    next_step jsonb,
    authorised_minor bigint NOT NULL DEFAULT 0,
    captured_minor bigint NOT NULL DEFAULT 0,
    refunded_minor bigint NOT NULL DEFAULT 0,
    disputed_minor bigint NOT NULL DEFAULT 0,
    decline_reason text NOT NULL DEFAULT '',
    n_checks bigint NOT NULL DEFAULT 0,
    seen_at bigint,
    superseded_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    check_at bigint,
    UNIQUE (gateway, reference),
    CONSTRAINT payment_attempts_state CHECK (state IN ('created', 'begun', 'authorised', 'captured', 'closed', 'review'))
);
CREATE INDEX payment_attempts_order ON payment_attempts (order_id, created_at);
CREATE INDEX payment_attempts_check ON payment_attempts (check_at) WHERE check_at IS NOT NULL;

CREATE TABLE refunds (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    attempt_id uuid NOT NULL REFERENCES payment_attempts (id),
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    reference text,
    reason text NOT NULL,
    failure text NOT NULL DEFAULT '',
    staff_id uuid,
    created_at bigint NOT NULL,
    settled_at bigint,
    CONSTRAINT refunds_amount CHECK (amount_minor > 0),
    CONSTRAINT refunds_state CHECK (state IN ('pending', 'succeeded', 'failed'))
);
CREATE INDEX refunds_order ON refunds (order_id, created_at);
CREATE INDEX refunds_pending ON refunds (created_at) WHERE state = 'pending';

CREATE TABLE webhook_events (
    gateway text NOT NULL,
    event_id text NOT NULL,
    reference text NOT NULL,
    received_at bigint NOT NULL,
    handled_at bigint,
    PRIMARY KEY (gateway, event_id)
);
CREATE INDEX webhook_events_received ON webhook_events (received_at);

CREATE TABLE fulfilments (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders (id),
    parcel bigint NOT NULL,
    carrier text NOT NULL,
    tracking_number text NOT NULL,
    tracking_url text NOT NULL,
    shipped_at bigint NOT NULL,
    delivered_at bigint,
    staff_id uuid,
    UNIQUE (order_id, parcel)
);
CREATE INDEX fulfilments_tracking ON fulfilments (tracking_number) WHERE tracking_number <> '';

CREATE TABLE fulfilment_lines (
    fulfilment_id uuid NOT NULL REFERENCES fulfilments (id),
    order_line_id uuid NOT NULL REFERENCES order_lines (id),
    quantity bigint NOT NULL,
    PRIMARY KEY (fulfilment_id, order_line_id),
    CONSTRAINT fulfilment_lines_quantity CHECK (quantity > 0)
);
CREATE INDEX fulfilment_lines_line ON fulfilment_lines (order_line_id);
