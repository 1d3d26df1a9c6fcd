//! Buying one thing past the cart.

use wares_db::{Tx, Write};
use wares_kernel::{Quantity, TokenHash, VariantId};

use super::add::{AddError, Added, within_stock};
use super::cart::CartOwner;
use super::store::{self, Wish};
use crate::catalog::sale_terms;

/// Makes a quantity of a variant all that is bought at once; whatever was to be bought at once before is not any more.
///
/// It lies in a cart of its own, so that everything that holds for carts holds for it: prices, stock, checkout, one order for each cart. The
/// browser's or customer's own cart is not touched, and no sign-in joins the two. It says how much there shall be, not how much more, so a
/// button that is pressed twice is pressed once.
#[derive(Debug, Clone)]
pub struct BuyAtOnce {
    /// The hash of the cookie that this is kept under.
    pub token: TokenHash,
    /// What.
    pub variant_id: VariantId,
    /// How many.
    pub quantity: Quantity,
}

impl Write for BuyAtOnce {
    type Out = Added;
    type Error = AddError;

    async fn run(&self, tx: &mut Tx) -> Result<Added, AddError> {
        let terms = sale_terms(tx, &[self.variant_id]).await?.pop();
        let terms = terms.filter(|terms| terms.is_for_sale).ok_or(AddError::NotForSale)?;
        let cart_id = store::open(tx, &CartOwner::AtOnce(self.token, None)).await?;
        let (quantity, only) = within_stock(tx, self.variant_id, self.quantity)
            .await?
            .ok_or(AddError::SoldOut)?;
        for wish in store::wishes(tx, cart_id).await? {
            if wish.variant_id != self.variant_id {
                store::delete_line(tx, cart_id, wish.variant_id).await?;
            }
        }
        let wish = Wish {
            variant_id: self.variant_id,
            quantity,
            price_seen_minor: terms.price_minor,
        };
        store::put(tx, cart_id, &wish).await?;
        Ok(Added {
            quantity,
            only,
            n_pieces: quantity.as_i64(),
        })
    }
}
