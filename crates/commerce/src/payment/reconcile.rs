//! Looking after every attempt that is still open, whoever forgot to tell.

use std::time::Duration;

use wares_db::fault::{self, Point};
use wares_db::{DbError, Tx, Write};
use wares_kernel::{Instant, PaymentAttemptId};

use super::attempt::{AttemptState, PaymentAttempt};
use super::begin::{BeginError, begin};
use super::gateway::Gateway;
use super::settle::{Settle, SettleError, Settled};
use super::store;
use super::till::Till;
use crate::guards::{Guard, holds};
use crate::orders::{self, Order, OrderState};

/// How many attempts one round looks at.
const ROUND: i64 = 50;
/// How long an attempt is left to whoever took it.
const LEASE: Duration = Duration::from_mins(1);
/// The pause between two looks at an attempt that is only waiting for the shop to take its money.
const AUTHORISED_PAUSE: Duration = Duration::from_hours(6);
/// The longest pause between two looks at an attempt.
const PAUSE_MAX: Duration = Duration::from_mins(10);

/// Looks at the attempts that are due; answers how many there were. Run every few seconds on every instance.
pub async fn reconcile(till: &Till) -> Result<usize, DbError> {
    let due = till.db.write(ClaimDue).await?;
    if !due.is_empty() {
        fault::reach(Point::AttemptsClaimed).await?;
    }
    for id in &due {
        if let Err(error) = look(till, *id).await {
            // It stays due and is looked at again when its lease is over.
            tracing::warn!(attempt.id = %id, %error, "Attempt {id} could not be looked at");
        }
    }
    Ok(due.len())
}

struct ClaimDue;

impl Write for ClaimDue {
    type Out = Vec<PaymentAttemptId>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out, DbError> {
        let again_at = tx.now().plus(LEASE);
        store::claim_due(tx, again_at, ROUND).await
    }
}

async fn load(till: &Till, id: PaymentAttemptId) -> Result<(PaymentAttempt, Order), DbError> {
    let mut reader = till.db.read().await?;
    let attempt = store::attempt(&mut reader, id).await?.ok_or(DbError::NotFound)?;
    let order = orders::find(&mut reader, attempt.order_id)
        .await?
        .ok_or(DbError::NotFound)?;
    Ok((attempt, order))
}

/// One look: begin what was never begun, fetch, settle; and when the order's time is up, close the page *before* anything is freed.
async fn look(till: &Till, id: PaymentAttemptId) -> Result<(), SettleError> {
    let (attempt, _) = load(till, id).await?;
    if attempt.reference.is_none() && attempt.state.is_live() && holds(Guard::FindOut) {
        find_out(till, id).await?;
    }
    let (attempt, order) = load(till, id).await?;
    let Some(gateway) = till.gateways.get(&attempt.gateway) else {
        return Ok(());
    };
    let Some(reference) = attempt.reference.clone() else {
        return Ok(());
    };
    let snapshot = gateway.fetch(&reference).await?;
    fault::reach(Point::AttemptFetched).await?;
    let settled = till
        .db
        .write(Settle {
            attempt_id: id,
            snapshot,
        })
        .await?;
    let may_still_come = matches!(settled, Settled::Waiting | Settled::Authorised);
    if may_still_come && is_over(&order, till.clock.now()) && holds(Guard::Close) {
        close(till, gateway.as_ref(), &attempt).await?;
    }
    till.db.write(AfterLook { id }).await?;
    Ok(())
}

/// The program ended between writing the attempt and hearing of it: the same key tells what became of it.
async fn find_out(till: &Till, id: PaymentAttemptId) -> Result<(), SettleError> {
    match begin(till, id).await {
        Ok(_) | Err(BeginError::NothingToPay | BeginError::NotOffered) => Ok(()),
        Err(BeginError::Gateway(error)) => Err(error.into()),
        Err(BeginError::Db(error)) => Err(error.into()),
    }
}

/// Whether nobody may pay this order any more.
fn is_over(order: &Order, now: Instant) -> bool {
    match order.state {
        OrderState::AwaitingPayment => order.hold_until.is_some_and(|until| until <= now),
        OrderState::Expired | OrderState::Cancelled => true,
        OrderState::Placed | OrderState::Completed => false,
    }
}

/// Closes the payment page at the gateway and settles what it says then: closed, or that the buyer was faster.
async fn close(till: &Till, gateway: &dyn Gateway, attempt: &PaymentAttempt) -> Result<(), SettleError> {
    let Some(reference) = &attempt.reference else {
        return Ok(());
    };
    let snapshot = gateway.close(reference).await?;
    fault::reach(Point::PageClosed).await?;
    till.db
        .write(Settle {
            attempt_id: attempt.id,
            snapshot,
        })
        .await?;
    Ok(())
}

/// Plans the next look, and frees the order's stock when its time is up and none of its attempts can bring money any more.
struct AfterLook {
    id: PaymentAttemptId,
}

impl Write for AfterLook {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let order = orders::lock_of_attempt(tx, self.id).await?;
        let order = order.ok_or(DbError::NotFound)?;
        let attempts = store::attempts(tx, order.id).await?;
        let attempt = attempts
            .iter()
            .find(|attempt| attempt.id == self.id)
            .ok_or(DbError::NotFound)?;
        let next = next_look(attempt, &order, tx.now()).filter(|_| holds(Guard::LookAgain));
        store::check_at(tx, self.id, next).await?;
        let is_dead = attempts
            .iter()
            .all(|attempt| !attempt.state.is_live() && attempt.totals.captured == 0);
        if order.state == OrderState::AwaitingPayment && is_over(&order, tx.now()) && is_dead && holds(Guard::Expire) {
            orders::expire(tx, &order).await?;
        }
        Ok(())
    }
}

/// Soon at first, then ever more rarely; but at once when the order's time is up.
///
/// An attempt that is closed while its order still waits is looked at once more when the order's time is up, so that the stock is freed.
fn next_look(attempt: &PaymentAttempt, order: &Order, now: Instant) -> Option<Instant> {
    let awaits = order.state == OrderState::AwaitingPayment;
    let deadline = order.hold_until.filter(|until| awaits && *until > now);
    if !attempt.state.is_live() {
        return deadline;
    }
    if attempt.state == AttemptState::Authorised {
        let next = now.plus(AUTHORISED_PAUSE);
        return Some(
            attempt
                .authorised_until
                .filter(|until| *until > now)
                .map_or(next, |until| until.min(next)),
        );
    }
    let age = now.since(attempt.created_at);
    let pause = (age / 4).clamp(Duration::from_secs(15), PAUSE_MAX);
    let at = now.plus(pause);
    Some(deadline.map_or(at, |deadline| deadline.min(at)))
}
