//! All SQL about parcels.

use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{FulfilmentId, OrderId, OrderLineId, Quantity, StaffId};

use super::fulfilment::{Fulfilment, FulfilmentLine};

const INSERT: Sql = sql!(
    "INSERT INTO fulfilments (id, order_id, parcel, carrier, tracking_number, tracking_url, shipped_at, staff_id)
     VALUES (?1, ?2, (SELECT count(*) + 1 FROM fulfilments WHERE order_id = ?2), ?3, ?4, ?5, ?6, ?7)"
);
const INSERT_LINE: Sql =
    sql!("INSERT INTO fulfilment_lines (fulfilment_id, order_line_id, quantity) VALUES (?1, ?2, ?3)");
const FIND: Sql = sql!(
    "SELECT id, order_id, parcel, carrier, tracking_number, tracking_url, shipped_at, delivered_at FROM fulfilments WHERE id = ?1"
);
const OF_ORDER: Sql = sql!(
    "SELECT id, order_id, parcel, carrier, tracking_number, tracking_url, shipped_at, delivered_at
     FROM fulfilments WHERE order_id = ?1 ORDER BY parcel"
);
const LINES: Sql = sql!(
    "SELECT l.fulfilment_id, l.order_line_id, l.quantity FROM fulfilment_lines l
     JOIN fulfilments f ON f.id = l.fulfilment_id WHERE f.order_id = ?1 ORDER BY f.parcel, l.order_line_id"
);
const DELIVERED: Sql = sql!("UPDATE fulfilments SET delivered_at = ?2 WHERE id = ?1 AND delivered_at IS NULL");

/// A parcel to be written.
pub(super) struct NewParcel<'a> {
    pub(super) order_id: OrderId,
    pub(super) carrier: &'a str,
    pub(super) tracking_number: &'a str,
    pub(super) tracking_url: &'a str,
    pub(super) staff_id: Option<StaffId>,
    pub(super) lines: &'a [(OrderLineId, Quantity)],
}

/// Writes a parcel with its lines.
pub(super) async fn insert(tx: &mut Tx, new: &NewParcel<'_>) -> Result<FulfilmentId, DbError> {
    let id: FulfilmentId = tx.new_id();
    let now = tx.now();
    let mut batch = tx.batch().add(
        INSERT,
        p![
            id,
            new.order_id,
            new.carrier,
            new.tracking_number,
            new.tracking_url,
            now,
            new.staff_id
        ],
    );
    for (line_id, quantity) in new.lines {
        batch = batch.add(INSERT_LINE, p![id, *line_id, *quantity]);
    }
    batch.run().await?;
    Ok(id)
}

/// The parcel of that id.
pub async fn find(conn: &mut Conn, id: FulfilmentId) -> Result<Option<Fulfilment>, DbError> {
    conn.opt(FIND, p![id]).await
}

/// The parcels of an order, the first one first.
pub async fn of_order(conn: &mut Conn, order_id: OrderId) -> Result<Vec<Fulfilment>, DbError> {
    conn.all(OF_ORDER, p![order_id]).await
}

/// What is in the parcels of an order.
pub async fn lines(conn: &mut Conn, order_id: OrderId) -> Result<Vec<FulfilmentLine>, DbError> {
    conn.all(LINES, p![order_id]).await
}

/// Notes that a parcel has arrived; answers `false` when that was known.
pub(super) async fn delivered(tx: &mut Tx, id: FulfilmentId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(DELIVERED, p![id, now]).await? == 1)
}
