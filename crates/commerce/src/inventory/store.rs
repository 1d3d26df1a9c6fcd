//! All SQL about stock.

use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::page::{After, Page};
use wares_kernel::{Instant, OrderId, ProductId, Quantity, StaffId, StockMovementId, VariantId};

use super::level::Level;
use super::movement::{Movement, Reason};
use crate::changes::{self, Change};

pub(super) const TAKE: Sql = sql!(
    "UPDATE stock SET reserved = reserved + ?2 WHERE variant_id = ?1 AND (on_hand - reserved >= ?2 OR may_backorder)"
);
pub(super) const GIVE: Sql = sql!("UPDATE stock SET reserved = reserved - ?2 WHERE variant_id = ?1");
pub(super) const LEAVE: Sql =
    sql!("UPDATE stock SET on_hand = on_hand - ?2, reserved = reserved - ?2 WHERE variant_id = ?1");
pub(super) const ADD: Sql = sql!(
    "UPDATE stock SET on_hand = on_hand + ?2
     WHERE variant_id = ?1 AND (?2 >= 0 OR may_backorder OR (on_hand + ?2 >= reserved))"
);
pub(super) const OPEN: Sql = sql!(
    "INSERT INTO stock (variant_id, on_hand, may_backorder, low_at) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (variant_id) DO NOTHING"
);
pub(super) const SET_TERMS: Sql = sql!(
    "UPDATE stock SET may_backorder = ?2, low_at = ?3
     WHERE variant_id = ?1 AND (?2 OR (on_hand >= 0 AND reserved <= on_hand))"
);
/// Writes a line of the ledger from the level as it is after the change; nothing when the variant is gone.
pub(super) const MOVE: Sql = sql!(
    "INSERT INTO stock_movements (id, variant_id, delta, on_hand_after, reason, note, order_id, staff_id, at)
     SELECT ?2, variant_id, ?3, on_hand, ?4, ?5, ?6, ?7, ?8 FROM stock WHERE variant_id = ?1"
);
pub(super) const HOLD: Sql = sql!(
    "INSERT INTO reservations (order_id, variant_id, quantity, state) VALUES (?1, ?2, ?3, 'held')
     ON CONFLICT (order_id, variant_id) DO UPDATE SET quantity = excluded.quantity, state = 'held'"
);
const HELD: Sql = sql!(
    lite: "SELECT variant_id, quantity FROM reservations WHERE order_id = ?1 AND state = 'held' ORDER BY variant_id",
    pg: "SELECT variant_id, quantity FROM reservations WHERE order_id = $1 AND state = 'held' ORDER BY variant_id FOR UPDATE",
);
pub(super) const MARK: Sql = sql!("UPDATE reservations SET state = ?2 WHERE order_id = ?1 AND state = 'held'");
const LEVEL: Sql = sql!(
    "SELECT s.variant_id, v.product_id, v.is_active, s.on_hand, s.reserved, s.may_backorder, s.low_at
     FROM stock s JOIN variants v ON v.id = s.variant_id WHERE s.variant_id = ?1"
);
const LEVELS_OF_ORDER: Sql = sql!(
    "SELECT s.variant_id, v.product_id, v.is_active, s.on_hand, s.reserved, s.may_backorder, s.low_at
     FROM reservations r JOIN stock s ON s.variant_id = r.variant_id JOIN variants v ON v.id = s.variant_id
     WHERE r.order_id = ?1"
);
const COUNT_FOR_PRODUCT: Sql = sql!(
    "UPDATE products SET available = available + ?2, in_stock = (available + ?2 > 0) OR EXISTS (
         SELECT 1 FROM variants v JOIN stock s ON s.variant_id = v.id
         WHERE v.product_id = products.id AND v.is_active AND s.may_backorder)
     WHERE id = ?1"
);
const LOCK_PRODUCT: Sql = sql!("UPDATE products SET available = available WHERE id = ?1");
const RECOUNT: Sql = sql!(
    "UPDATE products SET
         available = (SELECT coalesce(sum(CASE WHEN s.on_hand > s.reserved THEN s.on_hand - s.reserved ELSE 0 END), 0)
             FROM variants v JOIN stock s ON s.variant_id = v.id WHERE v.product_id = products.id AND v.is_active),
         in_stock = EXISTS (SELECT 1 FROM variants v JOIN stock s ON s.variant_id = v.id
             WHERE v.product_id = products.id AND v.is_active AND (s.on_hand > s.reserved OR s.may_backorder))
     WHERE id = ?1"
);
const MOVEMENTS: Sql = sql!(
    "SELECT m.id, m.delta, m.on_hand_after, m.reason, m.note, m.order_id, o.number, m.staff_id, s.name, m.at
     FROM stock_movements m LEFT JOIN orders o ON o.id = m.order_id LEFT JOIN staff s ON s.id = m.staff_id
     WHERE m.variant_id = ?1 AND (m.at, m.id) < (?2, ?3) ORDER BY m.at DESC, m.id DESC LIMIT ?4"
);
const HOLDINGS: Sql = sql!(
    "SELECT r.order_id, o.number, r.quantity, o.hold_until FROM reservations r JOIN orders o ON o.id = r.order_id
     WHERE r.variant_id = ?1 AND r.state = 'held' ORDER BY r.order_id LIMIT 100"
);

const TRADED: Sql = sql!(
    "SELECT v.id FROM variants v WHERE v.product_id = ?1
     AND (EXISTS (SELECT 1 FROM stock_movements m WHERE m.variant_id = v.id AND m.order_id IS NOT NULL)
          OR EXISTS (SELECT 1 FROM stock s WHERE s.variant_id = v.id AND s.reserved > 0))
     ORDER BY v.id"
);
const NAME_OF: Sql = sql!(
    "SELECT coalesce(v.sku, p.title || CASE WHEN v.title = '' THEN '' ELSE ', ' || v.title END)
     FROM variants v JOIN products p ON p.id = v.product_id WHERE v.id = ?1"
);

/// Every statement of this module, for the test that has both engines understand them.
#[cfg(test)]
pub(super) const ALL: &[Sql] = &[
    TAKE,
    GIVE,
    LEAVE,
    ADD,
    OPEN,
    SET_TERMS,
    MOVE,
    HOLD,
    HELD,
    MARK,
    LEVEL,
    LEVELS_OF_ORDER,
    COUNT_FOR_PRODUCT,
    LOCK_PRODUCT,
    RECOUNT,
    MOVEMENTS,
    HOLDINGS,
    TRADED,
    NAME_OF,
];

rows! {
    pub struct LevelRow {
        variant_id: VariantId,
        product_id: ProductId,
        is_active: bool,
        on_hand: i64,
        reserved: i64,
        may_backorder: bool,
        low_at: i64,
    }

    /// Pieces of a variant kept for an order.
    pub struct Holding {
        /// The order.
        order_id: OrderId,
        /// Its number.
        number: String,
        /// How many.
        quantity: i64,
        /// Until when, if it is not paid before.
        hold_until: Option<Instant>,
    }
}

impl From<LevelRow> for Level {
    fn from(row: LevelRow) -> Self {
        Self {
            variant_id: row.variant_id,
            product_id: row.product_id,
            is_active: row.is_active,
            on_hand: row.on_hand,
            reserved: row.reserved,
            may_backorder: row.may_backorder,
            low_at: row.low_at,
        }
    }
}

/// The stock of a variant; nothing when there is no such variant.
pub async fn level(conn: &mut Conn, variant_id: VariantId) -> Result<Option<Level>, DbError> {
    Ok(conn.opt::<LevelRow>(LEVEL, p![variant_id]).await?.map(Level::from))
}

/// The variants of a product that orders know or wait for: they must not be deleted.
pub async fn traded(conn: &mut Conn, product_id: ProductId) -> Result<Vec<VariantId>, DbError> {
    let rows: Vec<(VariantId,)> = conn.all(TRADED, p![product_id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The ledger of a variant, newest first.
pub async fn movements(
    conn: &mut Conn,
    variant_id: VariantId,
    after: After,
    size: u32,
) -> Result<Page<Movement>, DbError> {
    let found: Vec<Movement> = conn
        .all(MOVEMENTS, p![variant_id, after.at, after.id, size + 1])
        .await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    Ok(Page::cut(found, size, |movement| After {
        at: movement.at,
        id: movement.id.uuid(),
    }))
}

/// The orders pieces of a variant are kept for, at most a hundred.
pub async fn holdings(conn: &mut Conn, variant_id: VariantId) -> Result<Vec<Holding>, DbError> {
    conn.all(HOLDINGS, p![variant_id]).await
}

/// What staff call a variant: its SKU, or the product's title with its own.
pub(super) async fn name_of(conn: &mut Conn, variant_id: VariantId) -> Result<String, DbError> {
    let name: Option<(String,)> = conn.opt(NAME_OF, p![variant_id]).await?;
    Ok(name.map(|(name,)| name).unwrap_or_default())
}

/// The levels of everything an order keeps or kept.
pub(super) async fn levels_of_order(conn: &mut Conn, order_id: OrderId) -> Result<Vec<Level>, DbError> {
    let rows: Vec<LevelRow> = conn.all(LEVELS_OF_ORDER, p![order_id]).await?;
    Ok(rows.into_iter().map(Level::from).collect())
}

/// What an order still holds, in id order, locked.
pub(super) async fn held(tx: &mut Tx, order_id: OrderId) -> Result<Vec<(VariantId, Quantity)>, DbError> {
    tx.all(HELD, p![order_id]).await
}

/// A line for the ledger, whoever it is about.
pub(super) struct Entry<'a> {
    pub(super) delta: i64,
    pub(super) reason: Reason,
    pub(super) note: &'a str,
    pub(super) order_id: Option<OrderId>,
    pub(super) staff_id: Option<StaffId>,
}

/// Adds to what is on hand and writes the ledger; answers whether it was allowed.
pub(super) async fn add(tx: &mut Tx, variant_id: VariantId, entry: &Entry<'_>) -> Result<bool, DbError> {
    let changed = tx.exec(ADD, p![variant_id, entry.delta]).await?;
    if changed == 1 {
        record(tx, variant_id, entry).await?;
    }
    Ok(changed == 1)
}

/// Writes the ledger.
pub(super) async fn record(tx: &mut Tx, variant_id: VariantId, entry: &Entry<'_>) -> Result<(), DbError> {
    let (id, now): (StockMovementId, _) = (tx.new_id(), tx.now());
    let reason = entry.reason.word();
    let args = p![
        variant_id,
        id,
        entry.delta,
        reason,
        entry.note,
        entry.order_id,
        entry.staff_id,
        now
    ];
    tx.send(MOVE, args).await
}

/// A level after so many more pieces of it became available.
pub(super) struct Moved {
    pub(super) level: Level,
    pub(super) more: i64,
}

/// Keeps the products' own figures and tells the change log where a page now says something else.
///
/// Products come in id order after all stock rows, so that two orders never wait for one another.
pub(super) async fn follow(tx: &mut Tx, mut moved: Vec<Moved>) -> Result<(), DbError> {
    moved.retain(|m| m.level.is_active);
    moved.sort_by_key(|m| m.level.product_id);
    for of_product in moved.chunk_by(|a, b| a.level.product_id == b.level.product_id) {
        let product_id = of_product[0].level.product_id;
        let more: i64 = of_product.iter().map(Moved::counted).sum();
        if more != 0 {
            tx.send(COUNT_FOR_PRODUCT, p![product_id, more]).await?;
        }
        if of_product.iter().any(Moved::is_seen) {
            changes::record(tx, Change::Product(product_id)).await?;
        }
    }
    Ok(())
}

impl Moved {
    /// By how much the product's own figure changes; a variant below zero counts as none.
    fn counted(&self) -> i64 {
        let after = self.level.available();
        after.max(0) - (after - self.more).max(0)
    }

    /// Whether a page now says something else.
    fn is_seen(&self) -> bool {
        self.level.shown() != self.level.shown_with(-self.more)
    }
}

/// Works out a product's own figures anew.
pub(super) async fn recount(tx: &mut Tx, product_id: ProductId) -> Result<(), DbError> {
    // Locked first: the figures are then read by a statement of its own, which sees whatever others committed before.
    tx.exec(LOCK_PRODUCT, p![product_id]).await?;
    tx.send(RECOUNT, p![product_id]).await
}
