//! Moving an account to another e-mail address.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::{CustomerId, EmailAddress, Instant, SessionId, Token};

use super::change_password::{ChangePasswordError, prove};
use super::customer;
use super::hashing::Passwords;
use super::link::{self, Purpose};
use super::session::{self, Owner};
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::once::{Deed, Once};

/// Who wants to move where.
#[derive(Clone)]
pub struct AskEmailChange {
    /// Who is signed in.
    pub customer_id: CustomerId,
    /// The present password as typed.
    pub password: String,
    /// The new address.
    pub email: EmailAddress,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The form this came by, so that it is done once.
    pub deed: Option<Deed>,
}

/// Sends a link to the new address. Says nothing about whether that has an account; the mail to it does.
pub async fn ask_email_change(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    request: AskEmailChange,
) -> Result<(), ChangePasswordError> {
    prove(db, passwords, now, request.customer_id, &request.password).await?;
    let deed = request.deed.clone();
    db.write(Once::new(deed, Ask { request })).await?;
    Ok(())
}

struct Ask {
    request: AskEmailChange,
}

impl Write for Ask {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let AskEmailChange {
            customer_id, email, ip, ..
        } = self.request.clone();
        let customer = customer::find(tx, customer_id).await?.ok_or(DbError::NotFound)?;
        let actor = Actor::Customer {
            id: customer_id,
            name: customer.name,
            ip,
        };
        let object = Object::customer(customer_id, customer.email.as_str());
        let details = json!({"email": [customer.email, email]});
        audit::record(tx, &actor, Action::EmailChangeAsked, object, details).await?;
        events::record(tx, Event::EmailChangeAsked { customer_id, email }).await
    }
}

/// The address that waits to be confirmed, if any.
pub async fn waiting_email(conn: &mut Conn, id: CustomerId, now: Instant) -> Result<Option<EmailAddress>, DbError> {
    let link = link::latest(conn, Purpose::ChangeEmail, id.uuid(), now).await?;
    Ok(link.and_then(|link| link.data["email"].as_str()?.parse().ok()))
}

/// Moves the account to the address the link was sent to. All sessions but `keep` end; the old address is told.
#[derive(Debug, Clone)]
pub struct ConfirmEmailChange {
    /// The link's token.
    pub token: Token,
    /// The session in which the link was opened, where there is one of the same customer.
    pub keep: Option<SessionId>,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// Why an account was not moved.
#[derive(Debug, thiserror::Error)]
pub enum EmailChangeError {
    /// The link was used, is too old, or a newer one was sent.
    #[error("This link does not work any more. Start again in your profile")]
    DeadLink,
    /// Somebody has an account under the new address by now.
    #[error("There is an account for this e-mail address already")]
    Taken,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for EmailChangeError {
    fn from(error: DbError) -> Self {
        if error.violates("customers_email_key_key") {
            Self::Taken
        } else {
            Self::Db(error)
        }
    }
}

impl Write for ConfirmEmailChange {
    type Out = ();
    type Error = EmailChangeError;

    async fn run(&self, tx: &mut Tx) -> Result<(), EmailChangeError> {
        let link = link::redeem(tx, Purpose::ChangeEmail, &self.token).await?;
        let asked = link.and_then(|link| {
            let email: EmailAddress = link.data["email"].as_str()?.parse().ok()?;
            Some((CustomerId::new(link.subject?), email))
        });
        let Some((customer_id, email)) = asked else {
            return Err(EmailChangeError::DeadLink);
        };
        let before = customer::find(tx, customer_id).await?.ok_or(DbError::NotFound)?;
        store::absorb_guest(tx, customer_id, &email.key()).await?;
        if !store::set_email(tx, customer_id, &email).await? {
            return Err(EmailChangeError::DeadLink);
        }
        session::end_all(tx, Owner::Customer(customer_id), self.keep).await?;
        for purpose in [Purpose::ResetPassword, Purpose::ChangeEmail, Purpose::VerifyEmail] {
            link::revoke(tx, purpose, customer_id.uuid()).await?;
        }
        let actor = Actor::Customer {
            id: customer_id,
            name: before.name,
            ip: self.ip,
        };
        let object = Object::customer(customer_id, email.as_str());
        let details = json!({"email": [before.email, email]});
        audit::record(tx, &actor, Action::EmailChanged, object, details).await?;
        let old_email = before.email;
        events::record(tx, Event::EmailChanged { customer_id, old_email }).await?;
        events::record(tx, Event::MailboxProved { customer_id }).await?;
        Ok(())
    }
}
