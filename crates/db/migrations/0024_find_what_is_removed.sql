-- Whoever removes a variant, an option or a value must not look through all carts and all variants for what hangs on it, and forgetting
-- deleted addresses not through all addresses.
CREATE INDEX cart_lines_variant ON cart_lines (variant_id);
CREATE INDEX variant_values_option ON variant_values (option_id);
CREATE INDEX variant_values_value ON variant_values (value_id);
CREATE INDEX addresses_deleted ON addresses (deleted_at) WHERE deleted_at IS NOT NULL;
