//! Collections and what was chosen for them by hand.

use serde_json::Value;
use wares_db::{Conn, DbError, P, Sql, Tx, p, rows, sql};
use wares_kernel::{CollectionId, ImageId, ProductId, Slug};

const INSERT: Sql = sql!(
    "INSERT INTO collections (id, slug, name, description, rule, in_header, on_home, is_visible, created_at, image_id, image_alt)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
);
const UPDATE: Sql = sql!(
    "UPDATE collections SET slug = ?2, name = ?3, description = ?4, rule = ?5, in_header = ?6, on_home = ?7, is_visible = ?8,
         image_id = ?10, image_alt = ?11, version = version + 1
     WHERE id = ?1 AND version = ?9"
);
const DELETE: Sql = sql!("DELETE FROM collections WHERE id = ?1");
const ALL: Sql = sql!(
    "SELECT id, slug, name, description, rule, in_header, on_home, is_visible, image_id, image_alt, version
     FROM collections ORDER BY name, id LIMIT ?1"
);
const ONE: Sql = sql!(
    "SELECT id, slug, name, description, rule, in_header, on_home, is_visible, image_id, image_alt, version
     FROM collections WHERE id = ?1"
);
const CHOSEN: Sql =
    sql!("SELECT product_id FROM collection_products WHERE collection_id = ?1 ORDER BY position, product_id");
const UNCHOOSE: Sql = sql!("DELETE FROM collection_products WHERE collection_id = ?1");
const CHOOSE: Sql = sql!("INSERT INTO collection_products (collection_id, product_id, position) VALUES (?1, ?2, ?3)");

#[cfg(test)]
pub(in crate::catalog) const STATEMENTS: &[Sql] = &[INSERT, UPDATE, DELETE, ALL, ONE, CHOSEN, UNCHOOSE, CHOOSE];

rows! {
    /// A collection without its products.
    pub struct CollectionRow {
        /// Its id.
        id: CollectionId,
        /// Its address.
        slug: Slug,
        /// Its name.
        name: String,
        /// A line or two about it; may be empty.
        description: String,
        /// The rule that finds its products; nothing where they are chosen by hand.
        rule: Option<Value>,
        /// Whether the header leads to it.
        in_header: bool,
        /// Whether the first page shows the beginning of it.
        on_home: bool,
        /// Whether it is shown at all.
        is_visible: bool,
        /// Its picture.
        image: Option<ImageId>,
        /// What that shows, in words; may be empty.
        image_alt: String,
        /// How often it was changed, from 1.
        version: i64,
    }
}

pub(in crate::catalog) async fn insert(tx: &mut Tx, row: &CollectionRow) -> Result<(), DbError> {
    let now = tx.now();
    let values = p![
        row.id,
        row.slug,
        row.name,
        row.description,
        row.rule,
        row.in_header,
        row.on_home,
        row.is_visible,
        now,
        row.image,
        row.image_alt
    ];
    tx.exec(INSERT, values).await.map(drop)
}

/// False when the collection has another version by now.
pub(in crate::catalog) async fn update(tx: &mut Tx, row: &CollectionRow) -> Result<bool, DbError> {
    let values = p![
        row.id,
        row.slug,
        row.name,
        row.description,
        row.rule,
        row.in_header,
        row.on_home,
        row.is_visible,
        row.version,
        row.image,
        row.image_alt
    ];
    Ok(tx.exec(UPDATE, values).await? == 1)
}

pub(in crate::catalog) async fn delete(tx: &mut Tx, id: CollectionId) -> Result<(), DbError> {
    tx.exec(DELETE, p![id]).await.map(drop)
}

/// The collections by their names, at most so many.
pub(in crate::catalog) async fn all(conn: &mut Conn, most: i64) -> Result<Vec<CollectionRow>, DbError> {
    conn.all(ALL, p![most]).await
}

pub(in crate::catalog) async fn one(conn: &mut Conn, id: CollectionId) -> Result<Option<CollectionRow>, DbError> {
    conn.opt(ONE, p![id]).await
}

/// What was chosen by hand, in its order.
pub(in crate::catalog) async fn chosen(conn: &mut Conn, id: CollectionId) -> Result<Vec<ProductId>, DbError> {
    let rows: Vec<(ProductId,)> = conn.all(CHOSEN, p![id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Chooses these and no others, in this order. One that is not there any more violates its foreign key.
pub(in crate::catalog) async fn choose(tx: &mut Tx, id: CollectionId, products: &[ProductId]) -> Result<(), DbError> {
    tx.exec(UNCHOOSE, p![id]).await?;
    let mut batch = tx.batch();
    for (product, position) in products.iter().zip(0_i64..) {
        batch = batch.add(CHOOSE, &[P::Uuid(id.uuid()), P::Uuid(product.uuid()), P::I64(position)]);
    }
    batch.run().await.map(drop)
}
