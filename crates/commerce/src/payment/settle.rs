//! The one way on which money reaches an order.

use serde_json::json;
use wares_db::fault::{self, Point};
use wares_db::{DbError, Tx, Write};
use wares_kernel::{Money, PaymentAttemptId};

use super::attempt::{AttemptState, CaptureWhen, PaymentAttempt};
use super::authorised::{authorised, lapsed};
use super::dispute;
use super::gateway::{GatewayError, Snapshot};
use super::refund;
use super::status::payment_status;
use super::store;
use super::till::Till;
use crate::audit::Actor;
use crate::events::{self, Event};
use crate::guards::{Guard, holds};
use crate::inventory::{self, ReserveError};
use crate::orders::{self, Order, OrderState};
use crate::pricing::discount::{self, RedeemError, Redemption};

/// Applies what the gateway says about an attempt to its order.
///
/// The snapshot is one that was fetched; it never comes from a browser or a notice.
#[derive(Debug, Clone)]
pub struct Settle {
    /// The attempt.
    pub attempt_id: PaymentAttemptId,
    /// What the gateway says.
    pub snapshot: Snapshot,
}

/// What settling found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The order is paid, by this snapshot or before.
    Paid,
    /// The money is reserved and the order counts; it is taken later.
    Authorised,
    /// Nothing has come yet; it may still come.
    Waiting,
    /// This attempt is over without money.
    Closed,
    /// The money came for an order that could not be served any more; it is on its way back.
    Returned,
    /// Something does not fit; staff will look.
    Review,
}

impl Write for Settle {
    type Out = Settled;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Settled, DbError> {
        let order = orders::lock_of_attempt(tx, self.attempt_id).await?;
        let order = order.ok_or(DbError::NotFound)?;
        let before = store::attempt(tx, self.attempt_id).await?.ok_or(DbError::NotFound)?;
        if before.state == AttemptState::Review {
            return Ok(Settled::Review);
        }
        if !before.fits(&self.snapshot) && holds(Guard::Fits) {
            return review(tx, &before, &self.snapshot).await;
        }
        let after = moved_on(&before, &self.snapshot);
        if after == before && holds(Guard::CapturedOnce) {
            return Ok(standing(after.state));
        }
        store::advance(tx, &after).await?;
        let settled = match (before.state, after.state) {
            (AttemptState::Captured, AttemptState::Captured) if holds(Guard::CapturedOnce) => Settled::Paid,
            (_, AttemptState::Captured) => captured(tx, &order, &after).await?,
            (AttemptState::Authorised, AttemptState::Closed) => lapsed(tx, &order).await?,
            (_, AttemptState::Closed) => Settled::Closed,
            (AttemptState::Authorised, AttemptState::Authorised) => Settled::Authorised,
            (_, AttemptState::Authorised) => authorised(tx, &order, &after).await?,
            _ => Settled::Waiting,
        };
        dispute::note_changes(tx, &order, &before, &after).await?;
        let status = payment_status(&store::attempts(tx, order.id).await?);
        if holds(Guard::PaymentStatus) {
            orders::set_payment_status(tx, order.id, status).await?;
        }
        tx.reach(Point::PaymentSettled).await?;
        Ok(settled)
    }
}

/// What a snapshot says that brings nothing new: the browser came back after the notice, or the notice after the browser.
const fn standing(state: AttemptState) -> Settled {
    match state {
        AttemptState::Captured => Settled::Paid,
        AttemptState::Authorised => Settled::Authorised,
        AttemptState::Closed => Settled::Closed,
        AttemptState::Created | AttemptState::Begun => Settled::Waiting,
        AttemptState::Review => Settled::Review,
    }
}

/// The attempt as the snapshot leaves it.
fn moved_on(before: &PaymentAttempt, snapshot: &Snapshot) -> PaymentAttempt {
    let decline = snapshot.decline.map(|reason| reason.to_string());
    PaymentAttempt {
        reference: Some(snapshot.reference.clone()),
        state: before.state_after(snapshot),
        totals: before.totals_after(snapshot),
        decline: decline.unwrap_or_else(|| before.decline.clone()),
        authorised_until: snapshot.authorised_until.or(before.authorised_until),
        ..before.clone()
    }
}

/// The money of an attempt has come, for the first time that anybody here hears of it.
async fn captured(tx: &mut Tx, order: &Order, attempt: &PaymentAttempt) -> Result<Settled, DbError> {
    store::check_at(tx, attempt.id, None).await?;
    let data = json!({ "amount_minor": attempt.totals.captured, "gateway": attempt.gateway });
    orders::note(tx, order.id, "payment_captured", &Actor::System, data).await?;
    tx.reach(Point::MoneyNoted).await?;
    // Of an authorisation the shop takes what it wants; what comes at once comes as a whole.
    let is_all = attempt.totals.captured >= attempt.amount.minor();
    let is_whole = is_all || attempt.capture != CaptureWhen::AtOnce;
    if !is_whole && holds(Guard::WholeAmount) {
        return partly(tx, order, attempt, attempt.totals.captured).await;
    }
    if can_be_served(tx, order, attempt).await? {
        let came = Money::new(attempt.totals.captured, order.currency);
        orders::confirm(tx, order, came, &Actor::System).await?;
        if !is_all {
            let confirmed = orders::find(tx, order.id).await?.ok_or(DbError::NotFound)?;
            refund::let_go(tx, &confirmed, attempt).await?;
        }
        return Ok(Settled::Paid);
    }
    if !holds(Guard::MoneyBack) {
        return Ok(Settled::Returned);
    }
    give_back(tx, order, attempt).await
}

/// Less came than is owed: the goods stay where they are, and staff decide.
pub(super) async fn partly(
    tx: &mut Tx,
    order: &Order,
    attempt: &PaymentAttempt,
    came_minor: i64,
) -> Result<Settled, DbError> {
    let data = json!({ "owed_minor": attempt.amount.minor(), "captured_minor": came_minor });
    orders::note(tx, order.id, "payment_review", &Actor::System, data).await?;
    store::put_aside(tx, attempt.id).await?;
    Ok(Settled::Review)
}

/// Whether the order still waits for this money: it is held for it, or its stock can be taken again.
pub(super) async fn can_be_served(tx: &mut Tx, order: &Order, attempt: &PaymentAttempt) -> Result<bool, DbError> {
    match order.state {
        OrderState::AwaitingPayment => Ok(true),
        // An order on delivery or by transfer is confirmed before it is paid; the first money is its money.
        OrderState::Placed | OrderState::Completed => {
            let others = store::attempts(tx, order.id).await?;
            Ok(!others
                .iter()
                .any(|other| other.id != attempt.id && (other.totals.captured > 0 || is_reserved(other))))
        }
        OrderState::Expired => Ok(!holds(Guard::LateStock) || take_again(tx, order).await?),
        OrderState::Cancelled => Ok(!holds(Guard::Cancelled)),
    }
}

fn is_reserved(attempt: &PaymentAttempt) -> bool {
    attempt.state == AttemptState::Authorised
}

/// The buyer paid after the time was up: the goods may still be there, and the discounts may still be used.
async fn take_again(tx: &mut Tx, order: &Order) -> Result<bool, DbError> {
    let wants: Vec<_> = orders::lines(tx, order.id)
        .await?
        .iter()
        .map(|line| (line.variant_id, line.quantity))
        .collect();
    match inventory::reserve(tx, order.id, &wants).await {
        Ok(()) => {}
        Err(ReserveError::SoldOut(_)) => return Ok(false),
        Err(ReserveError::Db(error)) => return Err(error),
    }
    if !holds(Guard::LateCode) || use_again(tx, order).await? {
        return Ok(true);
    }
    inventory::release(tx, order.id).await?;
    Ok(false)
}

/// The discounts it was placed with may have been used by others meanwhile. Then it cannot be had at the price that was paid.
async fn use_again(tx: &mut Tx, order: &Order) -> Result<bool, DbError> {
    let redemption = Redemption::of(order.id, &order.quote, order.customer_id, &order.email);
    match discount::redeem(tx, &redemption).await {
        Ok(()) => Ok(true),
        Err(RedeemError::Refused(_)) => Ok(false),
        Err(RedeemError::Db(error)) => Err(error),
    }
}

/// The order cannot be served: the money goes back by itself, and both sides are told.
async fn give_back(tx: &mut Tx, order: &Order, attempt: &PaymentAttempt) -> Result<Settled, DbError> {
    let reason = "The order could not be fulfilled any more";
    let here = Money::new(attempt.totals.left(), attempt.amount.currency());
    refund::return_money(tx, attempt, here, reason).await?;
    events::record(tx, Event::PaymentReturned { order_id: order.id }).await?;
    Ok(Settled::Returned)
}

/// Amount, currency or origin do not fit: nothing is believed, everything stays as it is, and staff look.
async fn review(tx: &mut Tx, attempt: &PaymentAttempt, snapshot: &Snapshot) -> Result<Settled, DbError> {
    tracing::error!(attempt.id = %attempt.id, "A payment does not fit attempt {}", attempt.id);
    let data = json!({
        "owed": attempt.amount.to_string(),
        "asked": snapshot.amount.to_string(),
        "captured": snapshot.captured.to_string(),
        "reference": snapshot.reference.as_str(),
    });
    orders::note(tx, attempt.order_id, "payment_review", &Actor::System, data).await?;
    store::put_aside(tx, attempt.id).await?;
    Ok(Settled::Review)
}

/// Why an attempt could not be settled now. All of it can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The gateway gave no answer that could be used.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Fetches the payment of an attempt and settles it: what a returning browser does.
pub async fn settle(till: &Till, attempt: &PaymentAttempt) -> Result<Settled, SettleError> {
    let (Some(reference), Some(gateway)) = (&attempt.reference, till.gateways.get(&attempt.gateway)) else {
        return Ok(Settled::Waiting);
    };
    let snapshot = gateway.fetch(reference).await?;
    fault::reach(Point::PaymentFetched).await?;
    let attempt_id = attempt.id;
    Ok(till.db.write(Settle { attempt_id, snapshot }).await?)
}
