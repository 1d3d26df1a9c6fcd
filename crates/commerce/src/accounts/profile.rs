//! Name, telephone number, news.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::text::{self, TextError};
use wares_kernel::{CustomerId, EmailAddress};

use super::customer;
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};

/// Changes what a customer says about themselves.
#[derive(Debug, Clone)]
pub struct ChangeProfile {
    /// Who.
    pub customer_id: CustomerId,
    /// The full name.
    pub name: String,
    /// The telephone number, or empty.
    pub phone: String,
    /// Whether news are wanted.
    pub wants_marketing: bool,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// Why a profile was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The name is missing or too long.
    #[error("Enter your name, up to 120 characters")]
    Name,
    /// The number is too long.
    #[error("Use at most 32 characters for the telephone number")]
    Phone,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for ChangeProfile {
    type Out = ();
    type Error = ProfileError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ProfileError> {
        let name = text::required_line(&self.name, 120).map_err(|_: TextError| ProfileError::Name)?;
        let phone = text::line(&self.phone, 32).map_err(|_: TextError| ProfileError::Phone)?;
        let before = customer::find(tx, self.customer_id).await?.ok_or(DbError::NotFound)?;
        store::set_profile(tx, before.id, &name, &phone, self.wants_marketing).await?;
        let details = audit::differences(
            &json!({"name": before.name, "phone": before.phone, "news": before.marketing_at.is_some()}),
            &json!({"name": name, "phone": phone, "news": self.wants_marketing}),
        );
        let actor = Actor::Customer {
            id: before.id,
            name,
            ip: self.ip,
        };
        let object = Object::customer(before.id, before.email.as_str());
        audit::record(tx, &actor, Action::Changed, object, details).await?;
        if before.marketing_at.is_some() != self.wants_marketing {
            let customer_id = before.id;
            events::record(tx, Event::NewsChosen { customer_id }).await?;
        }
        Ok(())
    }
}

/// Writes down for whoever has an address whether they want news, as the newsletter's list has it.
pub async fn note_news(tx: &mut Tx, email: &EmailAddress, wanted: bool) -> Result<(), DbError> {
    store::set_news(tx, email, wanted).await
}
