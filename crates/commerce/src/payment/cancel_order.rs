//! Calling an order off and giving back what was paid for it.

use wares_db::fault::Point;
use wares_db::{DbError, Tx, Write};
use wares_kernel::text::{self, TextError};
use wares_kernel::{Money, OrderId};

use super::dispute::is_disputed;
use super::refund::{PasswordNeeded, check_password, refund_all};
use super::status::payment_status;
use super::store;
use crate::audit::Actor;
use crate::guards::{Guard, holds};
use crate::orders::{self, CancelRefusal};
use crate::staff::Confirmed;

/// The longest reason, in characters.
const REASON_MAX: usize = 200;

/// Calls an order off: by staff, or by the buyer while nothing of it was sent.
///
/// The stock is free or put back at once, and everything paid goes back. Payment pages that are still open are closed by the
/// reconciler; money that comes through one before that goes back by itself.
#[derive(Debug, Clone)]
pub struct CancelOrder {
    /// Who calls it off.
    pub actor: Actor,
    /// The order.
    pub order_id: OrderId,
    /// Why, or empty.
    pub reason: String,
    /// That whoever calls it off has just typed their password, which giving back a large amount takes.
    pub confirmed: Option<Confirmed>,
}

/// Why an order was not called off.
#[derive(Debug, thiserror::Error)]
pub enum CancelOrderError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// It cannot be called off any more.
    #[error(transparent)]
    Refused(CancelRefusal),
    /// The buyer's bank has still to decide about the money.
    #[error("The payment is disputed. Wait until the bank has decided.")]
    Disputed,
    /// So much goes back that the password has to be typed again.
    #[error(transparent)]
    Password(#[from] PasswordNeeded),
    /// The reason is too long.
    #[error("{0}")]
    Reason(#[from] TextError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<CancelRefusal> for CancelOrderError {
    fn from(refusal: CancelRefusal) -> Self {
        match refusal {
            CancelRefusal::Db(error) => Self::Db(error),
            refused => Self::Refused(refused),
        }
    }
}

impl Write for CancelOrder {
    type Out = ();
    type Error = CancelOrderError;

    async fn run(&self, tx: &mut Tx) -> Result<(), CancelOrderError> {
        let reason = text::line(&self.reason, REASON_MAX)?;
        let order = orders::lock(tx, self.order_id)
            .await?
            .ok_or(CancelOrderError::NoOrder)?;
        let attempts = store::attempts(tx, order.id).await?;
        if is_disputed(&attempts) {
            return Err(CancelOrderError::Disputed);
        }
        let back = Money::new(
            attempts.iter().map(|attempt| attempt.totals.left()).sum(),
            order.currency,
        );
        check_password(tx, &self.actor, &order, back, self.confirmed).await??;
        orders::cancel(tx, &order, &self.actor, &reason).await?;
        tx.reach(Point::OrderCancelled).await?;
        if holds(Guard::RefundOnCancel) {
            refund_all(
                tx,
                &order,
                "The order was cancelled",
                &self.actor,
                self.confirmed.is_some(),
            )
            .await?;
        }
        let (attempts, now) = (store::attempts(tx, order.id).await?, tx.now());
        for attempt in attempts.iter().filter(|attempt| attempt.state.is_live()) {
            store::check_at(tx, attempt.id, Some(now)).await?;
        }
        orders::set_payment_status(tx, order.id, payment_status(&attempts)).await?;
        Ok(())
    }
}
