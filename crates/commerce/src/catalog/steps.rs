//! Steps that other modules take inside their own units of work.

use wares_db::{Conn, DbError, Tx};
use wares_kernel::{ProductId, Sku, Slug};

use super::store::products;
use super::store::slugs::{self, Kind};
use crate::changes::{self, Change};

/// Adds to a product's ratings, or takes from them: the stars and how many people gave any.
pub async fn rate(tx: &mut Tx, product: ProductId, stars: i64, n_ratings: i64) -> Result<(), DbError> {
    products::rate(tx, product, stars, n_ratings).await?;
    changes::record(tx, Change::Product(product)).await
}

/// The product a file means: the one at this address, now or once, or else the only one that has one of these SKUs.
pub async fn recognise(conn: &mut Conn, handle: &Slug, skus: &[&Sku]) -> Result<Option<ProductId>, DbError> {
    if let Some(id) = slugs::at(conn, Kind::Product, handle).await? {
        return Ok(Some(ProductId::new(id)));
    }
    if let Some(id) = slugs::once_at(conn, Kind::Product, handle).await? {
        return Ok(Some(ProductId::new(id)));
    }
    match products::with_skus(conn, skus).await?.as_slice() {
        [only] => Ok(Some(*only)),
        _ => Ok(None),
    }
}
