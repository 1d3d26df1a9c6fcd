//! The third page: how it is paid, and where the invoice goes.

use std::sync::Arc;

use serde_json::Value;
use wares_db::{DbError, Tx, Write};
use wares_kernel::Address;
use wares_kernel::text::{self, TextError};

use super::methods::offered;
use super::store;
use crate::cart::{self, CartOwner};
use crate::settings::Settings;

/// The longest gift note, in characters.
const GIFT_NOTE_MAX: usize = 500;

/// What the third page asks for, valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Where the invoice goes; nothing when it goes where the goods go.
    pub billing_address: Option<Address>,
    /// The name of a gateway; nothing for an order that costs nothing.
    pub payment_method: Option<String>,
    /// What is to be written on a card, or empty.
    pub gift_note: String,
}

/// Keeps what the third page sent: as typed in any case, and as choices when they are valid. Sent before [`super::PlaceOrder`].
#[derive(Debug, Clone)]
pub struct SaveReview {
    /// Whose checkout.
    pub owner: CartOwner,
    /// The form as it was typed.
    pub typed: Value,
    /// The same, if nothing is wrong with it.
    pub review: Option<Review>,
    /// The shop's settings.
    pub settings: Arc<Settings>,
}

/// Why nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveReviewError {
    /// There is no cart to check out; it may just have been ordered in another window.
    #[error("Your cart is empty")]
    NoCart,
    /// The shop does not offer this way to pay.
    #[error("Choose how to pay")]
    NotOffered,
    /// The gift note is too long.
    #[error("{0}")]
    GiftNote(#[from] TextError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for SaveReview {
    type Out = ();
    type Error = SaveReviewError;

    async fn run(&self, tx: &mut Tx) -> Result<(), SaveReviewError> {
        let cart_id = cart::current(tx, &self.owner).await?.ok_or(SaveReviewError::NoCart)?;
        let mut checkout = store::find(tx, cart_id).await?;
        checkout.keep_typed("review", &self.typed);
        if let Some(review) = &self.review {
            let is_known = |method: &String| offered(&self.settings).contains(&method.as_str());
            if !review.payment_method.iter().all(is_known) {
                return Err(SaveReviewError::NotOffered);
            }
            checkout.gift_note = text::block(&review.gift_note, GIFT_NOTE_MAX)?;
            checkout.payment_method = review.payment_method.clone();
            checkout.billing_address = review.billing_address.clone();
        }
        Ok(store::save(tx, &checkout).await?)
    }
}
