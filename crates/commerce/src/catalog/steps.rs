//! Steps that other modules take inside their own units of work.

use wares_db::{Conn, DbError, Tx};
use wares_kernel::{ImageId, ProductId, Sku, Slug, VariantId};

use super::store::products;
use super::store::slugs::{self, Kind};
use crate::changes::{self, Change};

/// Puts a stored picture at the end of a product's pictures.
pub async fn add_image(tx: &mut Tx, product: ProductId, image: ImageId, alt: &str) -> Result<(), DbError> {
    products::add_image(tx, product, image, alt).await?;
    products::touch(tx, product).await?;
    products::refresh(tx, product).await?;
    changes::record(tx, Change::Product(product)).await
}

/// Adds to a product's ratings, or takes from them: the stars and how many people gave any.
pub async fn rate(tx: &mut Tx, product: ProductId, stars: i64, n_ratings: i64) -> Result<(), DbError> {
    products::rate(tx, product, stars, n_ratings).await?;
    changes::record(tx, Change::Product(product)).await
}

/// A picture that is known by its address only, until it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `https://…`
    pub source: String,
    /// What it shows, in words; may be empty.
    pub alt: String,
    /// The variants it shows.
    pub variants: Vec<VariantId>,
}

/// Notes pictures to be fetched later, in their order. One that was noted before stays as it is: fetched or not.
pub async fn want_pictures(tx: &mut Tx, product: ProductId, pictures: &[Wanted]) -> Result<(), DbError> {
    if pictures.is_empty() {
        return Ok(());
    }
    products::want_pictures(tx, product, pictures).await
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
