//! The SQL of the table `customer_vat_ids`.

use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{CustomerId, Instant};

use crate::audit::Actor;

const LIST: Sql = sql!(
    "SELECT vat_id, checked_at, checked_name FROM customer_vat_ids WHERE customer_id = ?1
     ORDER BY noted_at DESC, vat_id LIMIT 100"
);
const FIND: Sql =
    sql!("SELECT vat_id, checked_at, checked_name FROM customer_vat_ids WHERE customer_id = ?1 AND vat_id = ?2");
const NOTE: Sql = sql!(
    "INSERT INTO customer_vat_ids (customer_id, vat_id, noted_at) VALUES (?1, ?2, ?3) ON CONFLICT (customer_id, vat_id) DO NOTHING"
);
const SET_CHECKED: Sql = sql!(
    "UPDATE customer_vat_ids SET checked_at = ?3, checked_by = ?4, checked_name = ?5 WHERE customer_id = ?1 AND vat_id = ?2"
);

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(in crate::accounts) const STATEMENTS: &[Sql] = &[LIST, FIND, NOTE, SET_CHECKED];

rows! {
    /// An id a customer gave.
    pub struct NotedVatId {
        /// The id, as [`wares_kernel::VatId`] writes it.
        vat_id: String,
        /// When staff looked it up; not yet when absent.
        checked_at: Option<Instant>,
        /// Who did, or empty.
        checked_by: String,
    }
}

pub(super) async fn list(conn: &mut Conn, customer_id: CustomerId) -> Result<Vec<NotedVatId>, DbError> {
    conn.all(LIST, p![customer_id]).await
}

pub(super) async fn find(
    conn: &mut Conn,
    customer_id: CustomerId,
    vat_id: &str,
) -> Result<Option<NotedVatId>, DbError> {
    conn.opt(FIND, p![customer_id, vat_id]).await
}

pub(super) async fn note(tx: &mut Tx, customer_id: CustomerId, vat_id: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(NOTE, p![customer_id, vat_id, now]).await.map(drop)
}

/// Says who looked an id up just now, or that nobody has.
pub(super) async fn set_checked(
    tx: &mut Tx,
    customer_id: CustomerId,
    vat_id: &str,
    by: Option<&Actor>,
) -> Result<(), DbError> {
    let at = by.map(|_| tx.now());
    let (id, name) = (by.and_then(Actor::id), by.map_or("", Actor::name));
    tx.exec(SET_CHECKED, p![customer_id, vat_id, at, id, name])
        .await
        .map(drop)
}
