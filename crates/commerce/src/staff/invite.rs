//! Inviting somebody to the staff, and joining.

use std::net::IpAddr;

use serde_json::json;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::text;
use wares_kernel::{EmailAddress, Instant, StaffId, Token};

use super::member::{self, Member};
use super::role::Role;
use super::sign_in::SignedIn;
use super::store;
use crate::accounts::link::{self, Purpose};
use crate::accounts::session::{self, Owner};
use crate::accounts::{Password, PasswordHash, Passwords};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::once::{Deed, Once};

/// Invites somebody; they get a link by mail.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Who invites; may manage staff.
    pub actor: Actor,
    /// The full name.
    pub name: String,
    /// Where the link goes.
    pub email: EmailAddress,
    /// What they will be there for.
    pub role: Role,
}

/// Why somebody was not invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The name is missing or too long.
    #[error("Enter the name, up to 120 characters")]
    Name,
    /// The address belongs to somebody of the staff.
    #[error("Somebody of the staff has this e-mail address already")]
    Taken,
    /// They have joined already.
    #[error("They have joined already")]
    Joined,
    /// The database failed.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for InviteError {
    fn from(error: DbError) -> Self {
        if error.violates("staff_email_key_key") {
            Self::Taken
        } else {
            Self::Db(error)
        }
    }
}

impl Write for Invite {
    type Out = StaffId;
    type Error = InviteError;

    async fn run(&self, tx: &mut Tx) -> Result<StaffId, InviteError> {
        let name = text::required_line(&self.name, 120).map_err(|_| InviteError::Name)?;
        let staff_id = store::insert(tx, &self.email, &name, None, self.role).await?;
        let details = json!({"email": self.email, "role": self.role.word()});
        audit::record(tx, &self.actor, Action::Invited, Object::staff(staff_id, name), details).await?;
        events::record(tx, Event::StaffInvited { staff_id }).await?;
        Ok(staff_id)
    }
}

/// Sends the invitation again; the link sent before dies.
#[derive(Debug, Clone)]
pub struct InviteAgain {
    /// Who invites; may manage staff.
    pub actor: Actor,
    /// Whom.
    pub staff_id: StaffId,
}

impl Write for InviteAgain {
    type Out = ();
    type Error = InviteError;

    async fn run(&self, tx: &mut Tx) -> Result<(), InviteError> {
        let member = member::find(tx, self.staff_id).await?.ok_or(DbError::NotFound)?;
        if member.has_joined {
            return Err(InviteError::Joined);
        }
        let staff_id = member.id;
        audit::record(
            tx,
            &self.actor,
            Action::Invited,
            Object::staff(staff_id, member.name),
            json!({}),
        )
        .await?;
        events::record(tx, Event::StaffInvited { staff_id }).await?;
        Ok(())
    }
}

/// Who was invited by a link, if it still works.
pub async fn find_invitation(conn: &mut Conn, token: &Token, now: Instant) -> Result<Option<Member>, DbError> {
    let Some(link) = link::find(conn, Purpose::JoinStaff, token, now).await? else {
        return Ok(None);
    };
    let Some(id) = link.subject else {
        return Ok(None);
    };
    let member = member::find(conn, StaffId::new(id)).await?;
    Ok(member.filter(|member| member.disabled_at.is_none() && !member.has_joined))
}

/// Why somebody could not join or set a new password.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The link was used, is too old, or a newer one was sent.
    #[error("This link does not work any more. Ask for a new one")]
    DeadLink,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What somebody sends who has opened an invitation.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The link's token.
    pub token: Token,
    /// The password.
    pub password: Password,
    /// Browser and system.
    pub device: String,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The form this came by, so that it is done once.
    pub deed: Option<Deed>,
}

/// Sets the first password of somebody who was invited, and signs them in.
pub async fn join(db: &Db, passwords: &Passwords, now: Instant, request: Joining) -> Result<SignedIn, JoinError> {
    let works = {
        let mut conn = db.read().await?;
        find_invitation(&mut conn, &request.token, now).await?.is_some()
    };
    if !works {
        return Err(JoinError::DeadLink);
    }
    let hash = passwords.hash(&request.password).await?;
    let Joining {
        token,
        device,
        ip,
        deed,
        ..
    } = request;
    let work = Join {
        token,
        hash,
        device,
        ip,
    };
    db.write(Once::new(deed, work)).await
}

struct Join {
    token: Token,
    hash: PasswordHash,
    device: String,
    ip: Option<IpAddr>,
}

impl Write for Join {
    type Out = SignedIn;
    type Error = JoinError;

    async fn run(&self, tx: &mut Tx) -> Result<SignedIn, JoinError> {
        let link = link::redeem(tx, Purpose::JoinStaff, &self.token).await?;
        let Some(id) = link.and_then(|link| link.subject) else {
            return Err(JoinError::DeadLink);
        };
        let staff_id = StaffId::new(id);
        if !store::set_password(tx, staff_id, &self.hash).await? {
            return Err(JoinError::DeadLink);
        }
        let member = member::find(tx, staff_id).await?.ok_or(DbError::NotFound)?;
        let actor = Actor::Staff {
            id: staff_id,
            name: member.name.clone(),
            ip: self.ip,
        };
        audit::record(
            tx,
            &actor,
            Action::Joined,
            Object::staff(staff_id, member.name),
            json!({}),
        )
        .await?;
        let session = session::start(tx, Owner::Staff(staff_id), &self.device, self.ip).await?;
        Ok(SignedIn { staff_id, session })
    }
}
