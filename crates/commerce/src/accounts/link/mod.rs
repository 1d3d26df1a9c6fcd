//! Links that are sent by mail and open something once, or for a while. The mail has the token, the table only its hash.

pub(super) mod store;

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;
use wares_db::{Conn, DbError, Tx};
use wares_kernel::{Instant, Token};

pub use store::Link;

/// What a link is for, and how long it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Proving that a mailbox is a customer's. Subject: the customer.
    VerifyEmail,
    /// Choosing a new password. Subject: the customer.
    ResetPassword,
    /// Moving an account to another address. Subject: the customer; data: the address.
    ChangeEmail,
    /// Setting up the shop. No subject.
    SetUp,
    /// Joining the staff. Subject: the member of staff.
    JoinStaff,
    /// Choosing a new password as a member of staff. Subject: the member of staff.
    ResetStaffPassword,
    /// Reviewing what was in an order. Subject: the order. Works until it expires.
    Review,
}

impl Purpose {
    /// The word the table keeps.
    const fn word(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::SetUp => "set_up",
            Self::JoinStaff => "join_staff",
            Self::ResetStaffPassword => "reset_staff_password",
            Self::Review => "review",
        }
    }

    /// How long it works.
    pub const fn life(self) -> Duration {
        let minutes = match self {
            Self::ResetPassword | Self::ResetStaffPassword => 30,
            Self::SetUp => 60,
            Self::ChangeEmail => 24 * 60,
            Self::VerifyEmail | Self::JoinStaff => 7 * 24 * 60,
            Self::Review => 180 * 24 * 60,
        };
        Duration::from_secs(minutes * 60)
    }
}

/// Makes a link. Whoever should have at most one calls [`revoke`] first.
pub async fn issue(tx: &mut Tx, purpose: Purpose, subject: Option<Uuid>, data: &Value) -> Result<Token, DbError> {
    let token = tx.new_token();
    register(tx, &token, purpose, subject, data).await?;
    Ok(token)
}

/// Makes a link of a token that was drawn before, because its mail was written outside the unit of work.
pub async fn register(
    tx: &mut Tx,
    token: &Token,
    purpose: Purpose,
    subject: Option<Uuid>,
    data: &Value,
) -> Result<(), DbError> {
    store::insert(tx, &token.hash(), purpose.word(), subject, data, purpose.life()).await
}

/// Looks a link up without using it: for the page it leads to.
pub async fn find(conn: &mut Conn, purpose: Purpose, token: &Token, now: Instant) -> Result<Option<Link>, DbError> {
    store::find(conn, &token.hash(), purpose.word(), now).await
}

/// The newest link of a subject that still works.
pub async fn latest(conn: &mut Conn, purpose: Purpose, subject: Uuid, now: Instant) -> Result<Option<Link>, DbError> {
    store::latest(conn, purpose.word(), subject, now).await
}

/// Uses a link up. Of two who try at once, one gets it.
pub async fn redeem(tx: &mut Tx, purpose: Purpose, token: &Token) -> Result<Option<Link>, DbError> {
    store::redeem(tx, &token.hash(), purpose.word()).await
}

/// Makes all links of a subject for one purpose useless.
pub async fn revoke(tx: &mut Tx, purpose: Purpose, subject: Uuid) -> Result<(), DbError> {
    store::revoke(tx, purpose.word(), subject).await
}

/// Makes all links for one purpose useless.
pub async fn revoke_all(tx: &mut Tx, purpose: Purpose) -> Result<(), DbError> {
    store::revoke_all(tx, purpose.word()).await
}

/// Forgets links that do not work any more.
pub(super) async fn prune(tx: &mut Tx) -> Result<u64, DbError> {
    store::prune(tx).await
}
