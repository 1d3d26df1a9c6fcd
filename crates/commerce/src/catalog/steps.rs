//! Steps that other modules take inside their own units of work.

use wares_db::{DbError, Tx};
use wares_kernel::{ImageId, ProductId, VariantId};

use super::store::{products, reads};
use crate::changes::{self, Change};

/// Pages show words such as "Only 3 left": below this many pieces every change of stock changes a page.
const SHOWN_EXACTLY_BELOW: i64 = 20;

/// Keeps what lists show of stock true after the stock of variants changed; notes a change where a page shows another word.
pub async fn stock_changed(tx: &mut Tx, variants: &[VariantId]) -> Result<(), DbError> {
    for product in reads::products_of(tx, variants).await? {
        let before = products::stock_shown(tx, product).await?;
        products::refresh(tx, product).await?;
        let after = products::stock_shown(tx, product).await?;
        if before.zip(after).is_some_and(|(before, after)| is_seen(before, after)) {
            changes::record(tx, Change::Product(product)).await?;
        }
    }
    Ok(())
}

fn is_seen((pieces_before, in_stock_before): (i64, bool), (pieces, in_stock): (i64, bool)) -> bool {
    in_stock_before != in_stock || (pieces != pieces_before && pieces.min(pieces_before) < SHOWN_EXACTLY_BELOW)
}

/// Puts a stored picture at the end of a product's pictures.
pub async fn add_image(tx: &mut Tx, product: ProductId, image: ImageId, alt: &str) -> Result<(), DbError> {
    products::add_image(tx, product, image, alt).await?;
    products::touch(tx, product).await?;
    products::refresh(tx, product).await?;
    changes::record(tx, Change::Product(product)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_page_shows_is_noted() {
        assert!(!is_seen((500, true), (499, true)));
        assert!(is_seen((20, true), (19, true)));
        assert!(is_seen((3, true), (2, true)));
        assert!(is_seen((500, true), (0, false)));
    }
}
