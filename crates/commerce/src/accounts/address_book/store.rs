//! The SQL of the table `addresses`.

use serde_json::Value;
use wares_db::{Conn, DbError, FromRow, Row, Sql, Tx, p, sql};
use wares_kernel::{Address, AddressId, CustomerId, Instant};

/// One address of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressEntry {
    /// Its id.
    pub id: AddressId,
    /// The address.
    pub address: Address,
    /// Whether things are sent there by default.
    pub for_delivery: bool,
    /// Whether bills go there by default.
    pub for_bills: bool,
}

impl FromRow for AddressEntry {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let address: Value = row.get(1)?;
        Ok(Self {
            id: row.get(0)?,
            address: serde_json::from_value(address).map_err(|error| DbError::Damaged(error.to_string()))?,
            for_delivery: row.get(2)?,
            for_bills: row.get(3)?,
        })
    }
}

/// An address to be written.
pub(super) struct Entry {
    pub(super) id: AddressId,
    pub(super) owner: CustomerId,
    pub(super) address: Value,
    pub(super) for_delivery: bool,
    pub(super) for_bills: bool,
}

const LIST: Sql = sql!(
    "SELECT id, address, is_default_shipping, is_default_billing FROM addresses
     WHERE customer_id = ?1 AND deleted_at IS NULL ORDER BY is_default_shipping DESC, created_at, id LIMIT 100"
);
const FIND: Sql = sql!(
    "SELECT id, address, is_default_shipping, is_default_billing FROM addresses
     WHERE customer_id = ?1 AND id = ?2 AND deleted_at IS NULL"
);
const COUNT: Sql = sql!("SELECT count(*) FROM addresses WHERE customer_id = ?1 AND deleted_at IS NULL");
const INSERT: Sql = sql!(
    "INSERT INTO addresses (id, customer_id, address, is_default_shipping, is_default_billing, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
);
const UPDATE: Sql = sql!(
    "UPDATE addresses SET address = ?3, is_default_shipping = ?4, is_default_billing = ?5
     WHERE customer_id = ?1 AND id = ?2 AND deleted_at IS NULL"
);
const ONLY_SHIPPING: Sql = sql!(
    "UPDATE addresses SET is_default_shipping = false WHERE customer_id = ?1 AND id <> ?2 AND is_default_shipping"
);
const ONLY_BILLING: Sql =
    sql!("UPDATE addresses SET is_default_billing = false WHERE customer_id = ?1 AND id <> ?2 AND is_default_billing");
const REMOVE: Sql =
    sql!("UPDATE addresses SET deleted_at = ?3 WHERE customer_id = ?1 AND id = ?2 AND deleted_at IS NULL");
const RESTORE: Sql =
    sql!("UPDATE addresses SET deleted_at = NULL WHERE customer_id = ?1 AND id = ?2 AND deleted_at IS NOT NULL");
const PRUNE: Sql = sql!("DELETE FROM addresses WHERE deleted_at < ?1");

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(in crate::accounts) const STATEMENTS: &[Sql] = &[
    LIST,
    FIND,
    COUNT,
    INSERT,
    UPDATE,
    ONLY_SHIPPING,
    ONLY_BILLING,
    REMOVE,
    RESTORE,
    PRUNE,
];

pub(super) async fn list(conn: &mut Conn, owner: CustomerId) -> Result<Vec<AddressEntry>, DbError> {
    conn.all(LIST, p![owner]).await
}

pub(super) async fn find(conn: &mut Conn, owner: CustomerId, id: AddressId) -> Result<Option<AddressEntry>, DbError> {
    conn.opt(FIND, p![owner, id]).await
}

pub(super) async fn count(conn: &mut Conn, owner: CustomerId) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(COUNT, p![owner]).await?;
    Ok(n)
}

pub(super) async fn insert(tx: &mut Tx, entry: &Entry) -> Result<(), DbError> {
    let now = tx.now();
    let args = p![
        entry.id,
        entry.owner,
        entry.address,
        entry.for_delivery,
        entry.for_bills,
        now
    ];
    tx.exec(INSERT, args).await.map(drop)
}

pub(super) async fn update(tx: &mut Tx, entry: &Entry) -> Result<bool, DbError> {
    let args = p![
        entry.owner,
        entry.id,
        entry.address,
        entry.for_delivery,
        entry.for_bills
    ];
    Ok(tx.exec(UPDATE, args).await? == 1)
}

/// Where this one is a default, no other is.
pub(super) async fn only_default(tx: &mut Tx, entry: &Entry) -> Result<(), DbError> {
    if entry.for_delivery {
        tx.exec(ONLY_SHIPPING, p![entry.owner, entry.id]).await?;
    }
    if entry.for_bills {
        tx.exec(ONLY_BILLING, p![entry.owner, entry.id]).await?;
    }
    Ok(())
}

pub(super) async fn remove(tx: &mut Tx, owner: CustomerId, id: AddressId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(REMOVE, p![owner, id, now]).await? == 1)
}

pub(super) async fn restore(tx: &mut Tx, owner: CustomerId, id: AddressId) -> Result<bool, DbError> {
    Ok(tx.exec(RESTORE, p![owner, id]).await? == 1)
}

pub(super) async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE, p![before]).await
}
