//! Giving money back: all of it, pieces of an order, or an amount; once or in several steps.
//!
//! - The refund's row and its key exist before the gateway is asked, and its money is taken out of what was captured by one conditional
//!   statement: Σ refunds never exceeds Σ captures, however many ask at once. An unclear answer is not a failure: the same key is asked again.
//! - Each refund keeps which part of it belongs to which line, to delivery and to the tax ([`Shares`]), so that everything that goes back
//!   adds up to what was paid.
//! - A refund that failed gives its money free again. What was done with the goods stays done: the next refund of those pieces moves none.

mod carry_out;
mod goods;
mod limit;
mod release;
mod request;
mod shares;
pub(super) mod store;
#[cfg(test)]
mod tests;

use wares_db::{DbError, Tx};
use wares_kernel::{Instant, Money, MoneyError, OrderId, OrderLineId, PaymentAttemptId, RefundId};

use super::attempt::PaymentAttempt;
use super::status::payment_status;
use super::store as attempts;
use crate::accounts::{NotedOrder, note_order};
use crate::orders::{self, Order};

pub use carry_out::{CarryOutRefund, SettleByHand, SettleByHandError, carry_out};
pub(super) use limit::check as check_password;
pub use limit::{PasswordNeeded, password_limit};
pub(super) use release::let_go;
pub use release::{Portion, Release};
pub(super) use request::refund_all;
pub(super) use request::return_money;
pub use request::{RequestRefund, Wanted, WantedLine, worked_out};
pub use shares::{LineRest, LineShare, Part, Rest, Shares};
pub(super) use store::keep_portion;
pub use store::{refund, refund_lines, refunds, release, rest};

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
    /// How much, tax included.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
    /// The part of it that was paid for delivery.
    pub shipping: Part,
    /// How far it is.
    pub state: RefundProgress,
    /// The gateway's name for it.
    pub reference: Option<String>,
    /// Why.
    pub reason: String,
    /// What staff wrote to the buyer, or empty.
    pub note: String,
    /// Why it failed, or empty.
    pub failure: String,
    /// When it was asked for.
    pub created_at: Instant,
    /// When it ended.
    pub settled_at: Option<Instant>,
    /// Whether it gives back what was paid for the order, rather than money that never belonged to it.
    pub is_credit: bool,
}

/// A line of a refund as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundLine {
    /// The refund.
    pub refund_id: RefundId,
    /// What goes back of which line.
    pub share: LineShare,
}

/// Why money is not given back.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// Neither pieces nor an amount.
    #[error("Choose what is refunded, or enter an amount")]
    Nothing,
    /// The buyer's bank has still to decide about the money.
    #[error("The payment is disputed: its money is not ours until the bank has decided")]
    Disputed,
    /// Less is left than was asked for.
    #[error("Only {left} can still be refunded", left = .left.decimal())]
    TooMuch {
        /// What can still be refunded.
        left: Money,
    },
    /// Fewer pieces of a line are left.
    #[error("Only {left} of {title} can still be refunded")]
    TooMany {
        /// The line.
        line_id: OrderLineId,
        /// Its name.
        title: String,
        /// Pieces.
        left: i64,
    },
    /// The password has to be typed again.
    #[error(transparent)]
    Password(#[from] PasswordNeeded),
    /// The reason or the note is too long.
    #[error("Use {limit} characters or fewer")]
    TooLong {
        /// Characters.
        limit: usize,
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

impl From<MoneyError> for RefundError {
    fn from(error: MoneyError) -> Self {
        Self::Db(damaged(error))
    }
}

fn damaged(error: MoneyError) -> DbError {
    DbError::Damaged(error.to_string())
}

/// What of an attempt's money is here and nobody claims, in minor units.
fn left_of(attempt: &PaymentAttempt) -> i64 {
    attempt.totals.left()
}

/// Brings the order's payment axis in line with its attempts.
async fn follow(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    let status = payment_status(&attempts::attempts(tx, order_id).await?);
    orders::set_payment_status(tx, order_id, status).await
}

/// What the customer has spent changes by so much.
pub(super) async fn spent(tx: &mut Tx, order: &Order, minor: i64) -> Result<(), DbError> {
    let noted = NotedOrder {
        customer_id: order.customer_id,
        email: &order.email,
        name: &order.shipping_address.name,
        n_orders: 0,
        spent_minor: minor,
    };
    note_order(tx, noted).await
}
