//! Stock as staff list it: one line a variant.

use std::{fmt, str::FromStr};

use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::{Page, ProductId, VariantId};

use super::{COUNT_MAX, RECENT, words};

/// The saved views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockView {
    /// Everything.
    All,
    /// Nothing available.
    SoldOut,
    /// Little available: at or under the variant's own mark.
    Low,
}

wares_db::rows! {
    /// One variant with its stock.
    pub struct StockRow {
        /// The variant.
        variant_id: VariantId,
        /// Its product.
        product_id: ProductId,
        /// The product's title.
        product: String,
        /// The variant's own title, empty when it is the only one.
        variant: String,
        /// Its SKU.
        sku: Option<String>,
        /// How many there are.
        on_hand: i64,
        /// How many of them are kept for orders.
        reserved: i64,
        /// At how many it counts as low.
        low_at: i64,
        /// The key of a picture's original.
        picture: Option<String>,
        /// The width of that in pixels.
        picture_width: Option<i64>,
    }
}

/// The place right after one variant. Variants are listed in the order they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterVariant(Uuid);

impl AfterVariant {
    /// Before all.
    pub const FIRST: Self = Self(Uuid::max());
}

impl fmt::Display for AfterVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

impl FromStr for AfterVariant {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

const ALL: Sql = sql!(
    "SELECT v.id, p.id, p.title, v.title, v.sku, s.on_hand, s.reserved, s.low_at, i.content_key, i.width
     FROM stock s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
     LEFT JOIN images i ON i.id = coalesce(v.image_id, p.image_id)
     WHERE s.variant_id < ?1 ORDER BY s.variant_id DESC LIMIT ?2"
);
const SOLD_OUT: Sql = sql!(
    "SELECT v.id, p.id, p.title, v.title, v.sku, s.on_hand, s.reserved, s.low_at, i.content_key, i.width
     FROM stock s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
     LEFT JOIN images i ON i.id = coalesce(v.image_id, p.image_id)
     WHERE s.variant_id < ?1 AND s.on_hand - s.reserved <= 0 ORDER BY s.variant_id DESC LIMIT ?2"
);
const LOW: Sql = sql!(
    "SELECT v.id, p.id, p.title, v.title, v.sku, s.on_hand, s.reserved, s.low_at, i.content_key, i.width
     FROM stock s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
     LEFT JOIN images i ON i.id = coalesce(v.image_id, p.image_id)
     WHERE s.variant_id < ?1 AND s.low_at >= s.on_hand - s.reserved AND s.on_hand - s.reserved > 0
     ORDER BY s.variant_id DESC LIMIT ?2"
);
const FIND: Sql = sql!(
    lite: "SELECT v.id, p.id, p.title, v.title, v.sku, s.on_hand, s.reserved, s.low_at, i.content_key, i.width
     FROM stock s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
     LEFT JOIN images i ON i.id = coalesce(v.image_id, p.image_id)
     WHERE v.id IN (
         SELECT id FROM variants WHERE sku = ?1
         UNION SELECT id FROM variants WHERE barcode = ?1 AND barcode <> ''
         UNION SELECT id FROM variants WHERE product_id IN (
             SELECT id FROM (SELECT id FROM products WHERE title_key >= ?2 AND title_key < ?3 ORDER BY title_key LIMIT ?6) AS begins
             UNION SELECT unhex(value) FROM json_each(?7)
             UNION SELECT id FROM (SELECT id, title_key FROM products ORDER BY updated_at DESC, id DESC LIMIT ?5) AS recent
                 WHERE title_key LIKE ?4 ESCAPE '!'))
     ORDER BY v.id DESC LIMIT ?6",
    pg: "SELECT v.id, p.id, p.title, v.title, v.sku, s.on_hand, s.reserved, s.low_at, i.content_key, i.width
     FROM stock s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
     LEFT JOIN images i ON i.id = coalesce(v.image_id, p.image_id)
     WHERE v.id IN (
         SELECT id FROM variants WHERE sku = $1
         UNION SELECT id FROM variants WHERE barcode = $1 AND barcode <> ''
         UNION SELECT id FROM variants WHERE product_id IN (
             SELECT id FROM (SELECT id FROM products WHERE title_key >= $2 AND title_key < $3 ORDER BY title_key LIMIT $6) AS begins
             UNION SELECT value::uuid FROM jsonb_array_elements_text($7::jsonb) AS known (value)
             UNION SELECT id FROM (SELECT id, title_key FROM products ORDER BY updated_at DESC, id DESC LIMIT $5) AS recent
                 WHERE title_key LIKE $4 ESCAPE '!'))
     ORDER BY v.id DESC LIMIT $6",
);
const COUNT_SOLD_OUT: Sql =
    sql!("SELECT count(*) FROM (SELECT 1 FROM stock WHERE on_hand - reserved <= 0 LIMIT ?1) AS counted");
const COUNT_LOW: Sql = sql!(
    "SELECT count(*) FROM (SELECT 1 FROM stock WHERE low_at >= on_hand - reserved AND on_hand - reserved > 0 LIMIT ?1) AS counted"
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[ALL, SOLD_OUT, LOW, FIND, COUNT_SOLD_OUT, COUNT_LOW];

/// A page of variants, the newest first.
pub async fn stock(
    conn: &mut Conn,
    view: StockView,
    after: AfterVariant,
    size: usize,
) -> Result<Page<StockRow, AfterVariant>, DbError> {
    let statement = match view {
        StockView::All => ALL,
        StockView::SoldOut => SOLD_OUT,
        StockView::Low => LOW,
    };
    let found = conn.all(statement, p![after.0, limit(size)]).await?;
    Ok(Page::cut(found, size, |row: &StockRow| {
        AfterVariant(row.variant_id.uuid())
    }))
}

/// Variants with this SKU or barcode, and those of products of this title or `known` to match.
pub async fn find_stock(
    conn: &mut Conn,
    text: &str,
    known: &[ProductId],
    size: usize,
) -> Result<Vec<StockRow>, DbError> {
    let text = text.trim();
    let key = text.to_lowercase();
    let (from, to) = words::range(&key);
    let anywhere = words::anywhere(&key);
    let known = wares_db::ids(known.iter().copied());
    conn.all(FIND, p![text, from, to, anywhere, RECENT, limit(size), known])
        .await
}

/// How many variants a view has, at most [`COUNT_MAX`] and one more. Of all there is no count.
pub async fn count_stock(conn: &mut Conn, view: StockView) -> Result<Option<i64>, DbError> {
    let statement = match view {
        StockView::All => return Ok(None),
        StockView::SoldOut => COUNT_SOLD_OUT,
        StockView::Low => COUNT_LOW,
    };
    let (n,): (i64,) = conn.one(statement, p![COUNT_MAX + 1]).await?;
    Ok(Some(n))
}

fn limit(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1)
}
