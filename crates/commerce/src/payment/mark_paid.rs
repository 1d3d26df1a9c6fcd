//! Money that staff have seen with their own eyes: a bank transfer, cash from the carrier.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::OrderId;

use super::attempt::{AttemptState, PaymentAttempt, Totals};
use super::gateways::{BANK_TRANSFER, CASH_ON_DELIVERY};
use super::status::payment_status;
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::orders::{self, OrderState};

/// Records that the whole of an order was paid by hand.
#[derive(Debug, Clone)]
pub struct MarkPaid {
    /// Who saw the money.
    pub actor: Actor,
    /// The order.
    pub order_id: OrderId,
}

/// Why an order was not marked as paid.
#[derive(Debug, thiserror::Error)]
pub enum MarkPaidError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// It is not paid by hand, or has been paid, cancelled or has expired.
    #[error("This order is not waiting for a bank transfer or cash")]
    NotWaiting,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for MarkPaid {
    type Out = ();
    type Error = MarkPaidError;

    async fn run(&self, tx: &mut Tx) -> Result<(), MarkPaidError> {
        let order = orders::lock(tx, self.order_id).await?.ok_or(MarkPaidError::NoOrder)?;
        let attempts = store::attempts(tx, order.id).await?;
        let by_hand = |attempt: &&PaymentAttempt| {
            attempt.state.is_live() && [BANK_TRANSFER, CASH_ON_DELIVERY].contains(&attempt.gateway.as_str())
        };
        let attempt = attempts.iter().find(by_hand).ok_or(MarkPaidError::NotWaiting)?;
        let paid = PaymentAttempt {
            state: AttemptState::Captured,
            totals: Totals {
                authorised: attempt.amount.minor(),
                captured: attempt.amount.minor(),
                ..attempt.totals
            },
            ..attempt.clone()
        };
        store::advance(tx, &paid).await?;
        store::check_at(tx, paid.id, None).await?;
        let data = json!({ "amount_minor": paid.amount.minor(), "gateway": paid.gateway });
        orders::note(tx, order.id, "payment_captured", &self.actor, data.clone()).await?;
        match order.state {
            OrderState::AwaitingPayment => orders::confirm(tx, &order, paid.amount, &self.actor).await?,
            OrderState::Placed | OrderState::Completed => orders::paid(tx, &order, paid.amount, &self.actor).await?,
            OrderState::Expired | OrderState::Cancelled => return Err(MarkPaidError::NotWaiting),
        }
        let status = payment_status(&store::attempts(tx, order.id).await?);
        orders::set_payment_status(tx, order.id, status).await?;
        audit::record(
            tx,
            &self.actor,
            Action::Changed,
            Object::order(order.id, order.number.to_string()),
            data,
        )
        .await?;
        Ok(())
    }
}
