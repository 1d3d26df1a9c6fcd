//! A member of staff changes their password, or types it again where it matters.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::{Instant, SessionId, StaffId, Token};

use super::{member, store};
use crate::accounts::link::{self, Purpose};
use crate::accounts::session::{self, Owner};
use crate::accounts::throttle::{self, Realm, Wait};
use crate::accounts::{Checked, Password, PasswordHash, Passwords};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};

/// Who changes which password.
#[derive(Clone)]
pub struct ChangePassword {
    /// Who is signed in.
    pub staff_id: StaffId,
    /// Their session, which goes on under a new token; all others end.
    pub session_id: SessionId,
    /// The present password as typed.
    pub current: String,
    /// The new one.
    pub new: Password,
    /// From where.
    pub ip: Option<IpAddr>,
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
    let checked = prove(db, passwords, now, request.staff_id, &request.current).await?;
    let hash = passwords.hash(&request.new).await?;
    db.write(Change { request, checked, hash }).await
}

/// Believes that whoever is signed in is still the same person: the session counts as fresh for a while.
pub async fn confirm_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    staff_id: StaffId,
    session_id: SessionId,
    typed: &str,
) -> Result<(), ChangePasswordError> {
    prove(db, passwords, now, staff_id, typed).await?;
    db.write(Confirm { session_id }).await?;
    Ok(())
}

async fn prove(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    id: StaffId,
    typed: &str,
) -> Result<PasswordHash, ChangePasswordError> {
    let (email_key, stored) = {
        let mut conn = db.read().await?;
        let member = member::find(&mut conn, id).await?.ok_or(DbError::NotFound)?;
        let email_key = member.email.key();
        if let Wait::For(retry_after) = throttle::wait(&mut conn, Realm::Staff, &email_key, now).await? {
            return Err(ChangePasswordError::TooMany { retry_after });
        }
        let credential = store::credential_of(&mut conn, id).await?;
        (
            email_key,
            credential.and_then(|c| c.password_hash).map(PasswordHash::stored),
        )
    };
    match (passwords.check(typed, stored.as_ref()).await?, stored) {
        (Checked::Right | Checked::RightButWeak, Some(stored)) => Ok(stored),
        _ => {
            db.write(Refuse { email_key }).await?;
            Err(ChangePasswordError::Wrong)
        }
    }
}

struct Refuse {
    email_key: String,
}

impl Write for Refuse {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        throttle::failed(tx, Realm::Staff, &self.email_key).await
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
        let (staff_id, session_id) = (self.request.staff_id, self.request.session_id);
        if !store::signed_in(tx, staff_id, &self.checked, None).await? {
            return Err(ChangePasswordError::Wrong);
        }
        store::set_password(tx, staff_id, &self.hash).await?;
        session::end_all(tx, Owner::Staff(staff_id), Some(session_id)).await?;
        link::revoke(tx, Purpose::ResetStaffPassword, staff_id.uuid()).await?;
        let member = member::find(tx, staff_id).await?.ok_or(DbError::NotFound)?;
        throttle::forgive(tx, Realm::Staff, &member.email.key()).await?;
        let actor = Actor::Staff {
            id: staff_id,
            name: member.name.clone(),
            ip: self.request.ip,
        };
        let object = Object::staff(staff_id, member.name);
        audit::record(tx, &actor, Action::PasswordChanged, object, json!({})).await?;
        events::record(tx, Event::StaffPasswordChanged { staff_id }).await?;
        Ok(session::renew(tx, session_id).await?)
    }
}
