//! Categories and their tree.

use wares_db::{Arg, Conn, DbError, P, Sql, Tx, p, rows, sql};
use wares_kernel::{CategoryId, ImageId, ProductId, Slug};

const INSERT: Sql = sql!(
    "INSERT INTO categories (id, parent_id, slug, name, description, image_id, position, is_visible, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT count(*) FROM categories WHERE parent_id IS NOT DISTINCT FROM ?2), ?7, ?8)"
);
const UPDATE: Sql = sql!(
    "UPDATE categories SET parent_id = ?2, slug = ?3, name = ?4, description = ?5, image_id = ?6, is_visible = ?7, version = version + 1
     WHERE id = ?1 AND version = ?8"
);
const PLACE: Sql = sql!("UPDATE categories SET parent_id = ?2, position = ?3 WHERE id = ?1");
const DELETE: Sql = sql!("DELETE FROM categories WHERE id = ?1");
const ALL: Sql = sql!(
    "SELECT id, parent_id, slug, name, description, image_id, is_visible, n_products, position, version FROM categories
     ORDER BY position, name, id"
);
const ONE: Sql = sql!(
    "SELECT id, parent_id, slug, name, description, image_id, is_visible, n_products, position, version FROM categories WHERE id = ?1"
);
const NAMED: Sql = sql!(
    "SELECT id FROM categories WHERE lower(name) = lower(?1) AND parent_id IS NOT DISTINCT FROM ?2 ORDER BY id LIMIT 1"
);
const SIBLINGS: Sql =
    sql!("SELECT id FROM categories WHERE parent_id IS NOT DISTINCT FROM ?1 ORDER BY position, name, id");
const ABOVE: Sql = sql!(
    "WITH RECURSIVE up (id) AS (SELECT id FROM categories WHERE id = ?1 UNION SELECT c.parent_id FROM categories c JOIN up ON c.id = up.id WHERE c.parent_id IS NOT NULL)
     SELECT id FROM up"
);
const RECOUNT: Sql = sql!(
    "UPDATE categories SET n_products = (
        WITH RECURSIVE down (id) AS (SELECT id FROM categories WHERE id = ?1 UNION SELECT c.id FROM categories c JOIN down ON c.parent_id = down.id)
        SELECT count(DISTINCT pc.product_id) FROM down JOIN product_categories pc ON pc.category_id = down.id
        JOIN products p ON p.id = pc.product_id WHERE p.status = 'active')
     WHERE id = ?1"
);
const LISTED: Sql = sql!("SELECT product_id FROM product_categories WHERE category_id = ?1 ORDER BY product_id");
const LIST_ELSEWHERE: Sql = sql!(
    "INSERT INTO product_categories (product_id, category_id) SELECT product_id, ?2 FROM product_categories WHERE category_id = ?1
     ON CONFLICT (product_id, category_id) DO NOTHING"
);
const OWN_ELSEWHERE: Sql = sql!("UPDATE products SET category_id = ?2, version = version + 1 WHERE category_id = ?1");

#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    INSERT,
    UPDATE,
    PLACE,
    DELETE,
    ALL,
    ONE,
    NAMED,
    SIBLINGS,
    ABOVE,
    RECOUNT,
    LISTED,
    LIST_ELSEWHERE,
    OWN_ELSEWHERE,
];

rows! {
    /// A category.
    #[derive(PartialEq, Eq)]
    pub struct Category {
        /// Its id.
        id: CategoryId,
        /// The category it stands under.
        parent: Option<CategoryId>,
        /// Its address.
        slug: Slug,
        /// Its name.
        name: String,
        /// A line or two about it, as plain text; may be empty.
        description: String,
        /// Its picture.
        image: Option<ImageId>,
        /// Whether it is shown.
        is_visible: bool,
        /// How many active products are in it and below it, each counted once.
        n_products: i64,
        /// Its place among its siblings.
        position: i64,
        /// Counts its changes.
        version: i64,
    }
}

/// What is written of a category.
pub(in crate::catalog) struct Written<'a> {
    pub(in crate::catalog) parent: Option<CategoryId>,
    pub(in crate::catalog) slug: &'a Slug,
    pub(in crate::catalog) name: &'a str,
    pub(in crate::catalog) description: &'a str,
    pub(in crate::catalog) image: Option<ImageId>,
    pub(in crate::catalog) is_visible: bool,
}

/// A new category at the end of its siblings.
pub(in crate::catalog) async fn insert(tx: &mut Tx, id: CategoryId, w: &Written<'_>) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(
        INSERT,
        p![id, w.parent, w.slug, w.name, w.description, w.image, w.is_visible, now],
    )
    .await
    .map(drop)
}

/// False when the category has another version by now.
pub(in crate::catalog) async fn update(
    tx: &mut Tx,
    id: CategoryId,
    version: i64,
    w: &Written<'_>,
) -> Result<bool, DbError> {
    let changed = tx
        .exec(
            UPDATE,
            p![
                id,
                w.parent,
                w.slug,
                w.name,
                w.description,
                w.image,
                w.is_visible,
                version
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Puts categories under one parent, in this order.
pub(in crate::catalog) async fn place(
    tx: &mut Tx,
    parent: Option<CategoryId>,
    order: &[CategoryId],
) -> Result<(), DbError> {
    let mut batch = tx.batch();
    for (id, position) in order.iter().zip(0_i64..) {
        batch = batch.add(PLACE, &[P::Uuid(id.uuid()), parent.arg(), P::I64(position)]);
    }
    batch.run().await.map(drop)
}

pub(in crate::catalog) async fn delete(tx: &mut Tx, id: CategoryId) -> Result<(), DbError> {
    tx.exec(DELETE, p![id]).await.map(drop)
}

pub(in crate::catalog) async fn all(conn: &mut Conn) -> Result<Vec<Category>, DbError> {
    conn.all(ALL, p![]).await
}

pub(in crate::catalog) async fn one(conn: &mut Conn, id: CategoryId) -> Result<Option<Category>, DbError> {
    conn.opt(ONE, p![id]).await
}

pub(in crate::catalog) async fn named(
    conn: &mut Conn,
    parent: Option<CategoryId>,
    name: &str,
) -> Result<Option<CategoryId>, DbError> {
    Ok(conn
        .opt::<(CategoryId,)>(NAMED, p![name, parent])
        .await?
        .map(|(id,)| id))
}

pub(in crate::catalog) async fn siblings(
    conn: &mut Conn,
    parent: Option<CategoryId>,
) -> Result<Vec<CategoryId>, DbError> {
    let rows: Vec<(CategoryId,)> = conn.all(SIBLINGS, p![parent]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The category itself and all above it.
pub(in crate::catalog) async fn above(conn: &mut Conn, id: CategoryId) -> Result<Vec<CategoryId>, DbError> {
    let rows: Vec<(CategoryId,)> = conn.all(ABOVE, p![id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Counts the products of each category anew.
pub(in crate::catalog) async fn recount(tx: &mut Tx, ids: &[CategoryId]) -> Result<(), DbError> {
    for id in ids {
        tx.exec(RECOUNT, p![id]).await?;
    }
    Ok(())
}

/// The products listed in exactly this category.
pub(in crate::catalog) async fn listed(conn: &mut Conn, id: CategoryId) -> Result<Vec<ProductId>, DbError> {
    let rows: Vec<(ProductId,)> = conn.all(LISTED, p![id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Lists the products of one category in another.
pub(in crate::catalog) async fn list_elsewhere(tx: &mut Tx, from: CategoryId, to: CategoryId) -> Result<(), DbError> {
    tx.exec(LIST_ELSEWHERE, p![from, to]).await?;
    tx.exec(OWN_ELSEWHERE, p![from, to]).await.map(drop)
}
