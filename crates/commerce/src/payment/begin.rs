//! Opening an attempt at its gateway.

use std::sync::Arc;

use wares_db::fault::{self, Point};
use wares_db::{DbError, Tx, Write};
use wares_kernel::{PaymentAttemptId, Token};

use super::attempt::{AttemptState, PaymentAttempt};
use super::gateway::{Attempt, Begun, Gateway, GatewayError, NextStep};
use super::store;
use super::till::Till;
use crate::guards::{Guard, holds};
use crate::orders::{self, Order};

/// Why a payment could not be begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The order is paid, cancelled or expired: there is nothing to pay.
    #[error("There is nothing to pay for this order")]
    NothingToPay,
    /// The way to pay is not offered any more.
    #[error("This way to pay is not available any more. Choose another one.")]
    NotOffered,
    /// The gateway refused, or did not answer clearly. Trying again is safe: nobody is charged twice.
    #[error("The payment could not be started just now. Try again; you will not be charged twice.")]
    Gateway(#[source] GatewayError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Opens an attempt at its gateway and says what the buyer does next. The same attempt always gives the same answer.
pub async fn begin(till: &Till, id: PaymentAttemptId) -> Result<NextStep, BeginError> {
    let (attempt, order) = load(till, id).await?;
    if let (AttemptState::Begun, Some(next)) = (attempt.state, &attempt.next) {
        return Ok(next.clone());
    }
    if !attempt.state.is_live() {
        return Err(BeginError::NothingToPay);
    }
    let gateway = till.gateways.get(&attempt.gateway).ok_or(BeginError::NotOffered)?;
    fault::reach(Point::GatewayAsked).await?;
    let begun = ask(till, gateway, &attempt, &order).await?;
    fault::reach(Point::GatewayAnswered).await?;
    if holds(Guard::KeepReference) {
        let begun = begun.clone();
        till.db.write(KeepBegun { id, begun }).await?;
    }
    fault::reach(Point::ReferenceKept).await?;
    Ok(begun.next)
}

async fn load(till: &Till, id: PaymentAttemptId) -> Result<(PaymentAttempt, Order), BeginError> {
    let mut reader = till.db.read().await?;
    let attempt = store::attempt(&mut reader, id).await?.ok_or(BeginError::NothingToPay)?;
    let order = orders::find(&mut reader, attempt.order_id)
        .await?
        .ok_or(BeginError::NothingToPay)?;
    Ok((attempt, order))
}

/// Asks the gateway, twice when the first answer was unclear: the key is the same, so it opens one payment.
async fn ask(
    till: &Till,
    gateway: &Arc<dyn Gateway>,
    attempt: &PaymentAttempt,
    order: &Order,
) -> Result<Begun, BeginError> {
    let token = token_of(till, order)?;
    let request = request(till, attempt, order, &token);
    match gateway.begin(&request).await {
        Err(GatewayError::Unknown(_)) => gateway.begin(&request).await.map_err(BeginError::Gateway),
        answer => answer.map_err(BeginError::Gateway),
    }
}

fn token_of(till: &Till, order: &Order) -> Result<Token, DbError> {
    orders::token_of(&till.vault, order).map_err(|error| DbError::Damaged(error.to_string()))
}

fn request(till: &Till, attempt: &PaymentAttempt, order: &Order, token: &Token) -> Attempt {
    Attempt {
        id: attempt.id,
        created_at: attempt.created_at,
        amount: attempt.amount,
        capture: attempt.capture.mode(),
        order_number: order.number.to_string(),
        description: format!("Order {}", order.number),
        note: None,
        customer_email: Some(order.email.to_string()),
        return_url: till.return_url(token),
        cancel_url: till.cancel_url(token),
    }
}

/// Keeps the gateway's answer. What was kept before stays.
struct KeepBegun {
    id: PaymentAttemptId,
    begun: Begun,
}

impl Write for KeepBegun {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        if !store::begun(tx, self.id, &self.begun).await? {
            // The same key gave two payments: neither may be trusted before somebody has looked.
            tracing::error!(attempt.id = %self.id, "The gateway gave two references for attempt {}", self.id);
            store::put_aside(tx, self.id).await?;
        }
        Ok(())
    }
}
