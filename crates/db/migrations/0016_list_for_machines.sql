-- Sitemaps go through all products for sale in the order of their ids, and say when the last of each part was changed.

CREATE INDEX products_in_order ON products (status, id, updated_at);
