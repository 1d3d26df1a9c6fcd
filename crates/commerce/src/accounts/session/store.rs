//! The SQL of the table `sessions`.

use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{CustomerId, Instant, SessionId, StaffId, TokenHash};

use super::{Owner, Started};

rows! {
    /// A signed-in browser.
    pub struct Session {
        /// Its id, which opens nothing.
        id: SessionId,
        /// The customer, if it is a customer's.
        customer_id: Option<CustomerId>,
        /// The member of staff, if it is theirs.
        staff_id: Option<StaffId>,
        /// When it began.
        created_at: Instant,
        /// When it was used, to within a few minutes.
        seen_at: Instant,
        /// When it ends in any case.
        expires_at: Instant,
        /// When the password was typed last.
        confirmed_at: Instant,
        /// Browser and system, such as "Firefox on Linux".
        device: String,
        /// From where it began, or empty.
        ip: String,
    }
}

const INSERT: Sql = sql!(
    "INSERT INTO sessions (id, token_hash, customer_id, staff_id, created_at, seen_at, expires_at, confirmed_at, device, ip)
     VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?5, ?7, ?8)"
);
const FIND: Sql = sql!(
    "SELECT id, customer_id, staff_id, created_at, seen_at, expires_at, confirmed_at, device, ip FROM sessions
     WHERE token_hash = ?1 AND expires_at > ?2 
     AND ((staff_id IS NULL AND seen_at > ?3) OR (staff_id IS NOT NULL AND seen_at > ?4))"
);
const OF_CUSTOMER: Sql = sql!(
    "SELECT id, customer_id, staff_id, created_at, seen_at, expires_at, confirmed_at, device, ip FROM sessions
     WHERE customer_id = ?1 AND expires_at > ?2 AND seen_at > ?3 ORDER BY seen_at DESC, id DESC LIMIT 100"
);
const OF_STAFF: Sql = sql!(
    "SELECT id, customer_id, staff_id, created_at, seen_at, expires_at, confirmed_at, device, ip FROM sessions
     WHERE staff_id = ?1 AND expires_at > ?2 AND seen_at > ?3 ORDER BY seen_at DESC, id DESC LIMIT 100"
);
const TOUCH: Sql = sql!("UPDATE sessions SET seen_at = ?2 WHERE id = ?1 AND seen_at < ?2");
const CONFIRM: Sql = sql!("UPDATE sessions SET confirmed_at = ?2 WHERE id = ?1");
const RENEW: Sql = sql!("UPDATE sessions SET token_hash = ?2, confirmed_at = ?3 WHERE id = ?1");
const END_OF_CUSTOMER: Sql = sql!("DELETE FROM sessions WHERE customer_id = ?1 AND id <> ?2");
const END_OF_STAFF: Sql = sql!("DELETE FROM sessions WHERE staff_id = ?1 AND id <> ?2");
const END_ONE_OF_CUSTOMER: Sql = sql!("DELETE FROM sessions WHERE customer_id = ?1 AND id = ?2");
const END_ONE_OF_STAFF: Sql = sql!("DELETE FROM sessions WHERE staff_id = ?1 AND id = ?2");
const PRUNE: Sql = sql!("DELETE FROM sessions WHERE expires_at < ?1");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(in crate::accounts) const STATEMENTS: &[Sql] = &[
    INSERT,
    FIND,
    OF_CUSTOMER,
    OF_STAFF,
    TOUCH,
    CONFIRM,
    RENEW,
    END_OF_CUSTOMER,
    END_OF_STAFF,
    END_ONE_OF_CUSTOMER,
    END_ONE_OF_STAFF,
    PRUNE,
];

pub(super) async fn insert(
    tx: &mut Tx,
    owner: Owner,
    started: &Started,
    device: &str,
    ip: &str,
) -> Result<(), DbError> {
    let (customer, staff) = match owner {
        Owner::Customer(id) => (Some(id), None),
        Owner::Staff(id) => (None, Some(id)),
    };
    let (hash, now) = (started.token.hash(), tx.now());
    tx.exec(
        INSERT,
        p![started.id, hash, customer, staff, now, started.expires_at, device, ip],
    )
    .await?;
    Ok(())
}

pub(super) async fn find(
    conn: &mut Conn,
    hash: &TokenHash,
    now: Instant,
    customer_seen: Instant,
    staff_seen: Instant,
) -> Result<Option<Session>, DbError> {
    conn.opt(FIND, p![hash, now, customer_seen, staff_seen]).await
}

pub(super) async fn of_customer(
    conn: &mut Conn,
    id: CustomerId,
    now: Instant,
    seen: Instant,
) -> Result<Vec<Session>, DbError> {
    conn.all(OF_CUSTOMER, p![id, now, seen]).await
}

pub(super) async fn of_staff(
    conn: &mut Conn,
    id: StaffId,
    now: Instant,
    seen: Instant,
) -> Result<Vec<Session>, DbError> {
    conn.all(OF_STAFF, p![id, now, seen]).await
}

pub(super) async fn touch(tx: &mut Tx, id: SessionId) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(TOUCH, p![id, now]).await.map(drop)
}

pub(super) async fn confirm(tx: &mut Tx, id: SessionId) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(CONFIRM, p![id, now]).await.map(drop)
}

pub(super) async fn renew(tx: &mut Tx, id: SessionId, hash: &TokenHash) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(RENEW, p![id, hash, now]).await.map(drop)
}

pub(super) async fn end_of_customer(tx: &mut Tx, id: CustomerId, keep: Option<SessionId>) -> Result<u64, DbError> {
    tx.exec(END_OF_CUSTOMER, p![id, or_none(keep)]).await
}

pub(super) async fn end_of_staff(tx: &mut Tx, id: StaffId, keep: Option<SessionId>) -> Result<u64, DbError> {
    tx.exec(END_OF_STAFF, p![id, or_none(keep)]).await
}

pub(super) async fn end_one_of_customer(tx: &mut Tx, id: CustomerId, session: SessionId) -> Result<bool, DbError> {
    Ok(tx.exec(END_ONE_OF_CUSTOMER, p![id, session]).await? == 1)
}

pub(super) async fn end_one_of_staff(tx: &mut Tx, id: StaffId, session: SessionId) -> Result<bool, DbError> {
    Ok(tx.exec(END_ONE_OF_STAFF, p![id, session]).await? == 1)
}

pub(super) async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE, p![before]).await
}

/// An id that no session has, where all are to end.
fn or_none(keep: Option<SessionId>) -> SessionId {
    keep.unwrap_or(SessionId::new(uuid::Uuid::nil()))
}
