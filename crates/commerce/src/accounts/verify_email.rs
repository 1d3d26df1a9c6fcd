//! Proving that a mailbox belongs to whoever has the password.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::{CustomerId, EmailAddress, Instant, Token};

use super::customer::{self, Customer};
use super::hashing::Passwords;
use super::link::{self, Purpose};
use super::sign_in::{SignIn, SignInError, SignedIn, sign_in};
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::once::{Deed, Once};

/// Asks for another link to prove the mailbox.
#[derive(Debug, Clone)]
pub struct AskVerification {
    /// Who asks.
    pub customer_id: CustomerId,
}

impl Write for AskVerification {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let customer_id = self.customer_id;
        events::record(tx, Event::VerificationAsked { customer_id }).await
    }
}

/// The customer a link for proving a mailbox was sent to, if it still works.
pub async fn find_verification(conn: &mut Conn, token: &Token, now: Instant) -> Result<Option<Customer>, DbError> {
    let Some(link) = link::find(conn, Purpose::VerifyEmail, token, now).await? else {
        return Ok(None);
    };
    match link.subject {
        Some(id) => customer::find(conn, CustomerId::new(id)).await,
        None => Ok(None),
    }
}

/// Proves the mailbox of a customer who is signed in: the session shows the password, the link the mailbox.
///
/// Somebody else's session proves nothing. Whoever opens the link without being signed in types the password:
/// [`verify_with_password`].
#[derive(Debug, Clone)]
pub struct VerifyEmail {
    /// The link's token.
    pub token: Token,
    /// Who is signed in.
    pub customer_id: CustomerId,
    /// From where.
    pub ip: Option<IpAddr>,
}

/// Why a mailbox was not proved.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The link was used, is too old, or was sent for another address or account.
    #[error("This link does not work any more. Ask for a new one in your account")]
    DeadLink,
    /// The password was wrong.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for VerifyEmail {
    type Out = ();
    type Error = VerifyError;

    async fn run(&self, tx: &mut Tx) -> Result<(), VerifyError> {
        let link = link::redeem(tx, Purpose::VerifyEmail, &self.token).await?;
        let link = link.filter(|link| link.subject == Some(self.customer_id.uuid()));
        let customer = customer::find(tx, self.customer_id).await?;
        let (Some(link), Some(customer)) = (link, customer) else {
            return Err(VerifyError::DeadLink);
        };
        if link.data["email_key"] != json!(customer.email.key()) {
            return Err(VerifyError::DeadLink);
        }
        store::set_verified(tx, customer.id).await?;
        let actor = Actor::Customer {
            id: customer.id,
            name: customer.name,
            ip: self.ip,
        };
        let object = Object::customer(customer.id, customer.email.as_str());
        audit::record(tx, &actor, Action::EmailVerified, object, json!({})).await?;
        let customer_id = customer.id;
        events::record(tx, Event::MailboxProved { customer_id }).await?;
        Ok(())
    }
}

/// Proves a mailbox and signs in: for a link that was opened where nobody is signed in.
pub async fn verify_with_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    token: Token,
    attempt: Attempt,
) -> Result<SignedIn, VerifyError> {
    let found = {
        let mut conn = db.read().await?;
        find_verification(&mut conn, &token, now).await?
    };
    let Some(customer) = found else {
        return Err(VerifyError::DeadLink);
    };
    let (ip, deed) = (attempt.ip, attempt.deed.clone());
    let signed_in = sign_in(db, passwords, now, attempt.of(customer.email)).await?;
    let customer_id = signed_in.customer_id;
    let proof = VerifyEmail { token, customer_id, ip };
    db.write(Once::new(deed, proof)).await?;
    Ok(signed_in)
}

/// A password typed on the page a link leads to.
#[derive(Clone)]
pub struct Attempt {
    /// The password as typed.
    pub password: String,
    /// Browser and system.
    pub device: String,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The form this came by, so that it is done once.
    pub deed: Option<Deed>,
}

impl Attempt {
    fn of(self, email: EmailAddress) -> SignIn {
        SignIn {
            email,
            password: self.password,
            device: self.device,
            ip: self.ip,
            replaces: None,
        }
    }
}
