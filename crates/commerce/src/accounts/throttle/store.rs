//! The SQL of the table `sign_in_failures`.

use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::Instant;

rows! {
    /// Refused sign-ins for one address.
    pub struct Failures {
        /// Of late.
        n_recent: i64,
        /// Since the last that was allowed.
        n_in_row: i64,
        /// The latest.
        last_at: Instant,
    }
}

const FIND: Sql = sql!("SELECT n_recent, n_in_row, last_at FROM sign_in_failures WHERE realm = ?1 AND email_key = ?2");
const COUNT: Sql = sql!(
    "INSERT INTO sign_in_failures (realm, email_key, n_recent, n_in_row, last_at) VALUES (?1, ?2, 1, 1, ?3)
     ON CONFLICT (realm, email_key) DO UPDATE SET
       n_recent = CASE WHEN sign_in_failures.last_at > ?4 THEN sign_in_failures.n_recent + 1 ELSE 1 END,
       n_in_row = sign_in_failures.n_in_row + 1,
       last_at = excluded.last_at"
);
const FORGET: Sql = sql!("DELETE FROM sign_in_failures WHERE realm = ?1 AND email_key = ?2");
const PRUNE: Sql = sql!("DELETE FROM sign_in_failures WHERE last_at < ?1");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(in crate::accounts) const STATEMENTS: &[Sql] = &[FIND, COUNT, FORGET, PRUNE];

pub(super) async fn find(conn: &mut Conn, realm: &str, email_key: &str) -> Result<Option<Failures>, DbError> {
    conn.opt(FIND, p![realm, email_key]).await
}

pub(super) async fn count(
    tx: &mut Tx,
    realm: &str,
    email_key: &str,
    now: Instant,
    window: Instant,
) -> Result<(), DbError> {
    tx.exec(COUNT, p![realm, email_key, now, window]).await.map(drop)
}

pub(super) async fn forget(tx: &mut Tx, realm: &str, email_key: &str) -> Result<(), DbError> {
    tx.exec(FORGET, p![realm, email_key]).await.map(drop)
}

pub(super) async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE, p![before]).await
}
