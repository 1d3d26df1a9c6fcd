//! All SQL about refunds.

use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{Currency, Instant, Money, OrderId, OrderLineId, PaymentAttemptId, RefundId, StaffId};

use super::goods::Goods;
use super::shares::{LineGone, LineShare, Part, Rest, Shares};
use super::{Refund, RefundLine, RefundProgress, damaged};
use crate::orders::{Order, OrderLine};
use crate::payment::attempt::PaymentAttempt;

const INSERT: Sql = sql!(
    "INSERT INTO refunds (id, order_id, attempt_id, amount_minor, currency, state, reason, staff_id, created_at, tax_minor,
         shipping_minor, shipping_tax_minor, note, form_key)
     VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
);
const INSERT_LINE: Sql = sql!(
    "INSERT INTO refund_lines (refund_id, order_line_id, quantity, amount_minor, tax_minor, n_dropped, n_returned)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
);
const FIND: Sql = sql!(
    "SELECT id, order_id, attempt_id, amount_minor, currency, tax_minor, shipping_minor, shipping_tax_minor, state, reference, reason,
            note, failure, created_at, settled_at,
            shipping_minor > 0 OR EXISTS (SELECT 1 FROM refund_lines l WHERE l.refund_id = refunds.id)
     FROM refunds WHERE id = ?1"
);
const OF_ORDER: Sql = sql!(
    "SELECT id, order_id, attempt_id, amount_minor, currency, tax_minor, shipping_minor, shipping_tax_minor, state, reference, reason,
            note, failure, created_at, settled_at,
            shipping_minor > 0 OR EXISTS (SELECT 1 FROM refund_lines l WHERE l.refund_id = refunds.id)
     FROM refunds WHERE order_id = ?1 ORDER BY created_at, id"
);
const BY_FORM_KEY: Sql = sql!("SELECT id FROM refunds WHERE form_key = ?1 AND order_id = ?2");
const LINES: Sql = sql!(
    "SELECT l.refund_id, l.order_line_id, l.quantity, l.amount_minor, l.tax_minor, r.currency
     FROM refund_lines l JOIN refunds r ON r.id = l.refund_id JOIN order_lines o ON o.id = l.order_line_id
     WHERE r.order_id = ?1 ORDER BY r.created_at, r.id, o.position"
);
const GONE: Sql = sql!(
    "SELECT l.order_line_id, cast(sum(l.quantity) AS bigint), cast(sum(l.amount_minor) AS bigint), cast(sum(l.tax_minor) AS bigint)
     FROM refund_lines l JOIN refunds r ON r.id = l.refund_id
     WHERE r.order_id = ?1 AND r.state <> 'failed' GROUP BY l.order_line_id"
);
const SHIPPING_GONE: Sql = sql!(
    "SELECT cast(coalesce(sum(shipping_minor), 0) AS bigint), cast(coalesce(sum(shipping_tax_minor), 0) AS bigint)
     FROM refunds WHERE order_id = ?1 AND state <> 'failed'"
);
const MOVED: Sql = sql!(
    "SELECT l.order_line_id, cast(sum(l.n_dropped) AS bigint), cast(sum(l.n_returned) AS bigint)
     FROM refund_lines l JOIN refunds r ON r.id = l.refund_id
     WHERE r.order_id = ?1 AND r.state <> 'failed' GROUP BY l.order_line_id"
);
const REFERENCE: Sql = sql!("UPDATE refunds SET reference = ?2 WHERE id = ?1");
const SETTLE: Sql = sql!(
    "UPDATE refunds SET state = ?2, reference = coalesce(?3, reference), failure = ?4, settled_at = ?5 WHERE id = ?1 AND state = 'pending'"
);

rows! {
    /// A refund's columns.
    pub struct RefundRow {
        id: RefundId,
        order_id: OrderId,
        attempt_id: PaymentAttemptId,
        amount_minor: i64,
        currency: Currency,
        tax_minor: i64,
        shipping_minor: i64,
        shipping_tax_minor: i64,
        state: String,
        reference: Option<String>,
        reason: String,
        note: String,
        failure: String,
        created_at: Instant,
        settled_at: Option<Instant>,
        is_credit: bool,
    }

    /// The columns of a refund's line.
    pub struct LineRow {
        refund_id: RefundId,
        line_id: OrderLineId,
        quantity: i64,
        amount_minor: i64,
        tax_minor: i64,
        currency: Currency,
    }
}

impl TryFrom<RefundRow> for Refund {
    type Error = DbError;

    fn try_from(row: RefundRow) -> Result<Self, DbError> {
        let state = RefundProgress::from_word(&row.state).ok_or_else(|| DbError::Damaged(row.state.clone()))?;
        let money = |minor| Money::new(minor, row.currency);
        Ok(Self {
            id: row.id,
            order_id: row.order_id,
            attempt_id: row.attempt_id,
            amount: money(row.amount_minor),
            tax: money(row.tax_minor),
            shipping: Part {
                amount: money(row.shipping_minor),
                tax: money(row.shipping_tax_minor),
            },
            state,
            reference: row.reference,
            reason: row.reason,
            note: row.note,
            failure: row.failure,
            created_at: row.created_at,
            settled_at: row.settled_at,
            is_credit: row.is_credit,
        })
    }
}

/// A refund to be written.
pub(super) struct NewRefund<'a> {
    pub(super) attempt: &'a PaymentAttempt,
    pub(super) amount: Money,
    pub(super) tax: Money,
    /// What of the order it is; nothing for money that never belonged to it.
    pub(super) shares: Option<&'a Shares>,
    pub(super) goods: &'a [Goods],
    pub(super) reason: &'a str,
    pub(super) note: &'a str,
    pub(super) form_key: Option<Uuid>,
    pub(super) staff_id: Option<StaffId>,
}

/// Writes a refund that is to be carried out.
pub(super) async fn insert(tx: &mut Tx, new: &NewRefund<'_>) -> Result<RefundId, DbError> {
    let id: RefundId = tx.new_id();
    let now = tx.now();
    let shipping = new.shares.map(|shares| shares.shipping);
    let (shipping_minor, shipping_tax_minor) = shipping.map_or((0, 0), |part| (part.amount.minor(), part.tax.minor()));
    let lines = lines_of(new);
    let (amount_minor, currency, tax_minor) = (new.amount.minor(), new.amount.currency(), new.tax.minor());
    let mut batch = tx.batch().add(
        INSERT,
        p![
            id,
            new.attempt.order_id,
            new.attempt.id,
            amount_minor,
            currency,
            new.reason,
            new.staff_id,
            now,
            tax_minor,
            shipping_minor,
            shipping_tax_minor,
            new.note,
            new.form_key
        ],
    );
    for (line_id, [quantity, amount, tax, n_dropped, n_returned]) in &lines {
        batch = batch.add(
            INSERT_LINE,
            p![id, *line_id, *quantity, *amount, *tax, *n_dropped, *n_returned],
        );
    }
    batch.run().await?;
    Ok(id)
}

/// Each line's pieces, amount, tax, and what becomes of its goods.
fn lines_of(new: &NewRefund<'_>) -> Vec<(OrderLineId, [i64; 5])> {
    let lines = new.shares.iter().flat_map(|shares| &shares.lines);
    lines
        .map(|line| {
            let goods = new.goods.iter().find(|goods| goods.line_id == line.line_id);
            let (dropped, returned) = goods.map_or((0, 0), |goods| (goods.n_dropped, goods.n_returned));
            let (amount, tax) = (line.part.amount.minor(), line.part.tax.minor());
            (line.line_id, [line.quantity, amount, tax, dropped, returned])
        })
        .collect()
}

/// The refund of that id.
pub async fn refund(conn: &mut Conn, id: RefundId) -> Result<Option<Refund>, DbError> {
    conn.opt::<RefundRow>(FIND, p![id])
        .await?
        .map(Refund::try_from)
        .transpose()
}

/// The refunds of an order, the first one first.
pub async fn refunds(conn: &mut Conn, order_id: OrderId) -> Result<Vec<Refund>, DbError> {
    conn.all::<RefundRow>(OF_ORDER, p![order_id])
        .await?
        .into_iter()
        .map(Refund::try_from)
        .collect()
}

/// The lines of an order's refunds, refund by refund.
pub async fn refund_lines(conn: &mut Conn, order_id: OrderId) -> Result<Vec<RefundLine>, DbError> {
    let rows: Vec<LineRow> = conn.all(LINES, p![order_id]).await?;
    let line = |row: LineRow| RefundLine {
        refund_id: row.refund_id,
        share: LineShare {
            line_id: row.line_id,
            quantity: row.quantity,
            part: part(row.amount_minor, row.tax_minor, row.currency),
        },
    };
    Ok(rows.into_iter().map(line).collect())
}

fn part(amount: i64, tax: i64, currency: Currency) -> Part {
    Part {
        amount: Money::new(amount, currency),
        tax: Money::new(tax, currency),
    }
}

/// What can still go back of an order, piece by piece.
pub async fn rest(conn: &mut Conn, order: &Order, lines: &[OrderLine]) -> Result<Rest, DbError> {
    let rows: Vec<(OrderLineId, i64, i64, i64)> = conn.all(GONE, p![order.id]).await?;
    let gone: Vec<LineGone> = rows
        .into_iter()
        .map(|(line_id, quantity, amount, tax)| LineGone {
            line_id,
            quantity,
            part: part(amount, tax, order.currency),
        })
        .collect();
    let (amount, tax): (i64, i64) = conn.one(SHIPPING_GONE, p![order.id]).await?;
    Rest::of(order, lines, &gone, part(amount, tax, order.currency)).map_err(damaged)
}

/// The refund a form has asked for already.
pub(super) async fn by_form_key(
    tx: &mut Tx,
    order_id: OrderId,
    form_key: Option<Uuid>,
) -> Result<Option<RefundId>, DbError> {
    let Some(form_key) = form_key else {
        return Ok(None);
    };
    let found: Option<(RefundId,)> = tx.opt(BY_FORM_KEY, p![form_key, order_id]).await?;
    Ok(found.map(|(id,)| id))
}

/// Pieces whose money has gone back: dropped before they were sent, and returned after it, line by line.
pub(super) async fn moved(tx: &mut Tx, order_id: OrderId) -> Result<Vec<(OrderLineId, i64, i64)>, DbError> {
    tx.all(MOVED, p![order_id]).await
}

/// Keeps the gateway's name for a refund that is on its way.
pub(super) async fn reference(tx: &mut Tx, id: RefundId, reference: &str) -> Result<(), DbError> {
    tx.exec(REFERENCE, p![id, reference]).await.map(drop)
}

/// Ends a refund; answers `false` when it had ended before.
pub(super) async fn settle(
    tx: &mut Tx,
    id: RefundId,
    state: RefundProgress,
    reference: Option<&str>,
    failure: &str,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(SETTLE, p![id, state.word(), reference, failure, now]).await? == 1)
}
