//! Entering a discount code, and taking it back.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use wares_db::{DbError, Tx, Write};

use super::store;
use super::view::{CheckoutView, view};
use crate::cart::{self, CODES_MAX, CartOwner};
use crate::pricing::discount::{self, Code, Refusal};
use crate::settings::Settings;

/// Enters a code into the owner's cart, if it takes something off.
#[derive(Debug, Clone)]
pub struct EnterCode {
    /// Whose cart.
    pub owner: CartOwner,
    /// The code.
    pub code: Code,
    /// The shop's settings.
    pub settings: Arc<Settings>,
}

/// Why a code was not taken.
#[derive(Debug, thiserror::Error)]
pub enum EnterCodeError {
    /// There is no cart, or nothing in it.
    #[error("Put something in your cart first")]
    NoCart,
    /// It takes nothing off.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There are too many already.
    #[error("A cart takes {CODES_MAX} codes; remove one first")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for EnterCode {
    type Out = ();
    type Error = EnterCodeError;

    async fn run(&self, tx: &mut Tx) -> Result<(), EnterCodeError> {
        let cart_id = cart::lock_current(tx, &self.owner).await?;
        let (cart_id, now) = (cart_id.ok_or(EnterCodeError::NoCart)?, tx.now());
        let found = discount::find_code(tx, &self.code).await?;
        let (_, code, _) = found.ok_or(Refusal::Unknown)?;
        if !cart::add_code(tx, cart_id, &code).await? {
            return Err(EnterCodeError::TooMany);
        }
        let view = view(tx, &self.owner, &self.settings, now).await?;
        let view = view.ok_or(EnterCodeError::NoCart)?;
        // What is refused is refused as a whole: the cart is as it was.
        let quote = view.quote.as_ref().ok();
        let mut set_aside = quote.iter().flat_map(|quote| &quote.set_aside);
        if let Some(refused) = set_aside.find(|set_aside| set_aside.code.key() == code.key()) {
            return Err(refused.why.clone().into());
        }
        Ok(show(tx, view).await?)
    }
}

/// Takes a code out of the owner's cart. Does nothing when it is not there.
#[derive(Debug, Clone)]
pub struct RemoveCode {
    /// Whose cart.
    pub owner: CartOwner,
    /// The code.
    pub code: Code,
    /// The shop's settings.
    pub settings: Arc<Settings>,
}

impl Write for RemoveCode {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let Some(cart_id) = cart::lock_current(tx, &self.owner).await? else {
            return Ok(());
        };
        let now = tx.now();
        if cart::remove_code(tx, cart_id, &self.code).await?
            && let Some(view) = view(tx, &self.owner, &self.settings, now).await?
        {
            show(tx, view).await?;
        }
        Ok(())
    }
}

/// The buyer sees these figures next; whoever has not begun to check out has none to compare with.
async fn show(tx: &mut Tx, view: CheckoutView) -> Result<(), DbError> {
    if view.checkout.shown.is_none() {
        return Ok(());
    }
    store::save(tx, &view.into_shown()).await
}
