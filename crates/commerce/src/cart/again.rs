//! Buying again what was bought before.

use wares_db::{DbError, Tx, Write};
use wares_kernel::{Quantity, VariantId};

use super::add::{Add, AddError};
use super::cart::CartOwner;

/// Puts what can still be bought of these into the cart, and leaves out the rest.
#[derive(Debug, Clone)]
pub struct BuyAgain {
    /// Whose cart.
    pub owner: CartOwner,
    /// What was bought, and how much of it.
    pub wishes: Vec<(VariantId, Quantity)>,
}

impl Write for BuyAgain {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        for &(variant_id, quantity) in &self.wishes {
            let addition = Add {
                owner: self.owner,
                variant_id,
                quantity,
            };
            // What is sold out or gone is left out: the cart shows what there is.
            if let Err(AddError::Db(failure)) = addition.run(tx).await {
                return Err(failure);
            }
        }
        Ok(())
    }
}
