//! Roles, and giving somebody another.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::StaffId;

use super::member;
use super::permission::Permission;
use super::store;
use crate::audit::{self, Action, Actor, Object};

/// What somebody is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs the shop.
    Owner,
    /// Runs it for the owner.
    Manager,
    /// Puts products up.
    Catalogue,
    /// Sends parcels.
    Fulfilment,
    /// Talks to customers.
    Support,
    /// Looks.
    ReadOnly,
}

impl Role {
    /// All, in the order of the matrix.
    pub const ALL: &[Self] = &[
        Self::Owner,
        Self::Manager,
        Self::Catalogue,
        Self::Fulfilment,
        Self::Support,
        Self::ReadOnly,
    ];

    /// The word the table keeps and forms send.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Catalogue => "catalogue",
            Self::Fulfilment => "fulfilment",
            Self::Support => "support",
            Self::ReadOnly => "read_only",
        }
    }

    /// The word people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Manager => "Manager",
            Self::Catalogue => "Catalogue",
            Self::Fulfilment => "Fulfilment",
            Self::Support => "Support",
            Self::ReadOnly => "Read only",
        }
    }

    /// The role of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.word() == word)
    }

    /// What the role may do:
    ///
    /// |                  | Owner | Manager | Catalogue | Fulfilment | Support | Read only |
    /// |------------------|-------|---------|-----------|------------|---------|-----------|
    /// | See orders       | ✓     | ✓       |           | ✓          | ✓       | ✓         |
    /// | Change orders    | ✓     | ✓       |           | ✓          | ✓       |           |
    /// | Send parcels     | ✓     | ✓       |           | ✓          |         |           |
    /// | Refund           | ✓     | ✓       |           |            | ✓       |           |
    /// | See products     | ✓     | ✓       | ✓         | ✓          | ✓       | ✓         |
    /// | Change products  | ✓     | ✓       | ✓         |            |         |           |
    /// | Change stock     | ✓     | ✓       | ✓         | ✓          |         |           |
    /// | See customers    | ✓     | ✓       |           | ✓          | ✓       | ✓         |
    /// | Change customers | ✓     | ✓       |           |            | ✓       |           |
    /// | See inquiries    | ✓     | ✓       |           | ✓          | ✓       | ✓         |
    /// | Answer inquiries | ✓     | ✓       |           |            | ✓       |           |
    /// | Check reviews    | ✓     | ✓       | ✓         |            | ✓       |           |
    /// | Change discounts | ✓     | ✓       |           |            |         |           |
    /// | See mail         | ✓     | ✓       |           |            | ✓       |           |
    /// | See activity     | ✓     | ✓       |           |            |         |           |
    /// | Change settings  | ✓     | ✓       |           |            |         |           |
    /// | Manage staff     | ✓     |         |           |            |         |           |
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Owner => true,
            Self::Manager => !matches!(permission, P::ManageStaff),
            Self::Catalogue => matches!(
                permission,
                P::SeeProducts | P::ChangeProducts | P::ChangeStock | P::CheckReviews
            ),
            Self::Fulfilment => matches!(
                permission,
                P::SeeOrders
                    | P::ChangeOrders
                    | P::SendParcels
                    | P::SeeProducts
                    | P::ChangeStock
                    | P::SeeCustomers
                    | P::SeeInquiries
            ),
            Self::Support => matches!(
                permission,
                P::SeeOrders
                    | P::ChangeOrders
                    | P::Refund
                    | P::SeeProducts
                    | P::SeeCustomers
                    | P::ChangeCustomers
                    | P::SeeInquiries
                    | P::AnswerInquiries
                    | P::CheckReviews
                    | P::SeeMail
            ),
            Self::ReadOnly => matches!(
                permission,
                P::SeeOrders | P::SeeProducts | P::SeeCustomers | P::SeeInquiries
            ),
        }
    }
}

/// Gives a member of staff another role, from their next request on.
#[derive(Debug, Clone)]
pub struct ChangeRole {
    /// Who does it; may manage staff.
    pub actor: Actor,
    /// To whom.
    pub staff_id: StaffId,
    /// The new role.
    pub role: Role,
}

/// Why a role was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRoleError {
    /// Nobody takes rights from themselves by mistake.
    #[error("You cannot change your own role")]
    Yourself,
    /// Somebody has to be able to run the shop.
    #[error("The shop needs an owner. Make somebody else owner first")]
    LastOwner,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for ChangeRole {
    type Out = ();
    type Error = ChangeRoleError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ChangeRoleError> {
        if self.actor.staff_id() == Some(self.staff_id) {
            return Err(ChangeRoleError::Yourself);
        }
        store::lock(tx).await?;
        let before = member::find(tx, self.staff_id).await?.ok_or(DbError::NotFound)?;
        if before.role == self.role {
            return Ok(());
        }
        if before.role == Role::Owner && store::n_active_owners(tx).await? <= 1 && before.disabled_at.is_none() {
            return Err(ChangeRoleError::LastOwner);
        }
        store::set_role(tx, before.id, self.role).await?;
        let details = json!({"role": [before.role.word(), self.role.word()]});
        let object = Object::staff(before.id, before.name);
        audit::record(tx, &self.actor, Action::RoleChanged, object, details).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_known_by_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(*role));
        }
        assert_eq!(Role::from_word("root"), None);
    }

    #[test]
    fn the_documented_matrix_is_the_real_one() {
        let source = include_str!("role.rs");
        let rows: Vec<Vec<bool>> = source
            .lines()
            .filter_map(|line| line.trim().strip_prefix("/// | "))
            .skip(1)
            .map(|line| {
                line.trim_end_matches('|')
                    .split('|')
                    .skip(1)
                    .map(|cell| cell.contains('✓'))
                    .collect()
            })
            .collect();
        assert_eq!(rows.len(), Permission::ALL.len());
        for (permission, row) in Permission::ALL.iter().zip(rows) {
            let real: Vec<bool> = Role::ALL.iter().map(|role| role.may(*permission)).collect();
            assert_eq!(real, row, "{permission:?}");
        }
    }

    #[test]
    fn whoever_only_looks_changes_nothing() {
        for permission in Permission::ALL {
            if Role::ReadOnly.may(*permission) {
                assert!(permission.words().starts_with("See") || permission.words().starts_with("Read"));
            }
        }
    }
}
