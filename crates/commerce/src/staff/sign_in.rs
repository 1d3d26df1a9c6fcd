//! Signing in to the admin panel.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::{EmailAddress, Instant, SessionId, StaffId, Token};

use super::member::{self, Member};
use super::store;
use crate::accounts::session::{self, Owner, Session, Started};
use crate::accounts::throttle::{self, Realm, Wait};
use crate::accounts::{Checked, PasswordHash, Passwords};
use crate::audit::{self, Action, Actor, Object};

/// Who wants in.
#[derive(Clone)]
pub struct SignIn {
    /// The address.
    pub email: EmailAddress,
    /// The password as typed.
    pub password: String,
    /// Browser and system.
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
    pub staff_id: StaffId,
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

/// Lets a member of staff in who knows the password. Takes as long whether there is such a member or not.
pub async fn sign_in(db: &Db, passwords: &Passwords, now: Instant, request: SignIn) -> Result<SignedIn, SignInError> {
    let key = request.email.key();
    let credential = {
        let mut conn = db.read().await?;
        match throttle::wait(&mut conn, Realm::Staff, &key, now).await? {
            Wait::No => store::credential(&mut conn, &key).await?,
            Wait::For(retry_after) => return Err(SignInError::TooMany { retry_after }),
            Wait::UntilReset => return Err(SignInError::ResetNeeded),
        }
    };
    let stored = credential
        .as_ref()
        .and_then(|c| c.password_hash.clone())
        .map(PasswordHash::stored);
    let checked = passwords.check(&request.password, stored.as_ref()).await?;
    let (Some(member), Some(checked_hash), true) = (credential, stored, checked != Checked::Wrong) else {
        db.write(Refuse { request }).await?;
        return Err(SignInError::Wrong);
    };
    let stronger = match checked {
        Checked::RightButWeak => Some(passwords.hash_again(&request.password).await?),
        Checked::Right | Checked::Wrong => None,
    };
    let begin = Begin {
        staff_id: member.id,
        checked: checked_hash,
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
        let SignIn { email, ip, device, .. } = &self.request;
        throttle::failed(tx, Realm::Staff, &email.key()).await?;
        let actor = Actor::Guest {
            name: email.to_string(),
            ip: *ip,
        };
        let object = Object::named("staff", email.as_str());
        audit::record(tx, &actor, Action::SignInFailed, object, json!({"device": device})).await
    }
}

/// Begins the session of somebody whose password was right a moment ago.
struct Begin {
    staff_id: StaffId,
    checked: PasswordHash,
    stronger: Option<PasswordHash>,
    request: SignIn,
}

impl Write for Begin {
    type Out = SignedIn;
    type Error = SignInError;

    async fn run(&self, tx: &mut Tx) -> Result<SignedIn, SignInError> {
        let (
            staff_id,
            SignIn {
                email,
                device,
                ip,
                replaces,
                ..
            },
        ) = (self.staff_id, &self.request);
        if !store::signed_in(tx, staff_id, &self.checked, self.stronger.as_ref()).await? {
            return Err(SignInError::Wrong);
        }
        let member = member::find(tx, staff_id).await?.ok_or(DbError::NotFound)?;
        throttle::forgive(tx, Realm::Staff, &email.key()).await?;
        if let Some(old) = replaces {
            session::end_one(tx, Owner::Staff(staff_id), *old).await?;
        }
        let session = session::start(tx, Owner::Staff(staff_id), device, *ip).await?;
        let actor = Actor::Staff {
            id: staff_id,
            name: member.name.clone(),
            ip: *ip,
        };
        let object = Object::staff(staff_id, member.name);
        audit::record(tx, &actor, Action::SignedIn, object, json!({"device": device})).await?;
        Ok(SignedIn { staff_id, session })
    }
}

/// The member of staff a browser's token belongs to, with the role they have now; nobody when the session has ended or they are
/// locked out.
pub async fn signed_in(conn: &mut Conn, token: &Token, now: Instant) -> Result<Option<(Session, Member)>, DbError> {
    let Some(session) = session::find(conn, token, now).await? else {
        return Ok(None);
    };
    let Some(id) = session.staff_id else {
        return Ok(None);
    };
    let member = member::find(conn, id).await?;
    Ok(member
        .filter(|member| member.disabled_at.is_none())
        .map(|member| (session, member)))
}
