-- What is sold: pictures, categories, products, options, variants, and their stock.

CREATE TABLE images (
    id uuid PRIMARY KEY,
    content_key text NOT NULL UNIQUE,
    format text NOT NULL,
    width bigint NOT NULL,
    height bigint NOT NULL,
    size_bytes bigint NOT NULL,
    colour text NOT NULL,
    white_background boolean NOT NULL,
    has_avif boolean NOT NULL DEFAULT false,
    created_at bigint NOT NULL
);

CREATE TABLE categories (
    id uuid PRIMARY KEY,
    parent_id uuid REFERENCES categories (id),
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    image_id uuid REFERENCES images (id),
    position bigint NOT NULL,
    is_visible boolean NOT NULL DEFAULT true,
    n_products bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX categories_parent ON categories (parent_id, position);

-- The columns from `price_min_minor` on are kept by the catalogue so that lists need no join.
CREATE TABLE products (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    title text NOT NULL,
    title_key text NOT NULL,
    description_html text NOT NULL,
    summary text NOT NULL DEFAULT '',
    brand text NOT NULL DEFAULT '',
    category_id uuid REFERENCES categories (id),
    status text NOT NULL,
    tax_class text NOT NULL DEFAULT 'standard',
    tags jsonb NOT NULL,
    seo_title text NOT NULL DEFAULT '',
    seo_description text NOT NULL DEFAULT '',
    published_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    price_min_minor bigint NOT NULL DEFAULT 0,
    price_max_minor bigint NOT NULL DEFAULT 0,
    was_minor bigint,
    n_variants bigint NOT NULL DEFAULT 0,
    available bigint NOT NULL DEFAULT 0,
    in_stock boolean NOT NULL DEFAULT false,
    image_id uuid REFERENCES images (id),
    rating_sum bigint NOT NULL DEFAULT 0,
    n_ratings bigint NOT NULL DEFAULT 0,
    n_sold bigint NOT NULL DEFAULT 0,
    CONSTRAINT products_status CHECK (status IN ('draft', 'active', 'archived'))
);
CREATE INDEX products_title ON products (title_key, id);
CREATE INDEX products_updated ON products (updated_at, id);
CREATE INDEX products_status_updated ON products (status, updated_at, id);
CREATE INDEX products_category ON products (category_id, status);
CREATE INDEX products_published ON products (status, published_at, id);

-- Every category a product is listed in, its own one and extra ones.
CREATE TABLE product_categories (
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    category_id uuid NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    PRIMARY KEY (product_id, category_id)
);
CREATE INDEX product_categories_category ON product_categories (category_id, product_id);

-- Addresses that once led somewhere and now lead on.
CREATE TABLE slug_history (
    kind text NOT NULL,
    slug text NOT NULL,
    entity uuid NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (kind, slug)
);

CREATE TABLE product_images (
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    image_id uuid NOT NULL REFERENCES images (id),
    position bigint NOT NULL,
    alt text NOT NULL DEFAULT '',
    PRIMARY KEY (product_id, image_id)
);
CREATE INDEX product_images_order ON product_images (product_id, position);

CREATE TABLE product_attributes (
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    name text NOT NULL,
    value text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (product_id, name, value)
);

CREATE TABLE product_options (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    name text NOT NULL,
    position bigint NOT NULL,
    UNIQUE (product_id, name)
);

CREATE TABLE option_values (
    id uuid PRIMARY KEY,
    option_id uuid NOT NULL REFERENCES product_options (id) ON DELETE CASCADE,
    value text NOT NULL,
    swatch text NOT NULL DEFAULT '',
    position bigint NOT NULL,
    UNIQUE (option_id, value)
);

CREATE TABLE variants (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    sku text UNIQUE,
    barcode text NOT NULL DEFAULT '',
    title text NOT NULL,
    position bigint NOT NULL,
    price_minor bigint NOT NULL,
    was_minor bigint,
    cost_minor bigint,
    weight_g bigint NOT NULL DEFAULT 0,
    image_id uuid REFERENCES images (id),
    is_active boolean NOT NULL DEFAULT true,
    needs_shipping boolean NOT NULL DEFAULT true,
    created_at bigint NOT NULL,
    CONSTRAINT variants_price CHECK (price_minor >= 0)
);
CREATE INDEX variants_product ON variants (product_id, position);
CREATE INDEX variants_barcode ON variants (barcode) WHERE barcode <> '';

CREATE TABLE variant_values (
    variant_id uuid NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    option_id uuid NOT NULL REFERENCES product_options (id) ON DELETE CASCADE,
    value_id uuid NOT NULL REFERENCES option_values (id) ON DELETE CASCADE,
    PRIMARY KEY (variant_id, option_id)
);

-- available = on_hand − reserved. A variant that may be back-ordered or is not counted may go below.
CREATE TABLE stock (
    variant_id uuid PRIMARY KEY REFERENCES variants (id) ON DELETE CASCADE,
    on_hand bigint NOT NULL DEFAULT 0,
    reserved bigint NOT NULL DEFAULT 0,
    may_backorder boolean NOT NULL DEFAULT false,
    low_at bigint NOT NULL DEFAULT 5,
    CONSTRAINT stock_on_hand CHECK (on_hand >= 0 OR may_backorder),
    CONSTRAINT stock_reserved CHECK (reserved >= 0 AND (reserved <= on_hand OR may_backorder))
);

-- Append-only; on_hand is the sum of `delta`.
CREATE TABLE stock_movements (
    id uuid PRIMARY KEY,
    variant_id uuid NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
    delta bigint NOT NULL,
    on_hand_after bigint NOT NULL,
    reason text NOT NULL,
    note text NOT NULL DEFAULT '',
    order_id uuid,
    staff_id uuid,
    at bigint NOT NULL
);
CREATE INDEX stock_movements_variant ON stock_movements (variant_id, at, id);

CREATE TABLE imports (
    id uuid PRIMARY KEY,
    file_name text NOT NULL,
    fingerprint text NOT NULL,
    format text NOT NULL,
    state text NOT NULL,
    n_done bigint NOT NULL DEFAULT 0,
    report jsonb NOT NULL,
    staff_id uuid,
    started_at bigint NOT NULL,
    finished_at bigint
);
CREATE INDEX imports_started ON imports (started_at, id);
CREATE INDEX imports_fingerprint ON imports (fingerprint);
