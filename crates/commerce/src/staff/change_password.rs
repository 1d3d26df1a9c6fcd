//! A member of staff changes their password.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::{Instant, SessionId, StaffId, Token};

use super::confirm_password::{PasswordError, prove};
use super::{member, store};
use crate::accounts::link::{self, Purpose};
use crate::accounts::session::{self, Owner};
use crate::accounts::throttle::{self, Realm};
use crate::accounts::{Password, PasswordHash, Passwords};
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

/// Changes a password; answers the token the session goes on under.
pub async fn change_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    request: ChangePassword,
) -> Result<Token, PasswordError> {
    let checked = prove(db, passwords, now, request.staff_id, &request.current).await?;
    let hash = passwords.hash(&request.new).await?;
    db.write(Change { request, checked, hash }).await
}

struct Change {
    request: ChangePassword,
    checked: PasswordHash,
    hash: PasswordHash,
}

impl Write for Change {
    type Out = Token;
    type Error = PasswordError;

    async fn run(&self, tx: &mut Tx) -> Result<Token, PasswordError> {
        let (staff_id, session_id) = (self.request.staff_id, self.request.session_id);
        if !store::signed_in(tx, staff_id, &self.checked, None).await? {
            return Err(PasswordError::Wrong);
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
