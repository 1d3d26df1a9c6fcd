//! Carrying a refund out at its gateway.

use serde::{Deserialize, Serialize};
use serde_json::json;
use wares_db::fault::{self, Point};
use wares_db::{DbError, Tx, Write};
use wares_jobs::{JobError, Task};
use wares_kernel::{OrderId, RefundId};

use super::{Refund, RefundProgress, attempts, follow, spent, store};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::orders::{self, Order};
use crate::payment::attempt::PaymentAttempt;
use crate::payment::gateway::{self, GatewayError, RefundState, Refunded};
use crate::payment::till::Till;
use crate::payment::{BANK_TRANSFER, CASH_ON_DELIVERY};

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
    let attempt = attempts::attempt(&mut reader, refund.attempt_id)
        .await?
        .ok_or_else(|| gone("the attempt"))?;
    drop(reader);
    if refund.state != RefundProgress::Pending {
        return Ok(());
    }
    // Nobody can be asked: staff send the money, and record that.
    if is_by_hand(&attempt) {
        return Ok(());
    }
    let (Some(reference), Some(gateway)) = (attempt.reference.clone(), till.gateways.get(&attempt.gateway)) else {
        return Err(JobError::Retry(anyhow::anyhow!(
            "the gateway {} is not set up",
            attempt.gateway
        )));
    };
    fault::reach(Point::RefundAsked).await?;
    let answer = gateway
        .refund(&gateway::Refund {
            id: refund.id,
            reference,
            amount: refund.amount,
        })
        .await;
    fault::reach(Point::RefundAnswered).await?;
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
    till.db
        .write(KeepOutcome {
            refund_id: refund.id,
            outcome,
            actor: Actor::System,
        })
        .await?;
    if pending {
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
        let known = store::refund(tx, self.refund_id).await?.ok_or(DbError::NotFound)?;
        let order = orders::lock(tx, known.order_id).await?.ok_or(DbError::NotFound)?;
        if self.outcome.state == RefundProgress::Pending {
            let reference = self.outcome.reference.clone().unwrap_or_default();
            return store::reference(tx, known.id, &reference).await;
        }
        let reference = self.outcome.reference.as_deref();
        if !store::settle(tx, known.id, self.outcome.state, reference, &self.outcome.failure).await? {
            return Ok(());
        }
        let data = json!({ "amount_minor": known.amount.minor(), "reason": self.outcome.failure });
        if self.outcome.state == RefundProgress::Failed {
            failed(tx, &order, &known).await?;
            orders::note(tx, order.id, "refund_failed", &self.actor, data).await?;
        } else {
            orders::note(tx, order.id, "refund_succeeded", &self.actor, data).await?;
            events::record(tx, Event::RefundSucceeded { refund_id: known.id }).await?;
        }
        follow(tx, order.id).await
    }
}

/// The money is the shop's again.
async fn failed(tx: &mut Tx, order: &Order, refund: &Refund) -> Result<(), DbError> {
    attempts::give_back(tx, refund.attempt_id, refund.amount).await?;
    if refund.is_credit {
        spent(tx, order, refund.amount.minor()).await?;
    }
    Ok(())
}

/// Staff have sent the money of a pending refund by hand: back to a bank account, or in cash.
#[derive(Debug, Clone)]
pub struct SettleByHand {
    /// Who sent it.
    pub actor: Actor,
    /// The order.
    pub order_id: OrderId,
    /// The refund.
    pub refund_id: RefundId,
}

/// Why a refund was not recorded as sent.
#[derive(Debug, thiserror::Error)]
pub enum SettleByHandError {
    /// There is no such refund of that order.
    #[error("There is no such refund")]
    NoRefund,
    /// It is over, or its gateway sends the money itself.
    #[error("This refund does not wait for somebody to send the money")]
    NotWaiting,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for SettleByHand {
    type Out = ();
    type Error = SettleByHandError;

    async fn run(&self, tx: &mut Tx) -> Result<(), SettleByHandError> {
        let order = orders::lock(tx, self.order_id).await?;
        let order = order.ok_or(SettleByHandError::NoRefund)?;
        let refund = store::refund(tx, self.refund_id).await?;
        let refund = refund
            .filter(|refund| refund.order_id == order.id)
            .ok_or(SettleByHandError::NoRefund)?;
        let attempt = attempts::attempt(tx, refund.attempt_id)
            .await?
            .ok_or(DbError::NotFound)?;
        if refund.state != RefundProgress::Pending || !is_by_hand(&attempt) {
            return Err(SettleByHandError::NotWaiting);
        }
        let outcome = Outcome {
            state: RefundProgress::Succeeded,
            reference: None,
            failure: String::new(),
        };
        let actor = self.actor.clone();
        let refund_id = refund.id;
        KeepOutcome {
            refund_id,
            outcome,
            actor,
        }
        .run(tx)
        .await?;
        let data = json!({ "amount_minor": refund.amount.minor() });
        let object = Object::order(order.id, order.number.to_string());
        audit::record(tx, &self.actor, Action::Refunded, object, data).await?;
        Ok(())
    }
}

/// Whether nobody can be asked to send the money back.
fn is_by_hand(attempt: &PaymentAttempt) -> bool {
    [BANK_TRANSFER, CASH_ON_DELIVERY].contains(&attempt.gateway.as_str())
}
