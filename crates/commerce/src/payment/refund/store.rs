//! All SQL about refunds, and about what was never taken.

use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{Currency, Instant, Money, OrderId, OrderLineId, PaymentAttemptId, RefundId, StaffId};

use super::goods::Goods;
use super::release::{Portion, Release};
use super::shares::{LineShare, Part, Rest, Shares};
use super::{Refund, RefundLine, RefundProgress, damaged};
use crate::orders::{Order, OrderLine};
use crate::payment::attempt::PaymentAttempt;

const INSERT: Sql = sql!(
    "INSERT INTO refunds (id, order_id, attempt_id, amount_minor, currency, state, reason, staff_id, created_at, tax_minor,
         shipping_minor, shipping_tax_minor, note)
     VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
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
const GIVEN_BACK_BY: Sql = sql!(
    "SELECT cast(coalesce(sum(amount_minor), 0) AS bigint) FROM refunds WHERE order_id = ?1 AND staff_id = ?2 AND state <> 'failed'"
);
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
    "SELECT m.order_line_id, cast(sum(m.n_dropped) AS bigint), cast(sum(m.n_returned) AS bigint)
     FROM (SELECT l.order_line_id, l.n_dropped, l.n_returned FROM refund_lines l JOIN refunds r ON r.id = l.refund_id
           WHERE r.order_id = ?1 AND r.state <> 'failed'
           UNION ALL SELECT order_line_id, n_dropped, 0 FROM release_lines WHERE order_id = ?1) m
     GROUP BY m.order_line_id"
);
const RELEASE: Sql = sql!(
    "SELECT attempt_id, amount_minor, tax_minor, shipping_minor, shipping_tax_minor, created_at FROM releases WHERE order_id = ?1"
);
const RELEASED: Sql =
    sql!("SELECT order_line_id, quantity, amount_minor, tax_minor FROM release_lines WHERE order_id = ?1");
const INSERT_RELEASE: Sql = sql!(
    "INSERT INTO releases (order_id, attempt_id, amount_minor, tax_minor, shipping_minor, shipping_tax_minor, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
);
const INSERT_RELEASE_LINE: Sql = sql!(
    "INSERT INTO release_lines (order_id, order_line_id, quantity, amount_minor, tax_minor, n_dropped) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
);
const KEEP_PORTION: Sql = sql!("UPDATE payment_attempts SET capture_portion = ?2 WHERE id = ?1");
const PORTION: Sql = sql!("SELECT capture_portion FROM payment_attempts WHERE id = ?1");
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
            new.note
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
    let released = release(conn, order).await?.map(|release| release.shares);
    let (amount, tax): (i64, i64) = conn.one(SHIPPING_GONE, p![order.id]).await?;
    let gone = Shares {
        lines: line_shares(conn, GONE, order).await?,
        shipping: part(amount, tax, order.currency),
    };
    let nothing = Shares {
        lines: Vec::new(),
        shipping: part(0, 0, order.currency),
    };
    Rest::of(order, lines, &released.unwrap_or(nothing), &gone).map_err(damaged)
}

async fn line_shares(conn: &mut Conn, sql: Sql, order: &Order) -> Result<Vec<LineShare>, DbError> {
    let rows: Vec<(OrderLineId, i64, i64, i64)> = conn.all(sql, p![order.id]).await?;
    let share = |(line_id, quantity, amount, tax)| LineShare {
        line_id,
        quantity,
        part: part(amount, tax, order.currency),
    };
    Ok(rows.into_iter().map(share).collect())
}

/// What of an order's money was never taken, although it was authorised.
pub async fn release(conn: &mut Conn, order: &Order) -> Result<Option<Release>, DbError> {
    let found: Option<(PaymentAttemptId, i64, i64, i64, i64, Instant)> = conn.opt(RELEASE, p![order.id]).await?;
    let Some((attempt_id, amount, tax, shipping, shipping_tax, created_at)) = found else {
        return Ok(None);
    };
    let money = |minor| Money::new(minor, order.currency);
    Ok(Some(Release {
        attempt_id,
        amount: money(amount),
        tax: money(tax),
        shares: Shares {
            lines: line_shares(conn, RELEASED, order).await?,
            shipping: part(shipping, shipping_tax, order.currency),
        },
        created_at,
    }))
}

/// Writes what was let go.
pub(super) async fn insert_release(
    tx: &mut Tx,
    order_id: OrderId,
    release: &Release,
    goods: &[Goods],
) -> Result<(), DbError> {
    let shipping = release.shares.shipping;
    let amounts = [release.amount, release.tax, shipping.amount, shipping.tax].map(Money::minor);
    let [amount, tax, shipping, shipping_tax] = &amounts;
    let lines: Vec<_> = release
        .shares
        .lines
        .iter()
        .map(|line| released_line(line, goods))
        .collect();
    let mut batch = tx.batch().add(
        INSERT_RELEASE,
        p![
            order_id,
            release.attempt_id,
            *amount,
            *tax,
            *shipping,
            *shipping_tax,
            release.created_at
        ],
    );
    for (line_id, [quantity, amount, tax, n_dropped]) in &lines {
        batch = batch.add(
            INSERT_RELEASE_LINE,
            p![order_id, *line_id, *quantity, *amount, *tax, *n_dropped],
        );
    }
    batch.run().await.map(drop)
}

/// A line's pieces, amount, tax, and how many are not sent any more.
fn released_line(line: &LineShare, goods: &[Goods]) -> (OrderLineId, [i64; 4]) {
    let goods = goods.iter().find(|goods| goods.line_id == line.line_id);
    let n_dropped = goods.map_or(0, |goods| goods.n_dropped);
    let (amount, tax) = (line.part.amount.minor(), line.part.tax.minor());
    (line.line_id, [line.quantity, amount, tax, n_dropped])
}

/// Keeps which pieces a capture is for; nothing for the whole order.
pub(in crate::payment) async fn keep_portion(
    tx: &mut Tx,
    id: PaymentAttemptId,
    portion: Option<&Portion>,
) -> Result<(), DbError> {
    let portion = match portion {
        Some(portion) => serde_json::to_value(portion).map_err(|error| DbError::Damaged(error.to_string()))?,
        None => Value::Null,
    };
    tx.exec(KEEP_PORTION, p![id, portion]).await.map(drop)
}

/// The pieces a capture was asked for.
pub(super) async fn portion(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<Portion>, DbError> {
    let (kept,): (Option<Value>,) = conn.one(PORTION, p![id]).await?;
    let kept = kept.filter(|kept| !kept.is_null());
    kept.map(serde_json::from_value)
        .transpose()
        .map_err(|error| DbError::Damaged(error.to_string()))
}

/// What one member of staff has given back of an order, in minor units; refunds that failed do not count.
pub(super) async fn given_back_by(conn: &mut Conn, order_id: OrderId, staff_id: StaffId) -> Result<i64, DbError> {
    let (sum,): (i64,) = conn.one(GIVEN_BACK_BY, p![order_id, staff_id]).await?;
    Ok(sum)
}

/// Pieces whose money has gone back or was never taken: dropped before they were sent, and returned after it, line by line.
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
