//! Products as staff list and find them.

use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::{After, CategoryId, Instant, Page, ProductId};

use super::{COUNT_MAX, RECENT, words};

/// The saved views. Each is read along an index of its own, the last changed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductView {
    /// Everything.
    All,
    /// In the shop.
    Active,
    /// Not in the shop yet.
    Draft,
    /// Not in the shop any more.
    Archived,
    /// In the shop, with nothing left of it.
    SoldOut,
}

impl ProductView {
    fn status(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Active | Self::SoldOut => Some("active"),
            Self::Draft => Some("draft"),
            Self::Archived => Some("archived"),
        }
    }
}

wares_db::rows! {
    /// One product of a list.
    pub struct ProductRow {
        /// The product.
        id: ProductId,
        /// Its address in the shop.
        slug: String,
        /// Its title.
        title: String,
        /// `draft`, `active` or `archived`.
        status: String,
        /// When it was changed last.
        updated_at: Instant,
        /// The lowest price of its variants, in minor units of the shop's currency.
        price_min_minor: i64,
        /// The highest.
        price_max_minor: i64,
        /// How many variants it has.
        n_variants: i64,
        /// How many pieces can be sold.
        available: i64,
        /// Whether any variant can be bought.
        in_stock: bool,
        /// The key of its first picture's original.
        picture: Option<String>,
        /// The width of that in pixels.
        picture_width: Option<i64>,
        /// Its category's name.
        category: Option<String>,
    }
}

const ALL: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE (p.updated_at, p.id) < (?1, ?2) ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const OF_STATUS: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.status = ?4 AND (p.updated_at, p.id) < (?1, ?2) ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const SOLD_OUT: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.status = 'active' AND NOT p.in_stock AND (p.updated_at, p.id) < (?1, ?2)
     ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
/// SQLite keeps the order of a `CROSS JOIN`, so that a handful is never looked for among everything.
const OF_CATEGORY: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM product_categories pc CROSS JOIN products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE pc.category_id = ?4 AND p.id = pc.product_id AND (?5 = '' OR p.status = ?5) AND (NOT ?6 OR NOT p.in_stock) AND (p.updated_at, p.id) < (?1, ?2)
     ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
/// The same for a category of many: the products are walked through as they were changed, for soon enough fifty of them are in it.
const OF_LARGE_CATEGORY: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE EXISTS (SELECT 1 FROM product_categories pc WHERE pc.product_id = p.id AND pc.category_id = ?4)
       AND (p.updated_at, p.id) < (?1, ?2)
     ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const OF_STATUS_OF_LARGE_CATEGORY: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.status = ?5 AND EXISTS (SELECT 1 FROM product_categories pc WHERE pc.product_id = p.id AND pc.category_id = ?4)
       AND (p.updated_at, p.id) < (?1, ?2)
     ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const SOLD_OUT_OF_LARGE_CATEGORY: Sql = sql!(
    "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.status = 'active' AND NOT p.in_stock
       AND EXISTS (SELECT 1 FROM product_categories pc WHERE pc.product_id = p.id AND pc.category_id = ?4)
       AND (p.updated_at, p.id) < (?1, ?2)
     ORDER BY p.updated_at DESC, p.id DESC LIMIT ?3"
);
const COUNT_OF_CATEGORY: Sql =
    sql!("SELECT count(*) FROM (SELECT 1 FROM product_categories WHERE category_id = ?1 LIMIT ?2) AS counted");
/// SKUs and beginnings of titles over everything; words anywhere in a title among those changed last; and what is known already.
const FIND: Sql = sql!(
    lite: "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.id IN (
         SELECT id FROM (SELECT id FROM products WHERE title_key >= ?1 AND title_key < ?2 ORDER BY title_key LIMIT ?7) AS begins
         UNION SELECT product_id FROM variants WHERE sku = ?3
         UNION SELECT product_id FROM variants WHERE barcode = ?3 AND barcode <> ''
         UNION SELECT unhex(value) FROM json_each(?8)
         UNION SELECT id FROM (SELECT id, title_key FROM products ORDER BY updated_at DESC, id DESC LIMIT ?6) AS recent
             WHERE title_key LIKE ?4 ESCAPE '!')
       AND (?5 = '' OR p.status = ?5)
     ORDER BY p.updated_at DESC, p.id DESC LIMIT ?7",
    pg: "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.id IN (
         SELECT id FROM (SELECT id FROM products WHERE title_key >= $1 AND title_key < $2 ORDER BY title_key LIMIT $7) AS begins
         UNION SELECT product_id FROM variants WHERE sku = $3
         UNION SELECT product_id FROM variants WHERE barcode = $3 AND barcode <> ''
         UNION SELECT value::uuid FROM jsonb_array_elements_text($8::jsonb) AS known (value)
         UNION SELECT id FROM (SELECT id, title_key FROM products ORDER BY updated_at DESC, id DESC LIMIT $6) AS recent
             WHERE title_key LIKE $4 ESCAPE '!')
       AND ($5 = '' OR p.status = $5)
     ORDER BY p.updated_at DESC, p.id DESC LIMIT $7",
);
const WITH_IDS: Sql = sql!(
    lite: "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY p.title, p.id",
    pg: "SELECT p.id, p.slug, p.title, p.status, p.updated_at, p.price_min_minor, p.price_max_minor, p.n_variants, p.available, p.in_stock,
            i.content_key, i.width, c.name
     FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN images i ON i.id = p.image_id
     WHERE p.id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb) AS wanted (value)) ORDER BY p.title, p.id",
);
const COUNT_OF_STATUS: Sql =
    sql!("SELECT count(*) FROM (SELECT 1 FROM products WHERE status = ?1 LIMIT ?2) AS counted");
const COUNT_SOLD_OUT: Sql =
    sql!("SELECT count(*) FROM (SELECT 1 FROM products WHERE status = 'active' AND NOT in_stock LIMIT ?1) AS counted");

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    ALL,
    OF_STATUS,
    SOLD_OUT,
    OF_CATEGORY,
    OF_LARGE_CATEGORY,
    OF_STATUS_OF_LARGE_CATEGORY,
    SOLD_OUT_OF_LARGE_CATEGORY,
    COUNT_OF_CATEGORY,
    FIND,
    WITH_IDS,
    COUNT_OF_STATUS,
    COUNT_SOLD_OUT,
];

/// A category of more products than this is a large one.
const LARGE: i64 = 5_000;

/// A page of products, the last changed first; of one category and those listed in it too, if one is named.
pub async fn products(
    conn: &mut Conn,
    view: ProductView,
    category: Option<CategoryId>,
    after: After,
    size: usize,
) -> Result<Page<ProductRow>, DbError> {
    let limit = limit(size);
    let status = view.status();
    let sold_out = view == ProductView::SoldOut;
    let found = match (category, status) {
        (Some(category), _) => of_category(conn, category, view, after, limit).await?,
        (None, _) if sold_out => conn.all(SOLD_OUT, p![after.at, after.id, limit]).await?,
        (None, Some(status)) => conn.all(OF_STATUS, p![after.at, after.id, limit, status]).await?,
        (None, None) => conn.all(ALL, p![after.at, after.id, limit]).await?,
    };
    Ok(Page::cut(found, size, |row: &ProductRow| After {
        at: row.updated_at,
        id: row.id.uuid(),
    }))
}

async fn of_category(
    conn: &mut Conn,
    category: CategoryId,
    view: ProductView,
    after: After,
    limit: i64,
) -> Result<Vec<ProductRow>, DbError> {
    let (n,): (i64,) = conn.one(COUNT_OF_CATEGORY, p![category, LARGE + 1]).await?;
    if n > LARGE {
        of_large_category(conn, category, view, after, limit).await
    } else {
        of_small_category(conn, category, view, after, limit).await
    }
}

/// Reads everything in the category and sorts it.
pub(super) async fn of_small_category(
    conn: &mut Conn,
    category: CategoryId,
    view: ProductView,
    After { at, id }: After,
    limit: i64,
) -> Result<Vec<ProductRow>, DbError> {
    let status = view.status().unwrap_or_default();
    let sold_out = view == ProductView::SoldOut;
    conn.all(OF_CATEGORY, p![at, id, limit, category, status, sold_out])
        .await
}

/// Walks through all products in order until enough of the category have come.
pub(super) async fn of_large_category(
    conn: &mut Conn,
    category: CategoryId,
    view: ProductView,
    After { at, id }: After,
    limit: i64,
) -> Result<Vec<ProductRow>, DbError> {
    match view.status() {
        _ if view == ProductView::SoldOut => conn.all(SOLD_OUT_OF_LARGE_CATEGORY, p![at, id, limit, category]).await,
        Some(status) => {
            conn.all(OF_STATUS_OF_LARGE_CATEGORY, p![at, id, limit, category, status])
                .await
        }
        None => conn.all(OF_LARGE_CATEGORY, p![at, id, limit, category]).await,
    }
}

/// Products whose title begins with or (among the last changed) contains the text, that have a variant with this SKU or barcode, or
/// that are `known` to match, as those are that the search's index finds by words anywhere in their titles.
pub async fn find_products(
    conn: &mut Conn,
    view: ProductView,
    text: &str,
    known: &[ProductId],
    size: usize,
) -> Result<Vec<ProductRow>, DbError> {
    let text = text.trim();
    let key = text.to_lowercase();
    let (from, to) = words::range(&key);
    let status = view.status().unwrap_or_default();
    let anywhere = words::anywhere(&key);
    let known = wares_db::ids(known.iter().copied());
    conn.all(FIND, p![from, to, text, anywhere, status, RECENT, limit(size), known])
        .await
}

/// These products by their titles; those that are gone are left out.
pub async fn products_of(conn: &mut Conn, products: &[ProductId]) -> Result<Vec<ProductRow>, DbError> {
    conn.all(WITH_IDS, p![wares_db::ids(products.iter().copied())]).await
}

/// How many products a view has, at most [`COUNT_MAX`] and one more. Of all there is no count.
pub async fn count_products(conn: &mut Conn, view: ProductView) -> Result<Option<i64>, DbError> {
    let Some(status) = view.status() else { return Ok(None) };
    let (n,): (i64,) = match view {
        ProductView::SoldOut => conn.one(COUNT_SOLD_OUT, p![COUNT_MAX + 1]).await?,
        _ => conn.one(COUNT_OF_STATUS, p![status, COUNT_MAX + 1]).await?,
    };
    Ok(Some(n))
}

fn limit(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1)
}
