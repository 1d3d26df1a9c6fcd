-- Promotions: why something is taken off, from whom, and how often. Their codes, and what was taken under their limits.

-- `n_uses` is kept only while there is a limit in all: without one, buyers need not wait for each other at this row. It is counted
-- anew whenever staff save the promotion, so a limit that comes later counts what was before it.
CREATE TABLE promotions (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    given text NOT NULL,
    benefit jsonb NOT NULL,
    scope jsonb NOT NULL,
    minimum_minor bigint,
    starts_at bigint NOT NULL,
    ends_at bigint,
    uses_max bigint,
    uses_each_max bigint,
    combines boolean NOT NULL DEFAULT false,
    n_uses bigint NOT NULL DEFAULT 0,
    stopped_at bigint,
    created_at bigint NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT promotions_given CHECK (given IN ('automatic', 'code', 'codes')),
    CONSTRAINT promotions_uses CHECK (n_uses >= 0 AND (uses_max IS NULL OR n_uses <= uses_max))
);
CREATE INDEX promotions_begin ON promotions (given, starts_at) WHERE stopped_at IS NULL;
CREATE INDEX promotions_created ON promotions (created_at, id);

-- `code_key` is the code without spaces and dashes, in capitals: what buyers type is looked up by it. `uses_max` is 1 for a code of
-- a bulk, and nothing for the one code of a promotion, whose limit is the promotion's.
CREATE TABLE promotion_codes (
    code_key text PRIMARY KEY,
    promotion_id uuid NOT NULL REFERENCES promotions (id),
    code text NOT NULL,
    uses_max bigint,
    n_uses bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    CONSTRAINT promotion_codes_uses CHECK (n_uses >= 0 AND (uses_max IS NULL OR n_uses <= uses_max))
);
CREATE INDEX promotion_codes_promotion ON promotion_codes (promotion_id, code_key);

-- How often somebody has used a promotion: `buyer` is `email:…` or `customer:…`.
CREATE TABLE promotion_buyers (
    promotion_id uuid NOT NULL REFERENCES promotions (id),
    buyer text NOT NULL,
    n_uses bigint NOT NULL,
    PRIMARY KEY (promotion_id, buyer),
    CONSTRAINT promotion_buyers_uses CHECK (n_uses >= 0)
);

-- One row for each promotion an order was given. `uses_each_max` is the limit under which it was taken.
CREATE TABLE promotion_uses (
    order_id uuid NOT NULL REFERENCES orders (id),
    promotion_id uuid NOT NULL REFERENCES promotions (id),
    code_key text,
    email_key text NOT NULL,
    customer_id uuid,
    goods_minor bigint NOT NULL,
    delivery_minor bigint NOT NULL,
    uses_each_max bigint,
    state text NOT NULL,
    taken_at bigint NOT NULL,
    released_at bigint,
    PRIMARY KEY (order_id, promotion_id),
    CONSTRAINT promotion_uses_amounts CHECK (goods_minor >= 0 AND delivery_minor >= 0),
    CONSTRAINT promotion_uses_state CHECK (state IN ('taken', 'released'))
);
CREATE INDEX promotion_uses_promotion ON promotion_uses (promotion_id, state, taken_at);
CREATE INDEX promotion_uses_email ON promotion_uses (promotion_id, email_key);
CREATE INDEX promotion_uses_customer ON promotion_uses (promotion_id, customer_id) WHERE customer_id IS NOT NULL;

-- The codes somebody has entered into a cart, in their order.
ALTER TABLE carts ADD COLUMN codes jsonb NOT NULL DEFAULT '[]';
