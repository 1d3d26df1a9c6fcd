//! Locking a member of staff out, and letting them in again.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::StaffId;

use super::role::Role;
use super::{member, store};
use crate::accounts::link::{self, Purpose};
use crate::accounts::session::{self, Owner};
use crate::audit::{self, Action, Actor, Object};

/// Locks a member of staff out, from their next request on; links sent to them die.
#[derive(Debug, Clone)]
pub struct Disable {
    /// Who does it; may manage staff.
    pub actor: Actor,
    /// Whom.
    pub staff_id: StaffId,
}

/// Why somebody was not locked out.
#[derive(Debug, thiserror::Error)]
pub enum DisableError {
    /// Nobody locks themselves out by mistake.
    #[error("You cannot lock yourself out")]
    Yourself,
    /// Somebody has to be able to run the shop.
    #[error("The shop needs an owner. Make somebody else owner first")]
    LastOwner,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Disable {
    type Out = ();
    type Error = DisableError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DisableError> {
        if self.actor.staff_id() == Some(self.staff_id) {
            return Err(DisableError::Yourself);
        }
        store::lock(tx).await?;
        let member = member::find(tx, self.staff_id).await?.ok_or(DbError::NotFound)?;
        let is_owner = member.role == Role::Owner && member.has_joined && member.disabled_at.is_none();
        if is_owner && store::n_active_owners(tx).await? <= 1 {
            return Err(DisableError::LastOwner);
        }
        if !store::disable(tx, member.id).await? {
            return Ok(());
        }
        session::end_all(tx, Owner::Staff(member.id), None).await?;
        for purpose in [Purpose::JoinStaff, Purpose::ResetStaffPassword] {
            link::revoke(tx, purpose, member.id.uuid()).await?;
        }
        audit::record(
            tx,
            &self.actor,
            Action::Disabled,
            Object::staff(member.id, member.name),
            json!({}),
        )
        .await?;
        Ok(())
    }
}

/// Lets a member of staff in again.
#[derive(Debug, Clone)]
pub struct Enable {
    /// Who does it; may manage staff.
    pub actor: Actor,
    /// Whom.
    pub staff_id: StaffId,
}

impl Write for Enable {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let member = member::find(tx, self.staff_id).await?.ok_or(DbError::NotFound)?;
        if store::enable(tx, member.id).await? {
            audit::record(
                tx,
                &self.actor,
                Action::Enabled,
                Object::staff(member.id, member.name),
                json!({}),
            )
            .await?;
        }
        Ok(())
    }
}
