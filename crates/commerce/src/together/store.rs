//! All SQL about what is bought together.

use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::ProductId;

/// SQLite takes the tables of a cross join in their order. Left to itself, and while hardly anything was bought together yet, it walks
/// through all products that are for sale.
const FOR_SALE: Sql = sql!(
    lite: "SELECT b.other_id FROM bought_together b CROSS JOIN products p ON p.id = b.other_id
         WHERE b.product_id = ?1 AND p.status = 'active' AND p.in_stock ORDER BY b.n_buyers DESC, b.other_id DESC LIMIT ?2",
    pg: "SELECT b.other_id FROM bought_together b JOIN products p ON p.id = b.other_id
         WHERE b.product_id = $1 AND p.status = 'active' AND p.in_stock ORDER BY b.n_buyers DESC, b.other_id DESC LIMIT $2",
);
const PAIRS: Sql =
    sql!("SELECT other_id, n_buyers FROM bought_together WHERE product_id = ?1 ORDER BY n_buyers DESC, other_id DESC");
const FORGET: Sql = sql!("DELETE FROM bought_together WHERE product_id = ?1");
const INSERT: Sql = sql!("INSERT INTO bought_together (product_id, other_id, n_buyers) VALUES (?1, ?2, ?3)");

/// Another product, and how many bought both.
pub(super) type Pair = (ProductId, i64);

/// The others that can be bought now.
pub(super) async fn for_sale(conn: &mut Conn, product: ProductId, most: i64) -> Result<Vec<ProductId>, DbError> {
    let rows: Vec<(ProductId,)> = conn.all(FOR_SALE, p![product, most]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// All pairs of a product, what most bought first.
pub(super) async fn pairs(conn: &mut Conn, product: ProductId) -> Result<Vec<Pair>, DbError> {
    conn.all(PAIRS, p![product]).await
}

/// Puts these pairs in the place of those there were. One with a product that was deleted meanwhile violates its foreign key.
pub(super) async fn replace(tx: &mut Tx, product: ProductId, pairs: &[Pair]) -> Result<(), DbError> {
    tx.exec(FORGET, p![product]).await?;
    let mut batch = tx.batch();
    for (other, n_buyers) in pairs {
        batch = batch.add(INSERT, p![product, *other, *n_buyers]);
    }
    batch.run().await.map(drop)
}
