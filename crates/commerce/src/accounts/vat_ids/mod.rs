//! The VAT ids a customer gave, in the address book or with an order, and which of them staff have looked up.

pub(super) mod store;

use serde_json::json;
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{CustomerId, EmailAddress};

pub use store::NotedVatId;

use super::customer;
use crate::audit::{self, Action, Actor, Object};

/// A customer's VAT ids, the latest first; at most a hundred.
pub async fn vat_ids(conn: &mut Conn, customer_id: CustomerId) -> Result<Vec<NotedVatId>, DbError> {
    store::list(conn, customer_id).await
}

/// Whether staff have looked up this id for this customer.
pub async fn is_vat_id_checked(conn: &mut Conn, customer_id: CustomerId, vat_id: &str) -> Result<bool, DbError> {
    let noted = store::find(conn, customer_id, vat_id).await?;
    Ok(noted.is_some_and(|noted| noted.checked_at.is_some()))
}

/// Remembers an id that came with an order: for the customer who was signed in, or else for the guest of that address.
pub async fn note_ordered_vat_id(
    tx: &mut Tx,
    customer_id: Option<CustomerId>,
    email: &EmailAddress,
    vat_id: &str,
) -> Result<(), DbError> {
    let customer_id = match customer_id {
        Some(id) => Some(id),
        None => customer::find_by_email(tx, email).await?.map(|guest| guest.id),
    };
    match customer_id {
        Some(id) => note(tx, id, vat_id).await,
        None => Ok(()),
    }
}

/// Remembers an id of an address; none is nothing to remember.
pub(super) async fn note(tx: &mut Tx, customer_id: CustomerId, vat_id: &str) -> Result<(), DbError> {
    if vat_id.is_empty() {
        return Ok(());
    }
    store::note(tx, customer_id, vat_id).await
}

/// Staff have looked up a customer's VAT id, or take that back.
#[derive(Debug, Clone)]
pub struct CheckVatId {
    /// Who.
    pub actor: Actor,
    /// Whose id.
    pub customer_id: CustomerId,
    /// Which one.
    pub vat_id: String,
    /// Whether it is theirs and valid.
    pub is_checked: bool,
}

impl Write for CheckVatId {
    /// Whether the customer gave such an id.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let Some(customer) = customer::find(tx, self.customer_id).await? else {
            return Ok(false);
        };
        let Some(before) = store::find(tx, customer.id, &self.vat_id).await? else {
            return Ok(false);
        };
        if before.checked_at.is_some() == self.is_checked {
            return Ok(true);
        }
        store::set_checked(tx, customer.id, &self.vat_id, self.is_checked.then_some(&self.actor)).await?;
        let object = Object::customer(customer.id, customer.email.as_str());
        let word = |checked| if checked { "checked" } else { "not checked" };
        let field = format!("VAT id {}", self.vat_id);
        let details = json!({ field: [word(!self.is_checked), word(self.is_checked)] });
        audit::record(tx, &self.actor, Action::Changed, object, details).await?;
        Ok(true)
    }
}
