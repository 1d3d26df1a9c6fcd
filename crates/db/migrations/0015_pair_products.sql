-- What is often bought together, for the product's page: a few rows for each product, made from its last orders. No row says who bought.

CREATE TABLE bought_together (
    product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    other_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    n_buyers bigint NOT NULL,
    PRIMARY KEY (product_id, other_id)
);
CREATE INDEX bought_together_other ON bought_together (other_id);
DROP INDEX order_lines_product;
CREATE INDEX order_lines_product ON order_lines (product_id, order_id);
-- What of a category can be bought, what sells best first.
CREATE INDEX products_best_of_category ON products (category_id, status, n_sold, id) WHERE in_stock;
