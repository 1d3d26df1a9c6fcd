//! Calling an order off and giving its money back, in one unit of work.

use wares_db::{DbError, Tx, Write};
use wares_kernel::OrderId;

use super::refund::refund_all;
use crate::audit::Actor;
use crate::orders::{self, CancelRefusal};

/// Calls an order off. What was paid goes back, what was held or sold is on the shelf again.
#[derive(Debug, Clone)]
pub struct CancelOrder {
    /// The order.
    pub order_id: OrderId,
    /// Who calls it off.
    pub actor: Actor,
    /// Why, as the timeline and the audit log keep it.
    pub reason: String,
}

/// Why an order was not called off.
#[derive(Debug, thiserror::Error)]
pub enum CancelOrderError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// It is too late.
    #[error(transparent)]
    Refused(CancelRefusal),
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
        let order = orders::lock(tx, self.order_id)
            .await?
            .ok_or(CancelOrderError::NoOrder)?;
        orders::cancel(tx, &order, &self.actor, &self.reason).await?;
        refund_all(tx, order.id, &self.reason, &self.actor).await?;
        Ok(())
    }
}
