//! Putting something into a cart.

use wares_db::fault::Point;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{CartId, Quantity, VariantId};

use super::cart::{CartOwner, LINES_MAX};
use super::store::{self, Wish};
use crate::catalog::sale_terms;
use crate::inventory;

/// Puts a quantity of a variant into somebody's cart, on top of what is there.
///
/// Stock is not held here: a cart is a wish. But nobody is led to believe that there is more than there is, so the line
/// is kept to what is available, and the answer says so.
#[derive(Debug, Clone)]
pub struct Add {
    /// Whose cart.
    pub owner: CartOwner,
    /// What.
    pub variant_id: VariantId,
    /// How many more.
    pub quantity: Quantity,
}

/// What is in the cart now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The line's quantity.
    pub quantity: Quantity,
    /// Fewer than wished, because only so many are available.
    pub only: Option<i64>,
    /// Pieces in the whole cart.
    pub n_pieces: i64,
}

/// Why a variant was not put into a cart.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// It is gone, or was never there.
    #[error("This product is not for sale any more")]
    NotForSale,
    /// None is left.
    #[error("This product is sold out")]
    SoldOut,
    /// The cart is full.
    #[error("A cart holds at most {LINES_MAX} different products")]
    TooManyLines,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Add {
    type Out = Added;
    type Error = AddError;

    async fn run(&self, tx: &mut Tx) -> Result<Added, AddError> {
        let cart_id = store::open(tx, &self.owner).await?;
        self.put_into(tx, cart_id).await
    }
}

impl Add {
    /// The same with the owner's cart, open and locked.
    pub(super) async fn put_into(&self, tx: &mut Tx, cart_id: CartId) -> Result<Added, AddError> {
        let terms = sale_terms(tx, &[self.variant_id]).await?.pop();
        let terms = terms.filter(|terms| terms.is_for_sale).ok_or(AddError::NotForSale)?;
        let before = store::wish(tx, cart_id, self.variant_id).await?;
        if before.is_none() && store::count_lines(tx, cart_id).await? >= LINES_MAX {
            return Err(AddError::TooManyLines);
        }
        let wanted = before.map_or(self.quantity, |wish| together(wish.quantity, self.quantity));
        let (quantity, only) = within_stock(tx, self.variant_id, wanted)
            .await?
            .ok_or(AddError::SoldOut)?;
        let wish = Wish {
            variant_id: self.variant_id,
            quantity,
            price_seen_minor: terms.price_minor,
        };
        store::put(tx, cart_id, &wish).await?;
        tx.reach(Point::CartFilled).await?;
        Ok(Added {
            quantity,
            only,
            n_pieces: store::count_pieces(tx, cart_id).await?,
        })
    }
}

/// Both quantities, up to the most a line may hold.
pub(super) fn together(a: Quantity, b: Quantity) -> Quantity {
    a.plus(b).unwrap_or_else(|_| most())
}

fn most() -> Quantity {
    Quantity::try_from(Quantity::MAX).expect("the most is within its own limit")
}

/// The wanted quantity, or as much of it as is available and how much that is. `None` when nothing is.
pub(super) async fn within_stock(
    tx: &mut Tx,
    variant_id: VariantId,
    wanted: Quantity,
) -> Result<Option<(Quantity, Option<i64>)>, DbError> {
    let Some(level) = inventory::level(tx, variant_id).await? else {
        return Ok(None);
    };
    if level.may_backorder || level.available() >= wanted.as_i64() {
        return Ok(Some((wanted, None)));
    }
    Ok(Quantity::try_from(level.available())
        .ok()
        .map(|quantity| (quantity, Some(level.available()))))
}
