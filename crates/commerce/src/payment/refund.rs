//! Giving money back.
//!
//! The refund's row and its key exist before the gateway is asked, and its money is taken out of what was captured by one conditional
//! statement: Σ refunds never exceeds Σ captures, however many ask at once. An unclear answer is not a failure: the same key is asked again.

use serde::{Deserialize, Serialize};
use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_jobs::{JobError, Task};
use wares_kernel::{Instant, Money, OrderId, PaymentAttemptId, RefundId};

use super::attempt::PaymentAttempt;
use super::gateway::{self, GatewayError, RefundState, Refunded};
use super::status::payment_status;
use super::store;
use super::till::Till;
use crate::audit::Actor;
use crate::events::{self, Event};
use crate::orders;

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundProgress {
    /// Asked for, or on its way.
    Pending,
    /// Sent.
    Succeeded,
    /// It did not happen; the money is still the shop's.
    Failed,
}

impl RefundProgress {
    /// The word kept in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    /// The state a stored word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Pending, Self::Succeeded, Self::Failed]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// A refund as it is kept.
#[derive(Debug, Clone)]
pub struct Refund {
    /// Its id, which is its key at the gateway.
    pub id: RefundId,
    /// The order.
    pub order_id: OrderId,
    /// The attempt whose money goes back.
    pub attempt_id: PaymentAttemptId,
    /// How much.
    pub amount: Money,
    /// How far it is.
    pub state: RefundProgress,
    /// The gateway's name for it.
    pub reference: Option<String>,
    /// Why.
    pub reason: String,
    /// Why it failed, or empty.
    pub failure: String,
    /// When it was asked for.
    pub created_at: Instant,
    /// When it ended.
    pub settled_at: Option<Instant>,
}

/// Why money is not given back.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// Less is left than was asked for.
    #[error("Only {left} can still be refunded", left = .left.decimal())]
    TooMuch {
        /// What can still be refunded.
        left: Money,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl RefundError {
    /// For steps that refund what has just come in full: then only the database can fail.
    pub(super) fn into_db(self) -> DbError {
        match self {
            Self::Db(error) => error,
            other => DbError::Damaged(other.to_string()),
        }
    }
}

/// Asks for money of an order to be given back.
#[derive(Debug, Clone)]
pub struct RequestRefund {
    /// Who asks.
    pub actor: Actor,
    /// The order.
    pub order_id: OrderId,
    /// How much, above zero.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

impl Write for RequestRefund {
    type Out = Vec<RefundId>;
    type Error = RefundError;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<RefundId>, RefundError> {
        let order = orders::lock(tx, self.order_id).await?.ok_or(RefundError::NoOrder)?;
        let attempts = store::attempts(tx, order.id).await?;
        let left = attempts.iter().map(left_of).sum::<i64>();
        if self.amount.minor() <= 0 || self.amount.minor() > left {
            return Err(RefundError::TooMuch {
                left: Money::new(left, order.currency),
            });
        }
        let mut open = self.amount.minor();
        let mut refunds = Vec::new();
        for attempt in attempts.iter().filter(|attempt| left_of(attempt) > 0) {
            let part = open.min(left_of(attempt));
            if part > 0 {
                refunds.push(request(tx, attempt, Money::new(part, order.currency), &self.reason, &self.actor).await?);
                open -= part;
            }
        }
        Ok(refunds)
    }
}

fn left_of(attempt: &PaymentAttempt) -> i64 {
    attempt.totals.captured - attempt.totals.refunded
}

/// Gives back everything that is left of an order's payments, as a step of cancelling it.
pub async fn refund_all(tx: &mut Tx, order_id: OrderId, reason: &str, actor: &Actor) -> Result<Vec<RefundId>, DbError> {
    let mut refunds = Vec::new();
    for attempt in store::attempts(tx, order_id).await? {
        if left_of(&attempt) > 0 {
            let left = Money::new(left_of(&attempt), attempt.amount.currency());
            refunds.push(
                request(tx, &attempt, left, reason, actor)
                    .await
                    .map_err(RefundError::into_db)?,
            );
        }
    }
    Ok(refunds)
}

/// Takes the money for a refund, writes its row, and has it carried out.
pub(super) async fn request(
    tx: &mut Tx,
    attempt: &PaymentAttempt,
    amount: Money,
    reason: &str,
    actor: &Actor,
) -> Result<RefundId, RefundError> {
    if !store::take_for_refund(tx, attempt.id, amount).await? {
        let left = Money::new(left_of(attempt).max(0), amount.currency());
        return Err(RefundError::TooMuch { left });
    }
    let id = store::insert_refund(tx, attempt, amount, reason, actor.staff_id()).await?;
    let data = json!({ "amount_minor": amount.minor(), "reason": reason });
    orders::note(tx, attempt.order_id, "refund_requested", actor, data).await?;
    follow(tx, attempt.order_id).await?;
    events::record(tx, Event::RefundRequested { refund_id: id }).await?;
    Ok(id)
}

/// Brings the order's payment axis in line with its attempts.
async fn follow(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    let status = payment_status(&store::attempts(tx, order_id).await?);
    orders::set_payment_status(tx, order_id, status).await
}

/// The job that carries a refund out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CarryOutRefund {
    /// The refund.
    pub refund_id: RefundId,
}

impl Task for CarryOutRefund {
    const KIND: &'static str = "payment.refund";
}

/// Asks the gateway for a refund, with the refund's id as the key, and keeps its answer.
pub async fn carry_out(till: &Till, task: CarryOutRefund) -> Result<(), JobError> {
    let mut reader = till.db.read().await?;
    let refund = store::refund(&mut reader, task.refund_id)
        .await?
        .ok_or_else(|| gone("the refund"))?;
    let attempt = store::attempt(&mut reader, refund.attempt_id)
        .await?
        .ok_or_else(|| gone("the attempt"))?;
    drop(reader);
    if refund.state != RefundProgress::Pending {
        return Ok(());
    }
    let (Some(reference), Some(gateway)) = (attempt.reference.clone(), till.gateways.get(&attempt.gateway)) else {
        return Err(JobError::Retry(anyhow::anyhow!(
            "the gateway {} is not set up",
            attempt.gateway
        )));
    };
    let answer = gateway
        .refund(&gateway::Refund {
            id: refund.id,
            reference,
            amount: refund.amount,
        })
        .await;
    let outcome = match answer {
        Ok(refunded) => Outcome::of(&refunded),
        Err(GatewayError::Invalid(message)) => Outcome {
            state: RefundProgress::Failed,
            reference: None,
            failure: message,
        },
        Err(GatewayError::Declined { reason }) => Outcome {
            state: RefundProgress::Failed,
            reference: None,
            failure: reason.to_string(),
        },
        Err(unclear) => return Err(JobError::Retry(unclear.into())),
    };
    let pending = outcome.state == RefundProgress::Pending;
    let by_hand = attempt.gateway == super::BANK_TRANSFER || attempt.gateway == super::CASH_ON_DELIVERY;
    till.db
        .write(KeepOutcome {
            refund_id: refund.id,
            outcome,
            actor: Actor::System,
        })
        .await?;
    if pending && !by_hand {
        return Err(JobError::Retry(anyhow::anyhow!("the refund is on its way")));
    }
    Ok(())
}

fn gone(what: &str) -> JobError {
    JobError::Fail(anyhow::anyhow!("{what} is gone"))
}

/// What came of a refund.
#[derive(Debug, Clone)]
struct Outcome {
    state: RefundProgress,
    reference: Option<String>,
    failure: String,
}

impl Outcome {
    fn of(refunded: &Refunded) -> Self {
        let state = match refunded.state {
            RefundState::Pending => RefundProgress::Pending,
            RefundState::Succeeded => RefundProgress::Succeeded,
            RefundState::Failed => RefundProgress::Failed,
        };
        let failure = if state == RefundProgress::Failed {
            "The gateway could not send the money back"
        } else {
            ""
        };
        Self {
            state,
            reference: Some(refunded.reference.clone()),
            failure: failure.to_owned(),
        }
    }
}

#[derive(Debug, Clone)]
struct KeepOutcome {
    refund_id: RefundId,
    outcome: Outcome,
    actor: Actor,
}

impl Write for KeepOutcome {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let refund = store::refund(tx, self.refund_id).await?.ok_or(DbError::NotFound)?;
        if self.outcome.state == RefundProgress::Pending {
            let reference = self.outcome.reference.clone().unwrap_or_default();
            return store::refund_reference(tx, refund.id, &reference).await;
        }
        let reference = self.outcome.reference.as_deref();
        if !store::settle_refund(tx, refund.id, self.outcome.state, reference, &self.outcome.failure).await? {
            return Ok(());
        }
        let data = json!({ "amount_minor": refund.amount.minor(), "failure": self.outcome.failure });
        if self.outcome.state == RefundProgress::Failed {
            store::give_back(tx, refund.attempt_id, refund.amount).await?;
            orders::note(tx, refund.order_id, "refund_failed", &self.actor, data).await?;
        } else {
            orders::note(tx, refund.order_id, "refund_succeeded", &self.actor, data).await?;
            events::record(tx, Event::RefundSucceeded { refund_id: refund.id }).await?;
        }
        follow(tx, refund.order_id).await
    }
}

/// Staff have sent the money of a pending refund by hand (bank transfer, cash).
#[derive(Debug, Clone)]
pub struct SettleByHand {
    /// Who sent it.
    pub actor: Actor,
    /// The refund.
    pub refund_id: RefundId,
}

impl Write for SettleByHand {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let outcome = Outcome {
            state: RefundProgress::Succeeded,
            reference: None,
            failure: String::new(),
        };
        KeepOutcome {
            refund_id: self.refund_id,
            outcome,
            actor: self.actor.clone(),
        }
        .run(tx)
        .await
    }
}
