-- Collections: products that belong together for a season or a reason, chosen by hand in an order, or found by a rule.

CREATE TABLE collections (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    rule jsonb,
    in_header boolean NOT NULL DEFAULT false,
    on_home boolean NOT NULL DEFAULT false,
    is_visible boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL,
    version bigint NOT NULL DEFAULT 1
);

-- What was chosen by hand, in its order.
CREATE TABLE collection_products (
    collection_id uuid NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    position bigint NOT NULL,
    PRIMARY KEY (collection_id, product_id)
);
CREATE INDEX collection_products_product ON collection_products (product_id);
