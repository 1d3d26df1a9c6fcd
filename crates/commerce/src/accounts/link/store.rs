//! The SQL of the table `link_tokens`.

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{Instant, TokenHash};

rows! {
    /// What a link leads to.
    pub struct Link {
        /// Whom or what it is about.
        subject: Option<Uuid>,
        /// What else it carries.
        data: Value,
        /// When it was made.
        created_at: Instant,
        /// When it stops working.
        expires_at: Instant,
    }
}

const INSERT: Sql = sql!(
    "INSERT INTO link_tokens (token_hash, purpose, subject, data, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
);
const FIND: Sql = sql!(
    "SELECT subject, data, created_at, expires_at FROM link_tokens
     WHERE token_hash = ?1 AND purpose = ?2 AND used_at IS NULL AND expires_at > ?3"
);
const LATEST: Sql = sql!(
    "SELECT subject, data, created_at, expires_at FROM link_tokens
     WHERE purpose = ?1 AND subject = ?2 AND used_at IS NULL AND expires_at > ?3 ORDER BY created_at DESC LIMIT 1"
);
const REDEEM: Sql = sql!(
    "UPDATE link_tokens SET used_at = ?3 WHERE token_hash = ?1 AND purpose = ?2 AND used_at IS NULL AND expires_at > ?3
     RETURNING subject, data, created_at, expires_at"
);
const REVOKE: Sql = sql!("UPDATE link_tokens SET used_at = ?3 WHERE purpose = ?1 AND subject = ?2 AND used_at IS NULL");
const REVOKE_ALL: Sql = sql!("UPDATE link_tokens SET used_at = ?2 WHERE purpose = ?1 AND used_at IS NULL");
const PRUNE: Sql = sql!("DELETE FROM link_tokens WHERE expires_at < ?1");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(in crate::accounts) const STATEMENTS: &[Sql] = &[INSERT, FIND, LATEST, REDEEM, REVOKE, REVOKE_ALL, PRUNE];

pub(super) async fn insert(
    tx: &mut Tx,
    hash: &TokenHash,
    purpose: &str,
    subject: Option<Uuid>,
    data: &Value,
    life: Duration,
) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(INSERT, p![hash, purpose, subject, *data, now, now.plus(life)])
        .await
        .map(drop)
}

pub(super) async fn find(
    conn: &mut Conn,
    hash: &TokenHash,
    purpose: &str,
    now: Instant,
) -> Result<Option<Link>, DbError> {
    conn.opt(FIND, p![hash, purpose, now]).await
}

pub(super) async fn latest(
    conn: &mut Conn,
    purpose: &str,
    subject: Uuid,
    now: Instant,
) -> Result<Option<Link>, DbError> {
    conn.opt(LATEST, p![purpose, subject, now]).await
}

pub(super) async fn redeem(tx: &mut Tx, hash: &TokenHash, purpose: &str) -> Result<Option<Link>, DbError> {
    let now = tx.now();
    tx.opt(REDEEM, p![hash, purpose, now]).await
}

pub(super) async fn revoke(tx: &mut Tx, purpose: &str, subject: Uuid) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(REVOKE, p![purpose, subject, now]).await.map(drop)
}

pub(super) async fn revoke_all(tx: &mut Tx, purpose: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(REVOKE_ALL, p![purpose, now]).await.map(drop)
}

pub(super) async fn prune(tx: &mut Tx) -> Result<u64, DbError> {
    let now = tx.now();
    tx.exec(PRUNE, p![now]).await
}
