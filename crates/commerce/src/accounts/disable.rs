//! Locking a customer out, and letting them in again.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::CustomerId;

use super::session::{self, Owner};
use super::{customer, store};
use crate::audit::{self, Action, Actor, Object};

/// Locks a customer out: all sessions end at once.
#[derive(Debug, Clone)]
pub struct Disable {
    /// Who does it.
    pub actor: Actor,
    /// Whom.
    pub customer_id: CustomerId,
}

/// Lets a customer in again.
#[derive(Debug, Clone)]
pub struct Enable {
    /// Who does it.
    pub actor: Actor,
    /// Whom.
    pub customer_id: CustomerId,
}

impl Write for Disable {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let customer = customer::find(tx, self.customer_id).await?.ok_or(DbError::NotFound)?;
        if store::disable(tx, customer.id).await? {
            session::end_all(tx, Owner::Customer(customer.id), None).await?;
            let object = Object::customer(customer.id, customer.email.as_str());
            audit::record(tx, &self.actor, Action::Disabled, object, json!({})).await?;
        }
        Ok(())
    }
}

impl Write for Enable {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let customer = customer::find(tx, self.customer_id).await?.ok_or(DbError::NotFound)?;
        if store::enable(tx, customer.id).await? {
            let object = Object::customer(customer.id, customer.email.as_str());
            audit::record(tx, &self.actor, Action::Enabled, object, json!({})).await?;
        }
        Ok(())
    }
}
