//! A forgotten password of staff.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::{EmailAddress, Instant, StaffId, Token};

use super::invite::JoinError;
use super::member::{self, Member};
use super::store;
use crate::accounts::link::{self, Purpose};
use crate::accounts::session::{self, Owner};
use crate::accounts::throttle::{self, Realm};
use crate::accounts::{Password, PasswordHash, Passwords};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};

/// Asks for a link to choose a new password. Does the same for every address.
#[derive(Debug, Clone)]
pub struct ForgotPassword {
    /// The address that was typed.
    pub email: EmailAddress,
    /// From where.
    pub ip: Option<IpAddr>,
}

impl Write for ForgotPassword {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let actor = Actor::Guest {
            name: self.email.to_string(),
            ip: self.ip,
        };
        let object = Object::named("staff", self.email.as_str());
        audit::record(tx, &actor, Action::ResetAsked, object, json!({})).await?;
        let email = self.email.clone();
        events::record(tx, Event::StaffResetAsked { email }).await
    }
}

/// The owner of a link for a new password, if it still works.
pub async fn find_reset(conn: &mut Conn, token: &Token, now: Instant) -> Result<Option<Member>, DbError> {
    let Some(link) = link::find(conn, Purpose::ResetStaffPassword, token, now).await? else {
        return Ok(None);
    };
    let Some(id) = link.subject else {
        return Ok(None);
    };
    let member = member::find(conn, StaffId::new(id)).await?;
    Ok(member.filter(|member| member.disabled_at.is_none() && member.has_joined))
}

/// Sets a new password through a link. All sessions end.
pub async fn reset_password(
    db: &Db,
    passwords: &Passwords,
    now: Instant,
    token: Token,
    password: &Password,
    ip: Option<IpAddr>,
) -> Result<(), JoinError> {
    let works = {
        let mut conn = db.read().await?;
        find_reset(&mut conn, &token, now).await?.is_some()
    };
    if !works {
        return Err(JoinError::DeadLink);
    }
    let hash = passwords.hash(password).await?;
    db.write(Reset { token, hash, ip }).await
}

struct Reset {
    token: Token,
    hash: PasswordHash,
    ip: Option<IpAddr>,
}

impl Write for Reset {
    type Out = ();
    type Error = JoinError;

    async fn run(&self, tx: &mut Tx) -> Result<(), JoinError> {
        let link = link::redeem(tx, Purpose::ResetStaffPassword, &self.token).await?;
        let Some(id) = link.and_then(|link| link.subject) else {
            return Err(JoinError::DeadLink);
        };
        let staff_id = StaffId::new(id);
        if !store::set_password(tx, staff_id, &self.hash).await? {
            return Err(JoinError::DeadLink);
        }
        let member = member::find(tx, staff_id).await?.ok_or(DbError::NotFound)?;
        session::end_all(tx, Owner::Staff(staff_id), None).await?;
        link::revoke(tx, Purpose::ResetStaffPassword, id).await?;
        throttle::forgive(tx, Realm::Staff, &member.email.key()).await?;
        let actor = Actor::Staff {
            id: staff_id,
            name: member.name.clone(),
            ip: self.ip,
        };
        let object = Object::staff(staff_id, member.name);
        audit::record(tx, &actor, Action::PasswordChanged, object, json!({"by": "link"})).await?;
        events::record(tx, Event::StaffPasswordChanged { staff_id }).await?;
        Ok(())
    }
}
