-- A collection may have a picture that its page and the first page show; what it says in words is for those who do not see it. What two
-- people change at once is told apart by its version: zones, methods and carriers had none, and the last to save won.

ALTER TABLE collections ADD COLUMN image_id uuid REFERENCES images (id);
ALTER TABLE collections ADD COLUMN image_alt text NOT NULL DEFAULT '';
CREATE INDEX collections_image ON collections (image_id);

ALTER TABLE shipping_zones ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE shipping_methods ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE carriers ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- Where the cart of an order that was not paid in time went: when its money comes late, what was bought is taken out again.
ALTER TABLE orders ADD COLUMN returned_cart_id uuid;
