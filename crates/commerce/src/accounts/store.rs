//! The SQL of the table `customers`.

use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{After, CustomerId, EmailAddress, Instant};

use super::customer::{Customer, Which, name_key, surname_key};
use super::hashing::PasswordHash;

rows! {
    /// What a sign-in is checked against.
    pub struct CredentialRow {
        id: CustomerId,
        name: String,
        password_hash: Option<String>,
        disabled_at: Option<Instant>,
    }
}

const FIND: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE id = ?1"
);
const FIND_BY_EMAIL: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE email_key = ?1"
);
const LIST: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE (created_at, id) < (?1, ?2) ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const LIST_ACCOUNTS: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE password_hash IS NOT NULL AND (created_at, id) < (?1, ?2)
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const LIST_GUESTS: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE password_hash IS NULL AND (created_at, id) < (?1, ?2)
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const BY_EMAIL: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE email_key >= ?1 AND email_key < ?2 ORDER BY email_key LIMIT ?3"
);
const BY_NAME: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE name_key >= ?1 AND name_key < ?2 ORDER BY name_key LIMIT ?3"
);
const BY_SURNAME: Sql = sql!(
    "SELECT id, email, name, phone, password_hash IS NOT NULL, password_changed_at, verified_at, marketing_at, disabled_at,
            created_at, last_seen_at, n_orders, spent_minor, last_order_at, version
     FROM customers WHERE surname_key >= ?1 AND surname_key < ?2 ORDER BY surname_key LIMIT ?3"
);
const CREDENTIAL: Sql = sql!("SELECT id, name, password_hash, disabled_at FROM customers WHERE email_key = ?1");
const CREDENTIAL_OF: Sql = sql!("SELECT id, name, password_hash, disabled_at FROM customers WHERE id = ?1");
/// A guest's row becomes an account's; an account's stays as it is and no id comes back.
const SIGN_UP: Sql = sql!(
    "INSERT INTO customers (id, email, email_key, name, name_key, surname_key, password_hash, password_changed_at, marketing_at, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?8, ?9)
     ON CONFLICT (email_key) DO UPDATE SET
       email = excluded.email, name = excluded.name, name_key = excluded.name_key, surname_key = excluded.surname_key,
       password_hash = excluded.password_hash, password_changed_at = excluded.password_changed_at,
       marketing_at = coalesce(customers.marketing_at, excluded.marketing_at), version = customers.version + 1
     WHERE customers.password_hash IS NULL
     RETURNING id"
);
/// Only while the password is still the one that was checked.
const SIGNED_IN: Sql = sql!(
    "UPDATE customers SET last_seen_at = ?4, password_hash = coalesce(?3, password_hash)
     WHERE id = ?1 AND password_hash = ?2 AND disabled_at IS NULL"
);
const SET_PASSWORD: Sql = sql!(
    "UPDATE customers SET password_hash = ?2, password_changed_at = ?3, version = version + 1 WHERE id = ?1 AND disabled_at IS NULL"
);
const SET_VERIFIED: Sql = sql!("UPDATE customers SET verified_at = coalesce(verified_at, ?2) WHERE id = ?1");
const SET_EMAIL: Sql = sql!(
    "UPDATE customers SET email = ?2, email_key = ?3, verified_at = ?4, version = version + 1
     WHERE id = ?1 AND disabled_at IS NULL"
);
/// Of a guest whose address now belongs to an account, what is counted goes over to that.
const TAKE_GUEST: Sql = sql!(
    "DELETE FROM customers WHERE email_key = ?1 AND password_hash IS NULL RETURNING n_orders, spent_minor, last_order_at"
);
const ADD_COUNTS: Sql = sql!(
    "UPDATE customers SET n_orders = n_orders + ?2, spent_minor = spent_minor + ?3,
       last_order_at = CASE WHEN last_order_at IS NULL OR last_order_at < ?4 THEN ?4 ELSE last_order_at END
     WHERE id = ?1"
);
const NOTE_GUEST: Sql = sql!(
    "INSERT INTO customers (id, email, email_key, name, name_key, surname_key, created_at, n_orders, spent_minor, last_order_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?9, ?7, ?8, ?9)
     ON CONFLICT (email_key) DO UPDATE SET
       n_orders = customers.n_orders + excluded.n_orders, spent_minor = customers.spent_minor + excluded.spent_minor,
       last_order_at = CASE WHEN excluded.n_orders > 0 THEN excluded.last_order_at ELSE customers.last_order_at END"
);
const SET_PROFILE: Sql = sql!(
    "UPDATE customers SET name = ?2, name_key = ?3, surname_key = ?4, phone = ?5,
       marketing_at = CASE WHEN ?6 THEN coalesce(marketing_at, ?7) ELSE NULL END, version = version + 1
     WHERE id = ?1"
);
const SET_NEWS: Sql = sql!(
    "UPDATE customers SET marketing_at = CASE WHEN ?2 THEN coalesce(marketing_at, ?3) ELSE NULL END, version = version + 1
     WHERE email_key = ?1"
);
const DISABLE: Sql =
    sql!("UPDATE customers SET disabled_at = ?2, version = version + 1 WHERE id = ?1 AND disabled_at IS NULL");
const ENABLE: Sql =
    sql!("UPDATE customers SET disabled_at = NULL, version = version + 1 WHERE id = ?1 AND disabled_at IS NOT NULL");
/// Two who change one customer's things at the same time go one after the other.
const LOCK: Sql = sql!("UPDATE customers SET version = version WHERE id = ?1");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    FIND,
    FIND_BY_EMAIL,
    LIST,
    LIST_ACCOUNTS,
    LIST_GUESTS,
    BY_EMAIL,
    BY_NAME,
    BY_SURNAME,
    CREDENTIAL,
    CREDENTIAL_OF,
    SIGN_UP,
    SIGNED_IN,
    SET_PASSWORD,
    SET_VERIFIED,
    SET_EMAIL,
    TAKE_GUEST,
    ADD_COUNTS,
    NOTE_GUEST,
    SET_PROFILE,
    SET_NEWS,
    DISABLE,
    ENABLE,
    LOCK,
];

pub(super) async fn find(conn: &mut Conn, id: CustomerId) -> Result<Option<Customer>, DbError> {
    conn.opt(FIND, p![id]).await
}

pub(super) async fn find_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<Customer>, DbError> {
    conn.opt(FIND_BY_EMAIL, p![email_key]).await
}

pub(super) async fn list(conn: &mut Conn, which: Which, after: After, limit: i64) -> Result<Vec<Customer>, DbError> {
    let sql = match which {
        Which::All => LIST,
        Which::Accounts => LIST_ACCOUNTS,
        Which::Guests => LIST_GUESTS,
    };
    conn.all(sql, p![after.at, after.id, limit]).await
}

/// Those whose e-mail address, name or surname begins with `start`, which is in lower case.
pub(super) async fn begin_with(conn: &mut Conn, start: &str, limit: i64) -> Result<Vec<Customer>, DbError> {
    let end = format!("{start}\u{10FFFF}");
    let mut found = Vec::new();
    for sql in [BY_EMAIL, BY_NAME, BY_SURNAME] {
        found.extend(conn.all(sql, p![start, end, limit]).await?);
    }
    Ok(found)
}

pub(super) async fn credential(conn: &mut Conn, email_key: &str) -> Result<Option<CredentialRow>, DbError> {
    conn.opt(CREDENTIAL, p![email_key]).await
}

pub(super) async fn credential_of(conn: &mut Conn, id: CustomerId) -> Result<Option<CredentialRow>, DbError> {
    conn.opt(CREDENTIAL_OF, p![id]).await
}

pub(super) async fn sign_up(
    tx: &mut Tx,
    email: &EmailAddress,
    name: &str,
    hash: &PasswordHash,
    wants_marketing: bool,
) -> Result<Option<CustomerId>, DbError> {
    let (id, now): (CustomerId, _) = (tx.new_id(), tx.now());
    let marketing = wants_marketing.then_some(now);
    let (key, name_key, surname_key) = (email.key(), name_key(name), surname_key(name));
    let hash = hash.as_str();
    let args = p![id, email, key, name, name_key, surname_key, hash, marketing, now];
    let row: Option<(CustomerId,)> = tx.opt(SIGN_UP, args).await?;
    Ok(row.map(|(id,)| id))
}

/// Answers whether `checked` is still the password.
pub(super) async fn signed_in(
    tx: &mut Tx,
    id: CustomerId,
    checked: &PasswordHash,
    stronger: Option<&PasswordHash>,
) -> Result<bool, DbError> {
    let now = tx.now();
    let stronger = stronger.map(PasswordHash::as_str);
    Ok(tx.exec(SIGNED_IN, p![id, checked.as_str(), stronger, now]).await? == 1)
}

pub(super) async fn set_password(tx: &mut Tx, id: CustomerId, hash: &PasswordHash) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(SET_PASSWORD, p![id, hash.as_str(), now]).await? == 1)
}

pub(super) async fn set_verified(tx: &mut Tx, id: CustomerId) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(SET_VERIFIED, p![id, now]).await.map(drop)
}

pub(super) async fn set_email(tx: &mut Tx, id: CustomerId, email: &EmailAddress) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(SET_EMAIL, p![id, email, email.key(), now]).await? == 1)
}

/// Makes the guest of an address part of a customer.
pub(super) async fn absorb_guest(tx: &mut Tx, id: CustomerId, email_key: &str) -> Result<(), DbError> {
    let guest: Option<(i64, i64, Option<Instant>)> = tx.opt(TAKE_GUEST, p![email_key]).await?;
    if let Some((n_orders, spent, last)) = guest {
        tx.exec(ADD_COUNTS, p![id, n_orders, spent, last]).await?;
    }
    Ok(())
}

pub(super) async fn add_counts(tx: &mut Tx, id: CustomerId, n_orders: i64, spent: i64) -> Result<(), DbError> {
    let now = (n_orders > 0).then_some(tx.now());
    tx.exec(ADD_COUNTS, p![id, n_orders, spent, now]).await.map(drop)
}

pub(super) async fn note_guest(
    tx: &mut Tx,
    email: &EmailAddress,
    name: &str,
    n_orders: i64,
    spent: i64,
) -> Result<(), DbError> {
    let (id, now): (CustomerId, _) = (tx.new_id(), tx.now());
    let (key, name_key, surname_key) = (email.key(), name_key(name), surname_key(name));
    let args = p![id, email, key, name, name_key, surname_key, n_orders, spent, now];
    tx.send(NOTE_GUEST, args).await
}

pub(super) async fn set_profile(
    tx: &mut Tx,
    id: CustomerId,
    name: &str,
    phone: &str,
    wants_marketing: bool,
) -> Result<(), DbError> {
    let now = tx.now();
    let (name_key, surname_key) = (name_key(name), surname_key(name));
    let args = p![id, name, name_key, surname_key, phone, wants_marketing, now];
    tx.exec(SET_PROFILE, args).await.map(drop)
}

pub(super) async fn set_news(tx: &mut Tx, email: &EmailAddress, wanted: bool) -> Result<(), DbError> {
    let (key, now) = (email.key(), tx.now());
    tx.exec(SET_NEWS, p![key, wanted, now]).await.map(drop)
}

pub(super) async fn disable(tx: &mut Tx, id: CustomerId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(DISABLE, p![id, now]).await? == 1)
}

pub(super) async fn enable(tx: &mut Tx, id: CustomerId) -> Result<bool, DbError> {
    Ok(tx.exec(ENABLE, p![id]).await? == 1)
}

pub(super) async fn lock(tx: &mut Tx, id: CustomerId) -> Result<bool, DbError> {
    Ok(tx.exec(LOCK, p![id]).await? == 1)
}
