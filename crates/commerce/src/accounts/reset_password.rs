//! A forgotten password: a link by mail, a new password.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::{CustomerId, EmailAddress, Instant, Token};

use super::customer::{self, Customer};
use super::hashing::{PasswordHash, Passwords};
use super::link::{self, Purpose};
use super::password::Password;
use super::session::{self, Owner};
use super::store;
use super::throttle::{self, Realm};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::once::{Deed, Once};

/// Asks for a link to choose a new password.
///
/// Does the same for every address; whether there is somebody to write to is found out later, by the job that writes the mail.
/// A guest gets one, too, and has an account by using it.
#[derive(Debug, Clone)]
pub struct ForgotPassword {
    /// The address that was typed.
    pub email: EmailAddress,
    /// Who asks: a guest, or staff for a customer.
    pub actor: Actor,
}

impl Write for ForgotPassword {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let object = Object::named("customer", self.email.as_str());
        audit::record(tx, &self.actor, Action::ResetAsked, object, json!({})).await?;
        let email = self.email.clone();
        events::record(tx, Event::ResetAsked { email }).await
    }
}

/// Whom a link for a new password belongs to.
#[derive(Debug, Clone)]
pub struct ResetLink {
    /// The customer; their address is one of the things a password must not be.
    pub customer: Customer,
}

/// The owner of a link for a new password, if it still works.
pub async fn find_reset(conn: &mut Conn, token: &Token, now: Instant) -> Result<Option<ResetLink>, DbError> {
    let Some(link) = link::find(conn, Purpose::ResetPassword, token, now).await? else {
        return Ok(None);
    };
    let Some(id) = link.subject else {
        return Ok(None);
    };
    let customer = customer::find(conn, CustomerId::new(id)).await?;
    Ok(customer
        .filter(|customer| customer.disabled_at.is_none())
        .map(|customer| ResetLink { customer }))
}

/// Why no new password was set.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The link was used, is too old, or a newer one was sent.
    #[error("This link does not work any more. Ask for a new one")]
    DeadLink,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What somebody sends who has opened a link for a new password.
#[derive(Debug, Clone)]
pub struct ResetPassword {
    /// The link's token.
    pub token: Token,
    /// The new password.
    pub password: Password,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The form this came by, so that it is done once.
    pub deed: Option<Deed>,
}

/// Sets a new password through a link. All sessions end; whoever did it has proved the mailbox *and* owns the password.
pub async fn reset_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    request: ResetPassword,
) -> Result<(), ResetError> {
    // Hashing is dear: not for a link that leads nowhere.
    let works = {
        let mut conn = db.read().await?;
        find_reset(&mut conn, &request.token, now).await?.is_some()
    };
    if !works {
        return Err(ResetError::DeadLink);
    }
    let hash = passwords.hash(&request.password).await?;
    let ResetPassword { token, ip, deed, .. } = request;
    db.write(Once::new(deed, Reset { token, hash, ip })).await
}

struct Reset {
    token: Token,
    hash: PasswordHash,
    ip: Option<IpAddr>,
}

impl Write for Reset {
    type Out = ();
    type Error = ResetError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ResetError> {
        let link = link::redeem(tx, Purpose::ResetPassword, &self.token).await?;
        let Some(id) = link.and_then(|link| link.subject) else {
            return Err(ResetError::DeadLink);
        };
        let customer = customer::find(tx, CustomerId::new(id)).await?;
        let Some(customer) = customer else {
            return Err(ResetError::DeadLink);
        };
        if !store::set_password(tx, customer.id, &self.hash).await? {
            return Err(ResetError::DeadLink);
        }
        store::set_verified(tx, customer.id).await?;
        session::end_all(tx, Owner::Customer(customer.id), None).await?;
        revoke_links(tx, customer.id).await?;
        throttle::forgive(tx, Realm::Customers, &customer.email.key()).await?;
        told(tx, &customer, self.ip).await?;
        Ok(())
    }
}

/// After a new password, links that were sent before are dead.
pub(super) async fn revoke_links(tx: &mut Tx, id: CustomerId) -> Result<(), DbError> {
    for purpose in [Purpose::ResetPassword, Purpose::ChangeEmail] {
        link::revoke(tx, purpose, id.uuid()).await?;
    }
    Ok(())
}

async fn told(tx: &mut Tx, customer: &Customer, ip: Option<IpAddr>) -> Result<(), DbError> {
    let customer_id = customer.id;
    let actor = Actor::Customer {
        id: customer_id,
        name: customer.name.clone(),
        ip,
    };
    let object = Object::customer(customer_id, customer.email.as_str());
    audit::record(tx, &actor, Action::PasswordChanged, object, json!({"by": "link"})).await?;
    events::record(tx, Event::PasswordChanged { customer_id }).await?;
    events::record(tx, Event::MailboxProved { customer_id }).await
}
