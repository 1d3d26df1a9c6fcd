//! The SQL of the table `wanted_pictures`.

use serde_json::{Value, json};
use wares_db::{Arg, Conn, DbError, P, Sql, Tx, p, rows, sql};
use wares_kernel::{ImageId, ProductId, VariantId};

use crate::catalog::Wanted;

const WANT: Sql = sql!(
    "INSERT INTO wanted_pictures (product_id, source, alt, position, variants, noted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
     ON CONFLICT (product_id, source) DO UPDATE SET alt = excluded.alt, position = excluded.position, variants = excluded.variants"
);
const MISSING: Sql = sql!(
    "SELECT source, alt, position, variants, n_tries, last_error FROM wanted_pictures
     WHERE product_id = ?1 AND fetched_at IS NULL ORDER BY position, source"
);
const FAILED: Sql = sql!(
    "UPDATE wanted_pictures SET n_tries = n_tries + 1, last_error = ?3 WHERE product_id = ?1 AND source = ?2 AND fetched_at IS NULL"
);
const FETCHED: Sql = sql!(
    "UPDATE wanted_pictures SET n_tries = n_tries + 1, last_error = '', fetched_at = ?3
     WHERE product_id = ?1 AND source = ?2 AND fetched_at IS NULL"
);
const SHOW: Sql = sql!("UPDATE variants SET image_id = ?3 WHERE product_id = ?1 AND id = ?2");

#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[WANT, MISSING, FAILED, FETCHED, SHOW];

rows! {
    /// A picture that is not there yet.
    pub struct MissingRow {
        source: String,
        alt: String,
        position: i64,
        variants: Value,
        n_tries: i64,
        last_error: String,
    }
}

/// Notes pictures that are known by their address only, in order.
pub(in crate::catalog) async fn want(tx: &mut Tx, id: ProductId, pictures: &[Wanted]) -> Result<(), DbError> {
    let now = tx.now();
    let variants: Vec<Value> = pictures.iter().map(|picture| json!(picture.variants)).collect();
    let mut batch = tx.batch();
    for ((picture, variants), position) in pictures.iter().zip(&variants).zip(0_i64..) {
        let texts = [P::Text(&picture.source), P::Text(&picture.alt)];
        batch = batch.add(
            WANT,
            &[
                id.arg(),
                texts[0],
                texts[1],
                P::I64(position),
                P::Json(variants),
                now.arg(),
            ],
        );
    }
    batch.run().await.map(drop)
}

pub(in crate::catalog) async fn missing(conn: &mut Conn, id: ProductId) -> Result<Vec<MissingRow>, DbError> {
    conn.all(MISSING, p![id]).await
}

pub(in crate::catalog) async fn failed(tx: &mut Tx, id: ProductId, source: &str, why: &str) -> Result<(), DbError> {
    tx.exec(FAILED, p![id, source, why]).await.map(drop)
}

/// Notes that a picture is there; answers whether it was still missing.
pub(in crate::catalog) async fn fetched(tx: &mut Tx, id: ProductId, source: &str) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(FETCHED, p![id, source, now]).await? == 1)
}

/// Variants show a picture of their own.
pub(in crate::catalog) async fn show(
    tx: &mut Tx,
    id: ProductId,
    variants: &[VariantId],
    image: ImageId,
) -> Result<(), DbError> {
    let mut batch = tx.batch();
    for variant in variants {
        batch = batch.add(SHOW, p![id, *variant, image]);
    }
    batch.run().await.map(drop)
}
