//! The third page: how it is paid, and where the invoice goes.

use std::sync::Arc;

use serde_json::Value;
use wares_db::{DbError, Tx, Write};
use wares_kernel::Address;
use wares_kernel::text::{self, TextError};

use super::checkout::Checkout;
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

impl Review {
    /// Takes the choices over into what is known.
    fn choose_in(&self, checkout: &mut Checkout, settings: &Settings) -> Result<(), NotChosen> {
        let is_known = |method: &String| offered(settings).contains(&method.as_str());
        if !self.payment_method.iter().all(is_known) {
            return Err(NotChosen::NotOffered);
        }
        checkout.gift_note = text::block(&self.gift_note, GIFT_NOTE_MAX)?;
        checkout.payment_method = self.payment_method.clone();
        checkout.billing_address = self.billing_address.clone();
        Ok(())
    }
}

/// Why a choice cannot stand.
#[derive(Debug, thiserror::Error)]
pub enum NotChosen {
    /// The shop does not offer this way to pay.
    #[error("Choose how to pay")]
    NotOffered,
    /// The gift note is too long.
    #[error("{0}")]
    GiftNote(#[from] TextError),
}

/// The third page with its button pressed: what it says, and what [`super::PlaceOrder`] keeps of it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The form as it was typed.
    pub typed: Value,
    /// The same, with nothing wrong in it.
    pub review: Review,
}

impl Signed {
    /// Keeps it in what is known.
    pub(super) fn keep_in(&self, checkout: &mut Checkout, settings: &Settings) -> Result<(), NotChosen> {
        checkout.keep_typed("review", &self.typed);
        self.review.choose_in(checkout, settings)
    }
}

/// Keeps what the third page sent where no order is placed: as typed in any case, and as choices when they are valid.
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
    /// A choice cannot stand.
    #[error(transparent)]
    NotChosen(#[from] NotChosen),
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
            review.choose_in(&mut checkout, &self.settings)?;
        }
        Ok(store::save(tx, &checkout).await?)
    }
}
