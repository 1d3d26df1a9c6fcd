//! Changing one's password, and typing it again where it matters.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::{CustomerId, Instant, SessionId, Token};

use super::customer::{self, Customer};
use super::hashing::{Checked, PasswordHash, Passwords};
use super::password::Password;
use super::reset_password::revoke_links;
use super::session::{self, Owner};
use super::store;
use super::throttle::{self, Realm, Wait};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::once::{Deed, Once};

/// Who changes which password.
#[derive(Clone)]
pub struct ChangePassword {
    /// Who is signed in.
    pub customer_id: CustomerId,
    /// Their session, which goes on under a new token; all others end.
    pub session_id: SessionId,
    /// The present password as typed.
    pub current: String,
    /// The new one.
    pub new: Password,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The form this came by, so that it is done once.
    pub deed: Option<Deed>,
}

/// Why a password was not changed or not believed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The present password is another.
    #[error("This is not your current password")]
    Wrong,
    /// Too many wrong passwords.
    #[error("Too many tries. Wait a little and try again")]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Changes a password; answers the token the session goes on under.
pub async fn change_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    request: ChangePassword,
) -> Result<Token, ChangePasswordError> {
    let checked = prove(db, passwords, now, request.customer_id, &request.current).await?;
    let hash = passwords.hash(&request.new).await?;
    let deed = request.deed.clone();
    db.write(Once::new(deed, Change { request, checked, hash })).await
}

/// Believes that whoever is signed in is still the owner: the session counts as fresh for a while.
pub async fn confirm_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    customer_id: CustomerId,
    session_id: SessionId,
    typed: &str,
) -> Result<(), ChangePasswordError> {
    prove(db, passwords, now, customer_id, typed).await?;
    db.write(Confirm { session_id }).await?;
    Ok(())
}

/// Checks the password of a customer who is signed in; answers the hash it fits.
pub(super) async fn prove(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    id: CustomerId,
    typed: &str,
) -> Result<PasswordHash, ChangePasswordError> {
    let (customer, stored) = {
        let mut conn = db.read().await?;
        let customer = customer::find(&mut conn, id).await?.ok_or(DbError::NotFound)?;
        let wait = throttle::wait(&mut conn, Realm::Customers, &customer.email.key(), now).await?;
        if let Wait::For(retry_after) = wait {
            return Err(ChangePasswordError::TooMany { retry_after });
        }
        let credential = store::credential_of(&mut conn, id).await?;
        (
            customer,
            credential.and_then(|c| c.password_hash).map(PasswordHash::stored),
        )
    };
    match (passwords.check(typed, stored.as_ref()).await?, stored) {
        (Checked::Right | Checked::RightButWeak, Some(stored)) => Ok(stored),
        _ => {
            db.write(Refuse { customer }).await?;
            Err(ChangePasswordError::Wrong)
        }
    }
}

struct Refuse {
    customer: Customer,
}

impl Write for Refuse {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        throttle::failed(tx, Realm::Customers, &self.customer.email.key()).await
    }
}

struct Confirm {
    session_id: SessionId,
}

impl Write for Confirm {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        session::confirm(tx, self.session_id).await
    }
}

struct Change {
    request: ChangePassword,
    checked: PasswordHash,
    hash: PasswordHash,
}

impl Write for Change {
    type Out = Token;
    type Error = ChangePasswordError;

    async fn run(&self, tx: &mut Tx) -> Result<Token, ChangePasswordError> {
        let ChangePassword {
            customer_id,
            session_id,
            ip,
            ..
        } = &self.request;
        let customer_id = *customer_id;
        let customer = customer::find(tx, customer_id).await?.ok_or(DbError::NotFound)?;
        if !store::signed_in(tx, customer_id, &self.checked, None).await? {
            return Err(ChangePasswordError::Wrong);
        }
        store::set_password(tx, customer_id, &self.hash).await?;
        session::end_all(tx, Owner::Customer(customer_id), Some(*session_id)).await?;
        revoke_links(tx, customer_id).await?;
        throttle::forgive(tx, Realm::Customers, &customer.email.key()).await?;
        let actor = Actor::Customer {
            id: customer_id,
            name: customer.name,
            ip: *ip,
        };
        let object = Object::customer(customer_id, customer.email.as_str());
        audit::record(tx, &actor, Action::PasswordChanged, object, json!({})).await?;
        events::record(tx, Event::PasswordChanged { customer_id }).await?;
        Ok(session::renew(tx, *session_id).await?)
    }
}
