//! Changing and removing lines.

use wares_db::{DbError, Tx, Write};
use wares_kernel::{Quantity, VariantId};

use super::add::within_stock;
use super::cart::CartOwner;
use super::store::{self, Wish};

/// Sets the quantity of a line.
#[derive(Debug, Clone)]
pub struct SetQuantity {
    /// Whose cart.
    pub owner: CartOwner,
    /// Which line.
    pub variant_id: VariantId,
    /// How many in all.
    pub quantity: Quantity,
}

/// What a line holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The line's quantity.
    pub quantity: Quantity,
    /// Fewer than wished, because only so many are available.
    pub only: Option<i64>,
}

/// Why a line was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// It is not in the cart (any more).
    #[error("This product is not in your cart any more")]
    NotInCart,
    /// None is left.
    #[error("This product is sold out")]
    SoldOut,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for SetQuantity {
    type Out = Changed;
    type Error = ChangeError;

    async fn run(&self, tx: &mut Tx) -> Result<Changed, ChangeError> {
        let cart_id = store::current(tx, &self.owner).await?.ok_or(ChangeError::NotInCart)?;
        let before = store::wish(tx, cart_id, self.variant_id)
            .await?
            .ok_or(ChangeError::NotInCart)?;
        if self.quantity <= before.quantity {
            // Fewer is always possible, also of what has been sold out since.
            store::put(
                tx,
                cart_id,
                &Wish {
                    quantity: self.quantity,
                    ..before
                },
            )
            .await?;
            return Ok(Changed {
                quantity: self.quantity,
                only: None,
            });
        }
        let (quantity, only) = within_stock(tx, self.variant_id, self.quantity)
            .await?
            .ok_or(ChangeError::SoldOut)?;
        store::put(tx, cart_id, &Wish { quantity, ..before }).await?;
        Ok(Changed { quantity, only })
    }
}

/// Takes a line out. Putting it back is an [`super::Add`] of what this answers.
#[derive(Debug, Clone)]
pub struct Remove {
    /// Whose cart.
    pub owner: CartOwner,
    /// Which line.
    pub variant_id: VariantId,
}

impl Write for Remove {
    /// What was removed; `None` when it was gone already, as on a second click.
    type Out = Option<Wish>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Wish>, DbError> {
        let Some(cart_id) = store::current(tx, &self.owner).await? else {
            return Ok(None);
        };
        let wish = store::wish(tx, cart_id, self.variant_id).await?;
        store::delete_line(tx, cart_id, self.variant_id).await?;
        Ok(wish)
    }
}
