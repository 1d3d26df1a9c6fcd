//! Taking note of what has changed.

use wares_db::{DbError, Tx, Write};

use super::cart::CartOwner;
use super::store;
use crate::catalog::sale_terms;

/// The buyer has seen what changed and goes on: today's prices are the known ones now, and what was told need not be told again.
#[derive(Debug, Clone)]
pub struct Acknowledge {
    /// Whose cart.
    pub owner: CartOwner,
}

impl Write for Acknowledge {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let Some(cart_id) = store::current(tx, &self.owner).await? else {
            return Ok(());
        };
        let wishes = store::wishes(tx, cart_id).await?;
        let ids: Vec<_> = wishes.iter().map(|wish| wish.variant_id).collect();
        for terms in sale_terms(tx, &ids).await? {
            store::see_price(tx, cart_id, terms.variant_id, terms.price_minor).await?;
        }
        store::set_notices(tx, cart_id, &[]).await
    }
}
