-- SQLite compares the words of a statement with those of an index of some rows, and turns a comparison whose column stands on the right around:
-- the index of what is low has to say it in that order to be used at all.

DROP INDEX stock_low;
CREATE INDEX stock_low ON stock (variant_id) WHERE low_at >= on_hand - reserved AND on_hand - reserved > 0;
