//! Taking money that was only authorised: when staff say so, or when the first parcel leaves.
//!
//! How much is taken is written before the gateway is asked, and together with the attempt's id it is the key there: however many ask,
//! one capture is made. An authorisation is captured once, for the whole order or for some of its pieces; what is not taken is let go when the
//! money has come ([`refund::let_go`]).

use serde::{Deserialize, Serialize};
use serde_json::json;
use wares_db::fault::{self, Point};
use wares_db::{DbError, Tx, Write};
use wares_jobs::{JobError, Task};
use wares_kernel::{Money, MoneyError, OrderId, OrderLineId, PaymentAttemptId};

use super::attempt::{AttemptState, CaptureWhen, PaymentAttempt};
use super::gateway::{Capture, Gateway, GatewayError};
use super::refund::{self, Portion, Rest};
use super::settle::Settle;
use super::store;
use super::till::Till;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::orders::{self, Order, OrderLine};

/// Asks for the authorised money of an order to be taken.
#[derive(Debug, Clone)]
pub struct RequestCapture {
    /// Who asks.
    pub actor: Actor,
    /// The order.
    pub order_id: OrderId,
    /// The pieces it is taken for; the whole order, when absent. The others are not sent any more, and back in stock.
    pub portion: Option<Portion>,
    /// Less than those come to, when present. What is not taken is let go.
    pub amount: Option<Money>,
}

/// Why money is not taken.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// Nothing is authorised: it was taken, let go, or never reserved.
    #[error("There is no authorised payment that could be taken")]
    NotAuthorised,
    /// Somebody has asked before.
    #[error("This payment is being taken already")]
    Asked,
    /// No pieces.
    #[error("Choose what the money is taken for")]
    Nothing,
    /// More pieces than were ordered.
    #[error("Only {left} of {title} were ordered")]
    TooMany {
        /// The line.
        line_id: OrderLineId,
        /// Its name.
        title: String,
        /// Pieces.
        left: i64,
    },
    /// Pieces that were sent would be left out.
    #[error("{sent} of {title} were sent already: take the money for at least those")]
    Sent {
        /// The line.
        line_id: OrderLineId,
        /// Its name.
        title: String,
        /// Pieces.
        sent: i64,
    },
    /// Nothing, or more than it comes to.
    #[error("Enter an amount up to {most}", most = .most.decimal())]
    Amount {
        /// What the chosen pieces come to.
        most: Money,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for RequestCapture {
    type Out = ();
    type Error = CaptureError;

    async fn run(&self, tx: &mut Tx) -> Result<(), CaptureError> {
        let order = orders::lock(tx, self.order_id).await?.ok_or(CaptureError::NoOrder)?;
        let attempts = store::attempts(tx, order.id).await?;
        let attempt = authorised(&attempts).ok_or(CaptureError::NotAuthorised)?;
        let lines = orders::lines(tx, order.id).await?;
        let rest = refund::rest(tx, &order, &lines).await?;
        let most = comes_to(self.portion.as_ref(), &rest, &lines)?;
        let amount = self.amount.unwrap_or(most);
        if amount.minor() <= 0 || amount.minor() > most.minor() {
            return Err(CaptureError::Amount { most });
        }
        if !ask(tx, &order, attempt, amount, &self.actor).await? {
            return Err(CaptureError::Asked);
        }
        refund::keep_portion(tx, attempt.id, self.portion.as_ref()).await?;
        let data = json!({ "amount_minor": amount.minor() });
        let object = Object::order(order.id, order.number.to_string());
        audit::record(tx, &self.actor, Action::Captured, object, data).await?;
        Ok(())
    }
}

/// What the money for a portion of an order comes to, by the same shares as refunds; all of it where none was chosen. `rest` is what can be
/// taken.
pub fn comes_to(portion: Option<&Portion>, rest: &Rest, lines: &[OrderLine]) -> Result<Money, CaptureError> {
    let Some(portion) = portion else {
        return Ok(rest.sum()?.amount);
    };
    if portion.pieces.is_empty() {
        return Err(CaptureError::Nothing);
    }
    for (line, rest) in lines.iter().zip(&rest.lines) {
        let chosen = portion.pieces.iter().filter(|(id, _)| *id == line.id);
        let n: i64 = chosen.map(|(_, n)| n.as_i64()).sum();
        let (line_id, title) = (line.id, line.name());
        if n > rest.n_left {
            let left = rest.n_left;
            return Err(CaptureError::TooMany { line_id, title, left });
        }
        if rest.n_left - n > line.n_to_ship() {
            let sent = rest.n_left - line.n_to_ship();
            return Err(CaptureError::Sent { line_id, title, sent });
        }
    }
    Ok(portion.shares(rest)?.sum()?.amount)
}

impl From<MoneyError> for CaptureError {
    fn from(error: MoneyError) -> Self {
        Self::Db(DbError::Damaged(error.to_string()))
    }
}

/// The attempt that holds an authorisation; at most one does.
fn authorised(attempts: &[PaymentAttempt]) -> Option<&PaymentAttempt> {
    attempts
        .iter()
        .find(|attempt| attempt.state == AttemptState::Authorised)
}

/// Writes how much is to be taken and has it done; answers `false` when somebody was faster.
async fn ask(
    tx: &mut Tx,
    order: &Order,
    attempt: &PaymentAttempt,
    amount: Money,
    actor: &Actor,
) -> Result<bool, DbError> {
    if !store::ask_capture(tx, attempt.id, amount).await? {
        return Ok(false);
    }
    let data = json!({ "amount_minor": amount.minor() });
    orders::note(tx, order.id, "capture_requested", actor, data).await?;
    events::record(tx, Event::CaptureRequested { attempt_id: attempt.id }).await?;
    Ok(true)
}

/// A parcel has left: money that is taken on shipping is taken now, all of it. A step of what follows from that.
pub async fn capture_on_shipping(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    let Some(order) = orders::lock(tx, order_id).await? else {
        return Ok(());
    };
    let attempts = store::attempts(tx, order.id).await?;
    let waits = authorised(&attempts).filter(|attempt| attempt.capture == CaptureWhen::OnShipping);
    if let Some(attempt) = waits {
        ask(tx, &order, attempt, attempt.amount, &Actor::System).await?;
    }
    Ok(())
}

/// The job that takes the money.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CarryOutCapture {
    /// The attempt.
    pub attempt_id: PaymentAttemptId,
}

impl Task for CarryOutCapture {
    const KIND: &'static str = "payment.capture";
}

/// Asks the gateway to take the money, and settles what it answers.
pub async fn carry_out_capture(till: &Till, task: CarryOutCapture) -> Result<(), JobError> {
    let attempt = store::attempt(&mut *till.db.read().await?, task.attempt_id).await?;
    let attempt = attempt.ok_or_else(|| JobError::Fail(anyhow::anyhow!("the attempt is gone")))?;
    let (AttemptState::Authorised, Some(amount)) = (attempt.state, attempt.capture_asked) else {
        return Ok(());
    };
    let (Some(reference), Some(gateway)) = (attempt.reference.clone(), till.gateways.get(&attempt.gateway)) else {
        return Err(JobError::Retry(anyhow::anyhow!(
            "the gateway {} is not set up",
            attempt.gateway
        )));
    };
    let capture = Capture {
        reference,
        attempt_id: attempt.id,
        amount,
    };
    fault::reach(Point::CaptureAsked).await?;
    let answer = gateway.capture(&capture).await;
    fault::reach(Point::CaptureAnswered).await?;
    match answer {
        Ok(snapshot) => settle(till, &attempt, snapshot).await,
        Err(GatewayError::Invalid(reason)) => refused(till, gateway.as_ref(), &capture, reason).await,
        Err(GatewayError::Declined { reason }) => refused(till, gateway.as_ref(), &capture, reason.to_string()).await,
        Err(unclear) => Err(JobError::Retry(unclear.into())),
    }
}

async fn settle(till: &Till, attempt: &PaymentAttempt, snapshot: super::gateway::Snapshot) -> Result<(), JobError> {
    let attempt_id = attempt.id;
    till.db.write(Settle { attempt_id, snapshot }).await?;
    Ok(())
}

/// The gateway does not give the money: what is true now is fetched and settled, and staff may ask again if there is still something to take.
async fn refused(till: &Till, gateway: &dyn Gateway, asked: &Capture, reason: String) -> Result<(), JobError> {
    let snapshot = gateway.fetch(&asked.reference).await;
    let snapshot = snapshot.map_err(|error| JobError::Retry(error.into()))?;
    let attempt_id = asked.attempt_id;
    till.db.write(Settle { attempt_id, snapshot }).await?;
    till.db.write(NotTaken { attempt_id, reason }).await?;
    Ok(())
}

#[derive(Debug, Clone)]
struct NotTaken {
    attempt_id: PaymentAttemptId,
    reason: String,
}

impl Write for NotTaken {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let order = orders::lock_of_attempt(tx, self.attempt_id).await?;
        let order = order.ok_or(DbError::NotFound)?;
        if store::forget_capture(tx, self.attempt_id).await? {
            let data = json!({ "reason": self.reason });
            orders::note(tx, order.id, "capture_failed", &Actor::System, data).await?;
        }
        Ok(())
    }
}
