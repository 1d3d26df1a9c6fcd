//! Pictures a product is to have that are known by their address only, until somebody has fetched them.

use wares_db::{Conn, DbError, Tx};
use wares_kernel::{ImageId, ProductId, VariantId};

use super::draft::ImageDraft;
use super::store::{products, wanted};
use crate::changes::{self, Change};

/// A picture that is known by its address only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `https://…`
    pub source: String,
    /// What it shows, in words; may be empty.
    pub alt: String,
    /// The variants it shows.
    pub variants: Vec<VariantId>,
}

/// A wanted picture that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What is wanted.
    pub picture: Wanted,
    /// Its place among the product's wanted pictures, from zero.
    pub position: i64,
    /// How often it was tried in vain.
    pub n_tries: i64,
    /// Why the last try failed, for staff; empty before the first.
    pub last_error: String,
}

/// Notes pictures to be fetched later, in their order. One that was noted before stays as it is: fetched or not.
pub async fn want_pictures(tx: &mut Tx, product: ProductId, pictures: &[Wanted]) -> Result<(), DbError> {
    if pictures.is_empty() {
        return Ok(());
    }
    wanted::want(tx, product, pictures).await
}

/// The wanted pictures of a product that are not there yet, in their order.
pub async fn missing_pictures(conn: &mut Conn, product: ProductId) -> Result<Vec<Missing>, DbError> {
    let rows = wanted::missing(conn, product).await?;
    rows.into_iter()
        .map(|row| {
            let variants = serde_json::from_value(row.variants);
            Ok(Missing {
                picture: Wanted {
                    source: row.source,
                    alt: row.alt,
                    variants: variants.map_err(|error| DbError::Damaged(error.to_string()))?,
                },
                position: row.position,
                n_tries: row.n_tries,
                last_error: row.last_error,
            })
        })
        .collect()
}

/// Notes why a wanted picture could not be had.
pub async fn picture_failed(tx: &mut Tx, product: ProductId, source: &str, why: &str) -> Result<(), DbError> {
    wanted::failed(tx, product, source, why).await
}

/// Gives a product a picture it wanted, at its place; nothing happens when it has got it already or is gone.
pub async fn picture_fetched(
    tx: &mut Tx,
    product: ProductId,
    missing: &Missing,
    image: ImageId,
) -> Result<(), DbError> {
    // The product's row first: who changes its pictures has it locked.
    products::touch(tx, product).await?;
    if !wanted::fetched(tx, product, &missing.picture.source).await? {
        return Ok(());
    }
    let mut images = products::images(tx, product).await?;
    if !images.iter().any(|there| there.image_id == image) {
        let place = usize::try_from(missing.position)
            .unwrap_or(usize::MAX)
            .min(images.len());
        let alt = missing.picture.alt.clone();
        images.insert(place, ImageDraft { image_id: image, alt });
        products::put_images(tx, product, &images).await?;
    }
    wanted::show(tx, product, &missing.picture.variants, image).await?;
    products::refresh(tx, product).await?;
    changes::record(tx, Change::Product(product)).await
}
