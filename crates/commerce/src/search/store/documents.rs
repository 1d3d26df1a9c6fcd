//! What the index is filled from. Reads only: these tables belong to the catalogue.

use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::{CategoryId, ProductId};
use wares_search::Document;

use crate::search::document::{Paths, ProductRow, Rows};

const AFTER: Sql = sql!(
    "SELECT id, title, brand, description_html, price_min_minor, price_max_minor, was_minor, rating_sum, n_ratings, in_stock, n_sold, published_at, tags
     FROM products WHERE status = 'active' AND id > ?1 ORDER BY id LIMIT ?2"
);
const ONE: Sql = sql!(
    "SELECT id, title, brand, description_html, price_min_minor, price_max_minor, was_minor, rating_sum, n_ratings, in_stock, n_sold, published_at, tags
     FROM products WHERE status = 'active' AND id = ?1"
);
const VARIANTS: Sql = sql!(
    "SELECT product_id, sku, barcode FROM variants WHERE product_id BETWEEN ?1 AND ?2 AND is_active ORDER BY product_id, position"
);
const OPTIONS: Sql = sql!(
    "SELECT o.product_id, o.name, v.value FROM product_options o JOIN option_values v ON v.option_id = o.id
     WHERE o.product_id BETWEEN ?1 AND ?2 ORDER BY o.product_id, o.position, v.position"
);
const ATTRIBUTES: Sql = sql!(
    "SELECT product_id, name, value FROM product_attributes WHERE product_id BETWEEN ?1 AND ?2 ORDER BY product_id, position"
);
const CATEGORIES: Sql =
    sql!("SELECT product_id, category_id FROM product_categories WHERE product_id BETWEEN ?1 AND ?2");
const LISTED_IN: Sql = sql!("SELECT product_id FROM product_categories WHERE category_id = ?1");
const FIRST_SKU: Sql = sql!("SELECT sku FROM variants WHERE product_id = ?1 ORDER BY position LIMIT 1");
const N_SHOWN: Sql = sql!("SELECT count(*) FROM products WHERE status = 'active'");

#[cfg(test)]
pub(in crate::search) const STATEMENTS: &[Sql] = &[
    AFTER, ONE, VARIANTS, OPTIONS, ATTRIBUTES, CATEGORIES, LISTED_IN, N_SHOWN, FIRST_SKU,
];

/// The next products that are shown, in the order of their ids.
pub(in crate::search) async fn after(
    conn: &mut Conn,
    after: ProductId,
    most: i64,
    paths: &Paths,
) -> Result<Vec<Document>, DbError> {
    let products: Vec<ProductRow> = conn.all(AFTER, p![after, most]).await?;
    documents(conn, products, paths).await
}

/// One product, if it is shown.
pub(in crate::search) async fn one(
    conn: &mut Conn,
    product: ProductId,
    paths: &Paths,
) -> Result<Option<Document>, DbError> {
    let products: Vec<ProductRow> = conn.all(ONE, p![product]).await?;
    Ok(documents(conn, products, paths).await?.pop())
}

/// Products that stand in order of their ids are read with what lies between the first and the last.
async fn documents(conn: &mut Conn, products: Vec<ProductRow>, paths: &Paths) -> Result<Vec<Document>, DbError> {
    let (Some(first), Some(last)) = (products.first().map(|row| row.id), products.last().map(|row| row.id)) else {
        return Ok(Vec::new());
    };
    let rows = Rows {
        variants: conn.all(VARIANTS, p![first, last]).await?,
        options: conn.all(OPTIONS, p![first, last]).await?,
        attributes: conn.all(ATTRIBUTES, p![first, last]).await?,
        categories: conn.all(CATEGORIES, p![first, last]).await?,
    };
    Ok(rows.documents(products, paths))
}

/// The products listed in exactly this category.
pub(in crate::search) async fn listed_in(conn: &mut Conn, category: CategoryId) -> Result<Vec<ProductId>, DbError> {
    let rows: Vec<(ProductId,)> = conn.all(LISTED_IN, p![category]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many products are shown.
pub(in crate::search) async fn n_shown(conn: &mut Conn) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_SHOWN, p![]).await?;
    Ok(n)
}

/// The SKU of a product's first variant, if it has one.
pub async fn first_sku(conn: &mut Conn, product: ProductId) -> Result<Option<String>, DbError> {
    let found: Option<(Option<String>,)> = conn.opt(FIRST_SKU, p![product]).await?;
    Ok(found.and_then(|(sku,)| sku))
}
