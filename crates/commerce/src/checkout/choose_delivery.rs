//! The second page: how it comes.

use std::sync::Arc;

use wares_db::{DbError, Tx, Write};
use wares_kernel::ShippingMethodId;

use super::checkout::Step;
use super::store;
use super::view::Begun;
use crate::cart::CartOwner;
use crate::settings::Settings;

/// Chooses a way of sending.
#[derive(Debug, Clone)]
pub struct ChooseDelivery {
    /// Whose checkout.
    pub owner: CartOwner,
    /// The method.
    pub method_id: ShippingMethodId,
    /// The shop's settings.
    pub settings: Arc<Settings>,
}

/// Why it was not chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChooseDeliveryError {
    /// There is no cart to check out.
    #[error("Your cart is empty")]
    NoCart,
    /// The address comes first.
    #[error("Enter your address first")]
    NoAddress,
    /// It is not, or no longer, a way to send this cart there.
    #[error("This way of sending is not available for your order. Choose another one.")]
    NotOffered,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for ChooseDelivery {
    type Out = ();
    type Error = ChooseDeliveryError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ChooseDeliveryError> {
        let begun = Begun::open(tx, &self.owner).await?;
        let (mut begun, now) = (begun.ok_or(ChooseDeliveryError::NoCart)?, tx.now());
        begun.checkout.shipping_method_id = Some(self.method_id);
        let view = begun.view(tx, &self.settings, now).await?;
        if view.step == Step::Details {
            return Err(ChooseDeliveryError::NoAddress);
        }
        if view.chosen.is_none() {
            return Err(ChooseDeliveryError::NotOffered);
        }
        Ok(store::save(tx, &view.into_shown()).await?)
    }
}
