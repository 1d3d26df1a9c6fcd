//! Paying an order that is still waiting: after a refusal, after coming back, in another way.

use wares_db::{DbError, Tx, Write};
use wares_kernel::{OrderId, PaymentAttemptId};

use super::attempt::{AttemptState, CaptureWhen, PaymentAttempt};
use super::begin::{BeginError, begin};
use super::gateway::NextStep;
use super::open::{NewAttempt, open};
use super::settle::{Settle, Settled};
use super::store;
use super::till::Till;
use crate::orders::{self, OrderState};
use crate::settings::{self, Payments};

/// Lets the buyer go on paying an order that waits, through this gateway: the attempt that is open goes on; one of another gateway is closed first.
///
/// The attempt of the answer is the one the buyer now pays through.
pub async fn again(till: &Till, order_id: OrderId, gateway: &str) -> Result<(PaymentAttemptId, NextStep), BeginError> {
    let attempts = store::attempts(&mut *till.db.read().await?, order_id).await?;
    for attempt in attempts
        .iter()
        .filter(|attempt| attempt.state.is_live() && attempt.gateway != gateway)
    {
        close_other(till, attempt).await?;
    }
    let id = till
        .db
        .write(Next {
            order_id,
            gateway: gateway.to_owned(),
        })
        .await?;
    match begin(till, id).await {
        Ok(next) => Ok((id, next)),
        Err(error) => Err(error),
    }
}

/// Makes sure that no money can come through an attempt the buyer has left.
async fn close_other(till: &Till, attempt: &PaymentAttempt) -> Result<(), BeginError> {
    let Some(gateway) = till.gateways.get(&attempt.gateway) else {
        return Ok(());
    };
    if attempt.reference.is_none() {
        begin(till, attempt.id).await?;
    }
    let known = store::attempt(&mut *till.db.read().await?, attempt.id)
        .await?
        .ok_or(BeginError::NothingToPay)?;
    let reference = known.reference.ok_or(BeginError::NothingToPay)?;
    let snapshot = gateway.close(&reference).await.map_err(BeginError::Gateway)?;
    match till
        .db
        .write(Settle {
            attempt_id: attempt.id,
            snapshot,
        })
        .await?
    {
        Settled::Closed => Ok(()),
        _ => Err(BeginError::NothingToPay),
    }
}

/// When the money of an attempt through this gateway is taken: cards can wait, everything else is what it is.
async fn capture_of(tx: &mut Tx, gateway: &str) -> Result<CaptureWhen, DbError> {
    let payments = settings::load::<Payments>(tx).await?.value;
    Ok(payments.capture_of(gateway))
}

/// The order's open attempt through a gateway, or a new one.
struct Next {
    order_id: OrderId,
    gateway: String,
}

impl Write for Next {
    type Out = PaymentAttemptId;
    type Error = BeginError;

    async fn run(&self, tx: &mut Tx) -> Result<PaymentAttemptId, BeginError> {
        let order = orders::lock(tx, self.order_id).await?.ok_or(BeginError::NothingToPay)?;
        let now = tx.now();
        let waits = order.state == OrderState::AwaitingPayment && order.hold_until.is_some_and(|until| until > now);
        if !waits {
            return Err(BeginError::NothingToPay);
        }
        let attempts = store::attempts(tx, order.id).await?;
        if attempts
            .iter()
            .any(|attempt| attempt.totals.captured > 0 || attempt.state == AttemptState::Authorised)
        {
            return Err(BeginError::NothingToPay);
        }
        if let Some(live) = attempts
            .iter()
            .find(|attempt| attempt.state.is_live() && attempt.gateway == self.gateway)
        {
            return Ok(live.id);
        }
        let new = NewAttempt {
            order_id: order.id,
            gateway: self.gateway.clone(),
            amount: order.total,
            capture: capture_of(tx, &self.gateway).await?,
        };
        Ok(open(tx, &new).await?)
    }
}
