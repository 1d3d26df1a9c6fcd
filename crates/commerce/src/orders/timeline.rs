//! What happened to an order, when, and by whom. Lines are only ever added.

use serde_json::Value;
use uuid::Uuid;
use wares_db::{Conn, DbError, Tx, rows};
use wares_kernel::{Instant, OrderId};

use super::store;
use crate::audit::Actor;

rows! {
    /// One line of the timeline.
    pub struct TimelineEntry {
        /// Its id.
        id: Uuid,
        /// When.
        at: Instant,
        /// What: `received`, `placed`, `paid`, `expired`, `cancelled`, `comment`, `shipped`, `delivered`, `payment_captured`, `refund_requested` …
        kind: String,
        /// `staff`, `customer`, `guest` or `system`.
        actor_kind: String,
        /// Who, where they have an id.
        actor_id: Option<Uuid>,
        /// Their name then, or empty.
        actor_name: String,
        /// More about it.
        data: Value,
    }
}

/// Writes a line in the caller's unit of work.
pub async fn note(tx: &mut Tx, order_id: OrderId, kind: &str, actor: &Actor, data: Value) -> Result<(), DbError> {
    store::insert_note(tx, order_id, kind, actor, &data).await
}

/// Everything that happened to an order, newest first.
pub async fn timeline(conn: &mut Conn, order_id: OrderId) -> Result<Vec<TimelineEntry>, DbError> {
    store::timeline(conn, order_id).await
}
