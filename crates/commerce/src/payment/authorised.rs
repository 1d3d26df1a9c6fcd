//! Money that is only reserved: the order counts, and the shop has until a day to take it.

use std::time::Duration;

use serde_json::json;
use wares_db::fault::Point;
use wares_db::{DbError, Tx};

use super::attempt::PaymentAttempt;
use super::settle::{Settled, can_be_served, partly};
use super::store;
use crate::audit::Actor;
use crate::events::{self, Event, MoneyNews};
use crate::orders::{self, CancelRefusal, Order, OrderState};

/// How long before an authorisation ends staff are reminded.
pub const REMIND_BEFORE: Duration = Duration::from_hours(48);

/// The buyer has agreed, for the first time that anybody here hears of it.
pub(super) async fn authorised(tx: &mut Tx, order: &Order, attempt: &PaymentAttempt) -> Result<Settled, DbError> {
    let data = json!({ "amount_minor": attempt.totals.authorised, "gateway": attempt.gateway });
    orders::note(tx, order.id, "payment_authorised", &Actor::System, data).await?;
    tx.reach(Point::AuthorisationNoted).await?;
    if attempt.totals.authorised < attempt.amount.minor() {
        return partly(tx, order, attempt, attempt.totals.authorised).await;
    }
    let now = tx.now();
    if !can_be_served(tx, order, attempt).await? {
        // Nothing was taken: the reconciler lets the authorisation go.
        store::check_at(tx, attempt.id, Some(now)).await?;
        return Ok(Settled::Waiting);
    }
    orders::confirm_unpaid(tx, order, &Actor::System).await?;
    events::record(
        tx,
        Event::PaymentAuthorised {
            order_id: order.id,
            until: attempt.authorised_until,
        },
    )
    .await?;
    Ok(Settled::Authorised)
}

/// Nothing can be taken any more: an order of which nothing was sent is called off, so that nobody sends it for nothing.
pub(super) async fn lapsed(tx: &mut Tx, order: &Order) -> Result<Settled, DbError> {
    if order.state != OrderState::Placed {
        return Ok(Settled::Closed);
    }
    orders::note(tx, order.id, "authorisation_lapsed", &Actor::System, json!({})).await?;
    let news = MoneyNews::AuthorisationLapsed;
    events::record(
        tx,
        Event::MoneyNeedsStaff {
            order_id: order.id,
            news,
        },
    )
    .await?;
    let reason = "The payment was not taken before its authorisation ended";
    match orders::cancel(tx, order, &Actor::System, reason).await {
        Ok(()) | Err(CancelRefusal::Shipped | CancelRefusal::Over { .. }) => Ok(Settled::Closed),
        Err(CancelRefusal::Db(error)) => Err(error),
    }
}
