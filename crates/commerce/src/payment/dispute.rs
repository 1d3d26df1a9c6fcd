//! Buyers' banks that take money back: what the shop notes when a dispute begins and when it is decided.
//!
//! The gateway says how much is disputed and how much of that is lost; what has changed since the last look is what is noted.

use serde_json::json;
use wares_db::{DbError, Tx};

use super::attempt::PaymentAttempt;
use crate::audit::Actor;
use crate::events::{self, Event, MoneyNews};
use crate::orders::{self, Order};

/// Whether a bank has still to decide about money of an order.
pub fn is_disputed(attempts: &[PaymentAttempt]) -> bool {
    attempts.iter().any(|attempt| attempt.totals.in_dispute() > 0)
}

/// Notes what has changed about disputes from one look at an attempt to the next, and has staff told.
pub(super) async fn note_changes(
    tx: &mut Tx,
    order: &Order,
    before: &PaymentAttempt,
    after: &PaymentAttempt,
) -> Result<(), DbError> {
    let (was, is) = (before.totals, after.totals);
    let lost = is.lost - was.lost;
    if lost > 0 {
        tell(tx, order, "dispute_lost", lost, MoneyNews::DisputeLost).await?;
        super::refund::spent(tx, order, -lost).await?;
    }
    let opened = is.disputed - was.disputed;
    if opened > 0 && is.in_dispute() > 0 {
        tell(tx, order, "dispute_opened", opened, MoneyNews::DisputeOpened).await?;
    }
    if opened < 0 {
        tell(tx, order, "dispute_won", -opened, MoneyNews::DisputeWon).await?;
    }
    Ok(())
}

async fn tell(tx: &mut Tx, order: &Order, kind: &str, minor: i64, news: MoneyNews) -> Result<(), DbError> {
    orders::note(tx, order.id, kind, &Actor::System, json!({ "amount_minor": minor })).await?;
    events::record(
        tx,
        Event::MoneyNeedsStaff {
            order_id: order.id,
            news,
        },
    )
    .await
}
