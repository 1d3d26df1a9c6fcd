//! The first page: who, and where to.

use std::sync::Arc;

use serde_json::Value;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{Address, EmailAddress};

use super::store;
use super::view::Begun;
use crate::cart::CartOwner;
use crate::settings::Settings;

/// What the first page asks for, valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Where mails go.
    pub email: EmailAddress,
    /// Where the goods go.
    pub address: Address,
    /// Whether letters are wanted.
    pub wants_marketing: bool,
}

/// Keeps what the first page sent: as typed in any case, and as details when they are valid.
#[derive(Debug, Clone)]
pub struct SaveDetails {
    /// Whose checkout.
    pub owner: CartOwner,
    /// The form as it was typed.
    pub typed: Value,
    /// The same, if nothing is wrong with it.
    pub details: Option<Details>,
    /// The shop's settings.
    pub settings: Arc<Settings>,
}

/// Which of the two is paid now, and was not before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// The buyer owes the tax: the prices are without it.
    WithoutTax,
    /// The tax is paid as by anybody else.
    WithTax,
}

/// Why nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveDetailsError {
    /// There is no cart to check out.
    #[error("Your cart is empty")]
    NoCart,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for SaveDetails {
    /// The total without tax or with it, where the address or the VAT id changed which of the two is paid.
    type Out = Option<Turned>;
    type Error = SaveDetailsError;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Turned>, SaveDetailsError> {
        let mut begun = Begun::open(tx, &self.owner).await?.ok_or(SaveDetailsError::NoCart)?;
        let checkout = &mut begun.checkout;
        checkout.keep_typed("details", &self.typed);
        if let Some(details) = &self.details {
            checkout.email = Some(details.email.clone());
            checkout.shipping_address = Some(details.address.clone());
            checkout.wants_marketing = details.wants_marketing;
        }
        let now = tx.now();
        let was_without = checkout.shown.as_ref().is_some_and(|quote| quote.relief.is_some());
        let checkout = begun.view(tx, &self.settings, now).await?.into_shown();
        store::save(tx, &checkout).await?;
        let turned = checkout.shown.filter(|quote| quote.relief.is_some() != was_without);
        Ok(turned.map(|quote| match quote.relief {
            Some(_) => Turned::WithoutTax,
            None => Turned::WithTax,
        }))
    }
}
