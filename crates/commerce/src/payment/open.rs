//! Writing a new attempt.

use std::time::Duration;

use wares_db::{DbError, Tx};
use wares_kernel::{Money, OrderId, PaymentAttemptId};

use super::attempt::CaptureWhen;
use super::gateways::CASH_ON_DELIVERY;
use super::store;
use crate::guards::{Guard, holds};

/// When the reconciler first looks at an attempt nobody spoke of since.
const FIRST_LOOK: Duration = Duration::from_secs(30);

/// An attempt to be made.
#[derive(Debug, Clone)]
pub struct NewAttempt {
    /// The order it pays.
    pub order_id: OrderId,
    /// The gateway's name.
    pub gateway: String,
    /// What is owed, above zero.
    pub amount: Money,
    /// When its money is taken, where the gateway can wait.
    pub capture: CaptureWhen,
}

/// Writes an attempt as a step of placing an order. Its id is its key at the gateway.
pub async fn open(tx: &mut Tx, new: &NewAttempt) -> Result<PaymentAttemptId, DbError> {
    // The carrier collects cash; there is no gateway that could be asked.
    let check_at = (new.gateway != CASH_ON_DELIVERY && holds(Guard::FirstLook)).then(|| tx.now().plus(FIRST_LOOK));
    store::insert(tx, new, check_at).await
}
