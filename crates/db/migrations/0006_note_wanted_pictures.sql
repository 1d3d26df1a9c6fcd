-- Pictures an import knows only by their address, and the variants they show, until a job has fetched them; and the orders
-- lists of products need.

CREATE TABLE wanted_pictures (
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    source text NOT NULL,
    alt text NOT NULL DEFAULT '',
    position bigint NOT NULL,
    variants jsonb NOT NULL,
    n_tries bigint NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    noted_at bigint NOT NULL,
    fetched_at bigint,
    PRIMARY KEY (product_id, source)
);
CREATE INDEX wanted_pictures_tries ON wanted_pictures (n_tries, noted_at) WHERE fetched_at IS NULL;

CREATE INDEX products_sold ON products (status, n_sold, id);
CREATE INDEX products_category_sold ON products (category_id, status, n_sold, id);
