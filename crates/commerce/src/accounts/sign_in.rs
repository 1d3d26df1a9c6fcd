//! Signing in and out.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::{CustomerId, EmailAddress, Instant, SessionId, Token};

use super::customer::{self, Customer};
use super::hashing::{Checked, PasswordHash, Passwords};
use super::session::{self, Owner, Session, Started};
use super::store;
use super::throttle::{self, Realm, Wait};
use crate::audit::{self, Action, Actor, Object};

/// Who wants in.
#[derive(Clone)]
pub struct SignIn {
    /// The address.
    pub email: EmailAddress,
    /// The password as typed.
    pub password: String,
    /// Browser and system, see [`super::device_name`].
    pub device: String,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The session this browser had, which ends.
    pub replaces: Option<SessionId>,
}

/// Somebody who is in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub customer_id: CustomerId,
    /// Their session.
    pub session: Started,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// One of the two is wrong; which one is not said.
    #[error("E-mail or password is wrong")]
    Wrong,
    /// Too many wrong passwords.
    #[error("Too many tries. Wait a little and try again, or choose a new password by e-mail")]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// A hundred wrong passwords in a row.
    #[error("Too many wrong passwords. Choose a new one through the link we send by e-mail")]
    ResetNeeded,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Lets a customer in who knows the password. Takes as long whether there is such a customer or not.
pub async fn sign_in(db: &Db, passwords: &Passwords, now: Instant, request: SignIn) -> Result<SignedIn, SignInError> {
    let key = request.email.key();
    let credential = {
        let mut conn = db.read().await?;
        match throttle::wait(&mut conn, Realm::Customers, &key, now).await? {
            Wait::No => store::credential(&mut conn, &key).await?,
            Wait::For(retry_after) => return Err(SignInError::TooMany { retry_after }),
            Wait::UntilReset => return Err(SignInError::ResetNeeded),
        }
    };
    let known = credential.filter(|c| c.disabled_at.is_none());
    let stored = known
        .as_ref()
        .and_then(|c| c.password_hash.clone())
        .map(PasswordHash::stored);
    let checked = passwords.check(&request.password, stored.as_ref()).await?;
    let (Some(customer), Some(stored), true) = (known, stored, checked != Checked::Wrong) else {
        db.write(Refuse { request }).await?;
        return Err(SignInError::Wrong);
    };
    let stronger = match checked {
        Checked::RightButWeak => Some(passwords.hash_again(&request.password).await?),
        Checked::Right | Checked::Wrong => None,
    };
    let begin = Begin {
        customer_id: customer.id,
        name: customer.name,
        checked: stored,
        stronger,
        request,
    };
    db.write(begin).await
}

/// Writes down a refused sign-in.
struct Refuse {
    request: SignIn,
}

impl Write for Refuse {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let SignIn { email, ip, .. } = &self.request;
        throttle::failed(tx, Realm::Customers, &email.key()).await?;
        let actor = Actor::Guest {
            name: email.to_string(),
            ip: *ip,
        };
        let object = Object::named("customer", email.as_str());
        audit::record(
            tx,
            &actor,
            Action::SignInFailed,
            object,
            json!({"device": self.request.device}),
        )
        .await
    }
}

/// Begins the session of somebody whose password was right a moment ago.
struct Begin {
    customer_id: CustomerId,
    name: String,
    checked: PasswordHash,
    stronger: Option<PasswordHash>,
    request: SignIn,
}

impl Write for Begin {
    type Out = SignedIn;
    type Error = SignInError;

    async fn run(&self, tx: &mut Tx) -> Result<SignedIn, SignInError> {
        let (
            customer_id,
            SignIn {
                email,
                device,
                ip,
                replaces,
                ..
            },
        ) = (self.customer_id, &self.request);
        if !store::signed_in(tx, customer_id, &self.checked, self.stronger.as_ref()).await? {
            return Err(SignInError::Wrong);
        }
        throttle::forgive(tx, Realm::Customers, &email.key()).await?;
        if let Some(old) = replaces {
            session::end_one(tx, Owner::Customer(customer_id), *old).await?;
        }
        let session = session::start(tx, Owner::Customer(customer_id), device, *ip).await?;
        let actor = Actor::Customer {
            id: customer_id,
            name: self.name.clone(),
            ip: *ip,
        };
        let object = Object::customer(customer_id, email.as_str());
        audit::record(tx, &actor, Action::SignedIn, object, json!({"device": device})).await?;
        Ok(SignedIn { customer_id, session })
    }
}

/// The customer a browser's token belongs to, unless the session has ended or they are locked out.
pub async fn signed_in(conn: &mut Conn, token: &Token, now: Instant) -> Result<Option<(Session, Customer)>, DbError> {
    let Some(session) = session::find(conn, token, now).await? else {
        return Ok(None);
    };
    let Some(id) = session.customer_id else {
        return Ok(None);
    };
    let customer = customer::find(conn, id).await?;
    Ok(customer
        .filter(|customer| customer.disabled_at.is_none())
        .map(|customer| (session, customer)))
}

/// Ends the session that is in use.
#[derive(Debug, Clone)]
pub struct SignOut {
    /// Who leaves.
    pub actor: Actor,
    /// Whose session it is.
    pub owner: Owner,
    /// The session.
    pub session_id: SessionId,
}

impl Write for SignOut {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        if session::end_one(tx, self.owner, self.session_id).await? {
            audit::record(tx, &self.actor, Action::SignedOut, self.owner.object(), json!({})).await?;
        }
        Ok(())
    }
}
