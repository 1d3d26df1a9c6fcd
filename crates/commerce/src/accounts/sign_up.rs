//! Opening an account.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::EmailAddress;

use super::hashing::{PasswordHash, Passwords};
use super::password::Password;
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::once::{self, Deed, Once};

/// What somebody gives to open an account; also after an order, then with its name and address.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// The full name.
    pub name: String,
    /// The address.
    pub email: EmailAddress,
    /// The password.
    pub password: Password,
    /// Whether news are wanted.
    pub wants_marketing: bool,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The form this came by, so that it is done once.
    pub deed: Option<Deed>,
}

/// Opens an account, or tells whoever has the mailbox that there is one already. The caller learns nothing of which it was:
/// either way a mail says how to go on.
pub async fn sign_up(db: &Db, passwords: &Passwords, request: SignUp) -> Result<(), DbError> {
    let hash = passwords.hash(&request.password).await?;
    let deed = request.deed.clone();
    once::done_before_is_done(db.write(Once::new(deed, OpenAccount { request, hash })).await)
}

struct OpenAccount {
    request: SignUp,
    hash: PasswordHash,
}

impl Write for OpenAccount {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let SignUp {
            name,
            email,
            wants_marketing,
            ip,
            ..
        } = &self.request;
        let Some(customer_id) = store::sign_up(tx, email, name, &self.hash, *wants_marketing).await? else {
            return already_there(tx, email, *ip).await;
        };
        let actor = Actor::Customer {
            id: customer_id,
            name: name.clone(),
            ip: *ip,
        };
        let object = Object::customer(customer_id, email.as_str());
        audit::record(tx, &actor, Action::Registered, object, json!({})).await?;
        events::record(tx, Event::CustomerRegistered { customer_id }).await
    }
}

async fn already_there(tx: &mut Tx, email: &EmailAddress, ip: Option<IpAddr>) -> Result<(), DbError> {
    let Some(customer) = store::find_by_email(tx, &email.key()).await? else {
        return Err(DbError::NotFound);
    };
    let actor = Actor::Guest {
        name: email.to_string(),
        ip,
    };
    let object = Object::customer(customer.id, email.as_str());
    audit::record(tx, &actor, Action::RegisteredAgain, object, json!({})).await?;
    let customer_id = customer.id;
    events::record(tx, Event::RegisteredAgain { customer_id }).await
}
