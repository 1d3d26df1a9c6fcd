//! Being paid: attempts, captures, refunds, and the gateways behind them.
//!
//! Owns the tables `payment_attempts`, `refunds`, `releases` and `webhook_events`, and the payment axis of orders.
//!
//! An order is paid through *attempts*. The id of an attempt is the key under which the gateway knows it, and its amount never
//! changes. The way of an attempt:
//!
//! 1. [`open`] writes it in the transaction that places the order.
//! 2. [`begin`] opens it at the gateway. A time-out there is *unknown*, not failed: asking again with the same key is safe.
//! 3. [`settle`] is the one function through which money reaches an order. The browser that returns, the notice of the gateway and the
//!    reconciler all *fetch* the payment and hand the snapshot to it. It locks the order, checks that everything fits, and moves on
//!    monotonically, so repeats, late and reordered snapshots change nothing.
//! 4. [`reconcile`] looks at every attempt that is still open, whoever forgot to tell. When an order's time is up it closes the payment
//!    page *first*, and only a gateway that says "closed" frees the stock.
//!
//! Where the shop wants it so, the buyer's money is only authorised at first. The order counts from then on; [`capture`] takes the money when
//! staff say so, for all or for some pieces, or when the first parcel leaves, and an authorisation that runs out before calls the order off.
//!
//! When a buyer's bank disputes a payment, its money is nobody's until the bank has decided: nothing of the order is refunded, cancelled or,
//! without insisting, sent.
//!
//! Money that comes for an order that cannot be served any more takes the stock again if there is any, or goes back by itself.
//!
//! No gateway is called while a connection is held: every function here reads, lets go, calls, and writes.

mod again;
mod attempt;
mod authorised;
mod begin;
mod cancel_order;
mod capture;
mod dispute;
pub mod gateway;
mod gateways;
mod inbox;
#[cfg(test)]
mod later_tests;
mod mark_paid;
mod open;
mod reconcile;
mod refund;
mod settle;
#[cfg(test)]
mod simulation;
mod status;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod till;

pub use again::again;
pub use attempt::{AttemptState, CaptureWhen, PaymentAttempt, Totals};
pub use authorised::REMIND_BEFORE;
pub use begin::{BeginError, begin};
pub use cancel_order::{CancelOrder, CancelOrderError};
pub use capture::{CaptureError, CarryOutCapture, RequestCapture, capture_on_shipping, carry_out_capture, comes_to};
pub use dispute::is_disputed;
pub use gateways::{BANK_TRANSFER, CARD, CASH_ON_DELIVERY, Gateways};
pub use inbox::{HandleNotice, PruneNotices, ReceiveError, handle_notice, receive};
pub use mark_paid::{MarkPaid, MarkPaidError};
pub use open::{NewAttempt, open};
pub use reconcile::reconcile;
pub use refund::{
    CarryOutRefund, LineRest, LineShare, Part, PasswordNeeded, Portion, Refund, RefundError, RefundLine,
    RefundProgress, Release, RequestRefund, Rest, SettleByHand, SettleByHandError, Shares, Wanted, WantedLine,
    carry_out, password_limit, refund, refund_lines, refunds, release, rest, worked_out,
};
pub use settle::{Settle, Settled, settle};
pub use status::payment_status;
pub use store::{attempt, attempts};
pub use till::Till;
