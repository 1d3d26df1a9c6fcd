//! A member of staff types their password again, because much is at stake.

use std::time::Duration;

use serde_json::json;
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::{Instant, StaffId};

use super::{member, store};
use crate::accounts::throttle::{self, Realm, Wait};
use crate::accounts::{Checked, PasswordHash, Passwords};
use crate::audit::{self, Action, Actor, Object};

/// Proof that a member of staff has just typed their password. Only [`confirm_password`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed(StaffId);

impl Confirmed {
    /// As if this member of staff had typed it.
    #[cfg(test)]
    pub(crate) const fn pretended(staff_id: StaffId) -> Self {
        Self(staff_id)
    }

    /// Whether it was this member of staff.
    pub fn is_of(self, staff_id: StaffId) -> bool {
        self.0 == staff_id
    }
}

/// Why a password was not believed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The present password is another.
    #[error("This is not your current password")]
    Wrong,
    /// Too many wrong passwords.
    #[error("Too many tries. Wait a little and try again")]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// A hundred wrong passwords in a row.
    #[error("Too many wrong passwords. Sign out and choose a new one through the link we send by e-mail")]
    ResetNeeded,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Who types a password again, and what for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The member of staff.
    pub actor: Actor,
    /// What they want to do something to.
    pub object: Object,
}

/// Believes that whoever is signed in is still the same person. Wrong passwords are on record, and count like those at the sign-in.
pub async fn confirm_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    asked: Asked,
    typed: &str,
) -> Result<Confirmed, PasswordError> {
    let id = asked.actor.staff_id().ok_or(DbError::NotFound)?;
    match prove(db, passwords, now, id, typed).await {
        Ok(_) => Ok(Confirmed(id)),
        Err(PasswordError::Wrong) => {
            db.write(Note(asked)).await?;
            Err(PasswordError::Wrong)
        }
        Err(error) => Err(error),
    }
}

/// Checks what somebody typed against their password; answers the hash it was checked against.
pub(super) async fn prove(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    id: StaffId,
    typed: &str,
) -> Result<PasswordHash, PasswordError> {
    let (email_key, stored) = {
        let mut conn = db.read().await?;
        let member = member::find(&mut conn, id).await?.ok_or(DbError::NotFound)?;
        let email_key = member.email.key();
        match throttle::wait(&mut conn, Realm::Staff, &email_key, now).await? {
            Wait::No => {}
            Wait::For(retry_after) => return Err(PasswordError::TooMany { retry_after }),
            Wait::UntilReset => return Err(PasswordError::ResetNeeded),
        }
        let credential = store::credential_of(&mut conn, id).await?;
        let hash = credential.and_then(|known| known.password_hash);
        (email_key, hash.map(PasswordHash::stored))
    };
    match (passwords.check(typed, stored.as_ref()).await?, stored) {
        (Checked::Right | Checked::RightButWeak, Some(stored)) => Ok(stored),
        _ => {
            db.write(Refuse { email_key }).await?;
            Err(PasswordError::Wrong)
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

struct Note(Asked);

impl Write for Note {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let Asked { actor, object } = &self.0;
        audit::record(tx, actor, Action::PasswordRefused, object.clone(), json!({})).await
    }
}
