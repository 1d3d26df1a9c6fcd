//! A member of staff, and finding them.

use wares_db::{Conn, DbError, FromRow, Row};
use wares_kernel::{EmailAddress, Instant, StaffId};

use super::permission::Permission;
use super::role::Role;
use super::store;

/// Somebody who works in the admin panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their id.
    pub id: StaffId,
    /// Where they are written to, and sign in with.
    pub email: EmailAddress,
    /// The full name.
    pub name: String,
    /// What they are there for.
    pub role: Role,
    /// Whether they have joined; otherwise they are invited.
    pub has_joined: bool,
    /// Since when they are locked out.
    pub disabled_at: Option<Instant>,
    /// When they were invited.
    pub created_at: Instant,
    /// When they signed in last.
    pub last_seen_at: Option<Instant>,
}

impl FromRow for Member {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let role: String = row.get(3)?;
        Ok(Self {
            id: row.get(0)?,
            email: row.get(1)?,
            name: row.get(2)?,
            role: Role::from_word(&role).ok_or_else(|| DbError::Damaged(format!("no role is called {role}")))?,
            has_joined: row.get(4)?,
            disabled_at: row.get(5)?,
            created_at: row.get(6)?,
            last_seen_at: row.get(7)?,
        })
    }
}

impl Member {
    /// Whether they may do this. Whoever is locked out may do nothing.
    pub fn may(&self, permission: Permission) -> bool {
        self.disabled_at.is_none() && self.has_joined && self.role.may(permission)
    }
}

/// The fewest characters of a password: with a second factor it does not stand alone.
pub const fn password_min(has_second_factor: bool) -> usize {
    if has_second_factor { 12 } else { 15 }
}

/// A member of staff by id.
pub async fn find(conn: &mut Conn, id: StaffId) -> Result<Option<Member>, DbError> {
    store::find(conn, id).await
}

/// A member of staff by e-mail address, whatever its case.
pub async fn find_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Member>, DbError> {
    store::find_by_email(conn, &email.key()).await
}

/// Everybody, owners first, at most a thousand.
pub async fn list(conn: &mut Conn) -> Result<Vec<Member>, DbError> {
    store::list(conn).await
}
