//! The SQL of the table `staff`.

use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{EmailAddress, StaffId};

use super::member::Member;
use super::role::Role;
use crate::accounts::PasswordHash;

rows! {
    /// What a sign-in is checked against.
    pub struct CredentialRow {
        id: StaffId,
        password_hash: Option<String>,
    }
}

const FIND: Sql = sql!(
    "SELECT id, email, name, role, password_hash IS NOT NULL, disabled_at, created_at, last_seen_at FROM staff WHERE id = ?1"
);
const FIND_BY_EMAIL: Sql = sql!(
    "SELECT id, email, name, role, password_hash IS NOT NULL, disabled_at, created_at, last_seen_at FROM staff
     WHERE email_key = ?1"
);
const LIST: Sql = sql!(
    "SELECT id, email, name, role, password_hash IS NOT NULL, disabled_at, created_at, last_seen_at FROM staff
     ORDER BY CASE WHEN role = 'owner' THEN 0 ELSE 1 END, created_at, id LIMIT 1000"
);
const CREDENTIAL: Sql = sql!("SELECT id, password_hash FROM staff WHERE email_key = ?1 AND disabled_at IS NULL");
const CREDENTIAL_OF: Sql = sql!("SELECT id, password_hash FROM staff WHERE id = ?1 AND disabled_at IS NULL");
const COUNT: Sql = sql!("SELECT count(*) FROM staff");
const N_ACTIVE_OWNERS: Sql =
    sql!("SELECT count(*) FROM staff WHERE role = 'owner' AND disabled_at IS NULL AND password_hash IS NOT NULL");
const INSERT: Sql = sql!(
    "INSERT INTO staff (id, email, email_key, name, password_hash, role, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
);
/// Only while the password is still the one that was checked.
const SIGNED_IN: Sql = sql!(
    "UPDATE staff SET last_seen_at = ?4, password_hash = coalesce(?3, password_hash)
     WHERE id = ?1 AND password_hash = ?2 AND disabled_at IS NULL"
);
const SET_PASSWORD: Sql =
    sql!("UPDATE staff SET password_hash = ?2, version = version + 1 WHERE id = ?1 AND disabled_at IS NULL");
const SET_ROLE: Sql = sql!("UPDATE staff SET role = ?2, version = version + 1 WHERE id = ?1");
const DISABLE: Sql =
    sql!("UPDATE staff SET disabled_at = ?2, version = version + 1 WHERE id = ?1 AND disabled_at IS NULL");
const ENABLE: Sql =
    sql!("UPDATE staff SET disabled_at = NULL, version = version + 1 WHERE id = ?1 AND disabled_at IS NOT NULL");
/// Two who change staff at the same time go one after the other, so that together they cannot leave the shop without an owner.
const LOCK: Sql = sql!("UPDATE staff SET version = version WHERE role = 'owner'");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    FIND,
    FIND_BY_EMAIL,
    LIST,
    CREDENTIAL,
    CREDENTIAL_OF,
    COUNT,
    N_ACTIVE_OWNERS,
    INSERT,
    SIGNED_IN,
    SET_PASSWORD,
    SET_ROLE,
    DISABLE,
    ENABLE,
    LOCK,
];

pub(super) async fn find(conn: &mut Conn, id: StaffId) -> Result<Option<Member>, DbError> {
    conn.opt(FIND, p![id]).await
}

pub(super) async fn find_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<Member>, DbError> {
    conn.opt(FIND_BY_EMAIL, p![email_key]).await
}

pub(super) async fn list(conn: &mut Conn) -> Result<Vec<Member>, DbError> {
    conn.all(LIST, p![]).await
}

pub(super) async fn credential(conn: &mut Conn, email_key: &str) -> Result<Option<CredentialRow>, DbError> {
    conn.opt(CREDENTIAL, p![email_key]).await
}

pub(super) async fn credential_of(conn: &mut Conn, id: StaffId) -> Result<Option<CredentialRow>, DbError> {
    conn.opt(CREDENTIAL_OF, p![id]).await
}

pub(super) async fn is_empty(conn: &mut Conn) -> Result<bool, DbError> {
    let (n,): (i64,) = conn.one(COUNT, p![]).await?;
    Ok(n == 0)
}

pub(super) async fn n_active_owners(conn: &mut Conn) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_ACTIVE_OWNERS, p![]).await?;
    Ok(n)
}

pub(super) async fn insert(
    tx: &mut Tx,
    email: &EmailAddress,
    name: &str,
    hash: Option<&PasswordHash>,
    role: Role,
) -> Result<StaffId, DbError> {
    let (id, now, key): (StaffId, _, _) = (tx.new_id(), tx.now(), email.key());
    let hash = hash.map(PasswordHash::as_str);
    tx.exec(INSERT, p![id, email, key, name, hash, role.word(), now])
        .await?;
    Ok(id)
}

/// Answers whether `checked` is still the password.
pub(super) async fn signed_in(
    tx: &mut Tx,
    id: StaffId,
    checked: &PasswordHash,
    stronger: Option<&PasswordHash>,
) -> Result<bool, DbError> {
    let now = tx.now();
    let stronger = stronger.map(PasswordHash::as_str);
    Ok(tx.exec(SIGNED_IN, p![id, checked.as_str(), stronger, now]).await? == 1)
}

pub(super) async fn set_password(tx: &mut Tx, id: StaffId, hash: &PasswordHash) -> Result<bool, DbError> {
    Ok(tx.exec(SET_PASSWORD, p![id, hash.as_str()]).await? == 1)
}

pub(super) async fn set_role(tx: &mut Tx, id: StaffId, role: Role) -> Result<(), DbError> {
    tx.exec(SET_ROLE, p![id, role.word()]).await.map(drop)
}

pub(super) async fn disable(tx: &mut Tx, id: StaffId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(DISABLE, p![id, now]).await? == 1)
}

pub(super) async fn enable(tx: &mut Tx, id: StaffId) -> Result<bool, DbError> {
    Ok(tx.exec(ENABLE, p![id]).await? == 1)
}

pub(super) async fn lock(tx: &mut Tx) -> Result<(), DbError> {
    tx.exec(LOCK, p![]).await.map(drop)
}
