//! All SQL about payment attempts, refunds and the inbox of notices.

use wares_db::{Conn, DbError, Json, Sql, Tx, p, rows, sql};
use wares_kernel::{Currency, Instant, Money, OrderId, PaymentAttemptId};

use super::attempt::{AttemptState, CaptureWhen, PaymentAttempt, Totals};
use super::gateway::{Begun, NextStep, Reference};
use super::open::NewAttempt;

const INSERT: Sql = sql!(
    "INSERT INTO payment_attempts (id, order_id, gateway, amount_minor, currency, state, created_at, updated_at, check_at, capture)
     VALUES (?1, ?2, ?3, ?4, ?5, 'created', ?6, ?6, ?7, ?8)"
);
const FIND: Sql = sql!(
    "SELECT id, order_id, gateway, reference, amount_minor, currency, state, next_step, authorised_minor, captured_minor,
            refunded_minor, disputed_minor, decline_reason, created_at, lost_minor, capture, authorised_until, capture_minor
     FROM payment_attempts WHERE id = ?1"
);
const OF_ORDER: Sql = sql!(
    "SELECT id, order_id, gateway, reference, amount_minor, currency, state, next_step, authorised_minor, captured_minor,
            refunded_minor, disputed_minor, decline_reason, created_at, lost_minor, capture, authorised_until, capture_minor
     FROM payment_attempts WHERE order_id = ?1 ORDER BY created_at, id"
);
const BEGUN: Sql = sql!(
    "UPDATE payment_attempts SET reference = ?2, next_step = ?3, updated_at = ?4,
            state = CASE WHEN state = 'created' THEN 'begun' ELSE state END
     WHERE id = ?1 AND (reference IS NULL OR reference = ?2)"
);
const ADVANCE: Sql = sql!(
    "UPDATE payment_attempts SET reference = ?2, state = ?3, authorised_minor = ?4, captured_minor = ?5, refunded_minor = ?6,
            disputed_minor = ?7, decline_reason = ?8, updated_at = ?9, lost_minor = ?10, authorised_until = ?11 WHERE id = ?1"
);
const REVIEW: Sql =
    sql!("UPDATE payment_attempts SET state = 'review', updated_at = ?2, check_at = NULL WHERE id = ?1");
const CHECK_AT: Sql = sql!("UPDATE payment_attempts SET check_at = ?2 WHERE id = ?1");
const DUE: Sql = sql!(
    lite: "UPDATE payment_attempts SET check_at = ?2 WHERE id IN (
               SELECT id FROM payment_attempts WHERE check_at IS NOT NULL AND check_at <= ?1 ORDER BY check_at, id LIMIT ?3)
           RETURNING id",
    pg: "UPDATE payment_attempts SET check_at = $2 WHERE id IN (
               SELECT id FROM payment_attempts WHERE check_at IS NOT NULL AND check_at <= $1 ORDER BY check_at, id LIMIT $3
               FOR UPDATE SKIP LOCKED)
         RETURNING id",
);
const TAKE_FOR_REFUND: Sql = sql!(
    "UPDATE payment_attempts SET refunded_minor = refunded_minor + ?2, updated_at = ?3
     WHERE id = ?1 AND captured_minor - refunded_minor - disputed_minor >= ?2"
);
const ASK_CAPTURE: Sql = sql!(
    "UPDATE payment_attempts SET capture_minor = ?2, updated_at = ?3
     WHERE id = ?1 AND state = 'authorised' AND capture_minor IS NULL"
);
const FORGET_CAPTURE: Sql = sql!(
    "UPDATE payment_attempts SET capture_minor = NULL, updated_at = ?2 WHERE id = ?1 AND state IN ('authorised', 'closed')"
);
const GIVE_BACK: Sql =
    sql!("UPDATE payment_attempts SET refunded_minor = refunded_minor - ?2, updated_at = ?3 WHERE id = ?1");
const NOTICE: Sql = sql!(
    "INSERT INTO webhook_events (gateway, event_id, reference, received_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
);
const NOTICE_REFERENCE: Sql = sql!("SELECT reference FROM webhook_events WHERE gateway = ?1 AND event_id = ?2");
const HANDLED: Sql = sql!("UPDATE webhook_events SET handled_at = ?3 WHERE gateway = ?1 AND event_id = ?2");
const PRUNE_NOTICES: Sql = sql!("DELETE FROM webhook_events WHERE received_at < ?1");

rows! {
    /// An attempt's columns.
    pub struct AttemptRow {
        id: PaymentAttemptId,
        order_id: OrderId,
        gateway: String,
        reference: Option<String>,
        amount_minor: i64,
        currency: Currency,
        state: String,
        next_step: Option<Json<NextStep>>,
        authorised: i64,
        captured: i64,
        refunded: i64,
        disputed: i64,
        decline: String,
        created_at: Instant,
        lost: i64,
        capture: String,
        authorised_until: Option<Instant>,
        capture_minor: Option<i64>,
    }
}

impl TryFrom<AttemptRow> for PaymentAttempt {
    type Error = DbError;

    fn try_from(row: AttemptRow) -> Result<Self, DbError> {
        let state = AttemptState::from_word(&row.state).ok_or_else(|| DbError::Damaged(row.state.clone()))?;
        let capture = CaptureWhen::from_word(&row.capture).ok_or_else(|| DbError::Damaged(row.capture.clone()))?;
        Ok(Self {
            id: row.id,
            order_id: row.order_id,
            gateway: row.gateway,
            reference: row.reference.map(Reference::new),
            amount: Money::new(row.amount_minor, row.currency),
            state,
            next: row.next_step.map(|Json(next)| next),
            totals: Totals {
                authorised: row.authorised,
                captured: row.captured,
                refunded: row.refunded,
                disputed: row.disputed,
                lost: row.lost,
            },
            decline: row.decline,
            created_at: row.created_at,
            capture,
            authorised_until: row.authorised_until,
            capture_asked: row.capture_minor.map(|minor| Money::new(minor, row.currency)),
        })
    }
}

/// Writes a new attempt that is looked at again at `check_at`.
pub(super) async fn insert(
    tx: &mut Tx,
    new: &NewAttempt,
    check_at: Option<Instant>,
) -> Result<PaymentAttemptId, DbError> {
    let id: PaymentAttemptId = tx.new_id();
    let now = tx.now();
    let (minor, currency) = (new.amount.minor(), new.amount.currency());
    tx.send(
        INSERT,
        p![
            id,
            new.order_id,
            new.gateway,
            minor,
            currency,
            now,
            check_at,
            new.capture.word()
        ],
    )
    .await?;
    Ok(id)
}

/// The attempt of that id.
pub async fn attempt(conn: &mut Conn, id: PaymentAttemptId) -> Result<Option<PaymentAttempt>, DbError> {
    conn.opt::<AttemptRow>(FIND, p![id])
        .await?
        .map(PaymentAttempt::try_from)
        .transpose()
}

/// The attempts of an order, the first one first.
pub async fn attempts(conn: &mut Conn, order_id: OrderId) -> Result<Vec<PaymentAttempt>, DbError> {
    conn.all::<AttemptRow>(OF_ORDER, p![order_id])
        .await?
        .into_iter()
        .map(PaymentAttempt::try_from)
        .collect()
}

/// Keeps what the gateway answered to the beginning. Answers `false` when it answered differently before.
pub(super) async fn begun(tx: &mut Tx, id: PaymentAttemptId, begun: &Begun) -> Result<bool, DbError> {
    let next = serde_json::to_value(&begun.next).map_err(|error| DbError::Damaged(error.to_string()))?;
    let now = tx.now();
    Ok(tx.exec(BEGUN, p![id, begun.reference.as_str(), next, now]).await? == 1)
}

/// Moves an attempt on.
pub(super) async fn advance(tx: &mut Tx, attempt: &PaymentAttempt) -> Result<(), DbError> {
    let now = tx.now();
    let totals = attempt.totals;
    let reference = attempt.reference.as_ref().map(Reference::as_str);
    tx.send(
        ADVANCE,
        p![
            attempt.id,
            reference,
            attempt.state.word(),
            totals.authorised,
            totals.captured,
            totals.refunded,
            totals.disputed,
            attempt.decline,
            now,
            totals.lost,
            attempt.authorised_until
        ],
    )
    .await
}

/// Puts an attempt aside for staff.
pub(super) async fn put_aside(tx: &mut Tx, id: PaymentAttemptId) -> Result<(), DbError> {
    let now = tx.now();
    tx.send(REVIEW, p![id, now]).await
}

/// When the reconciler looks at it next; never, when absent.
pub(super) async fn check_at(tx: &mut Tx, id: PaymentAttemptId, at: Option<Instant>) -> Result<(), DbError> {
    tx.send(CHECK_AT, p![id, at]).await
}

/// Takes attempts that are due for a look; nobody else gets them before `again_at`.
pub(super) async fn claim_due(tx: &mut Tx, again_at: Instant, most: i64) -> Result<Vec<PaymentAttemptId>, DbError> {
    let now = tx.now();
    let rows: Vec<(PaymentAttemptId,)> = tx.all(DUE, p![now, again_at, most]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes money for a refund out of what was captured; answers `false` when that much is not left. One statement, so that refunds side by
/// side cannot take more than there is.
pub(super) async fn take_for_refund(tx: &mut Tx, id: PaymentAttemptId, amount: Money) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(TAKE_FOR_REFUND, p![id, amount.minor(), now]).await? == 1)
}

/// Notes how much of an authorisation is to be taken; answers `false` when it is not authorised any more, or somebody was faster.
pub(super) async fn ask_capture(tx: &mut Tx, id: PaymentAttemptId, amount: Money) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(ASK_CAPTURE, p![id, amount.minor(), now]).await? == 1)
}

/// The gateway did not give it: it may be asked for again. Answers `false` when the money has come.
pub(super) async fn forget_capture(tx: &mut Tx, id: PaymentAttemptId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(FORGET_CAPTURE, p![id, now]).await? == 1)
}

/// The refund did not happen: its money counts as captured again.
pub(super) async fn give_back(tx: &mut Tx, id: PaymentAttemptId, amount: Money) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(GIVE_BACK, p![id, amount.minor(), now]).await.map(drop)
}

/// Puts a notice into the inbox; answers whether it is new.
pub(super) async fn receive(
    tx: &mut Tx,
    gateway: &str,
    event_id: &str,
    reference: &Reference,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(NOTICE, p![gateway, event_id, reference.as_str(), now]).await? == 1)
}

/// What a notice asks to look at.
pub(super) async fn notice_reference(
    conn: &mut Conn,
    gateway: &str,
    event_id: &str,
) -> Result<Option<Reference>, DbError> {
    let found: Option<(String,)> = conn.opt(NOTICE_REFERENCE, p![gateway, event_id]).await?;
    Ok(found.map(|(reference,)| Reference::new(reference)))
}

/// Marks a notice as done.
pub(super) async fn handled(tx: &mut Tx, gateway: &str, event_id: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.send(HANDLED, p![gateway, event_id, now]).await
}

/// Forgets notices received before `before`.
pub(super) async fn prune_notices(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE_NOTICES, p![before]).await
}
