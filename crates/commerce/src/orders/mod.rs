//! Orders: what was agreed. A copy of everything that mattered when it was placed, never priced again.
//!
//! Owns the tables `orders`, `order_lines` and `order_events`. What must stay true:
//! - three axes say where an order stands, each with one writer: its own state (here), payment (told by `payment`) and fulfilment (told by `fulfilment`);
//! - a move that is not in [`OrderState`]'s table is refused, and one that happens twice happens once;
//! - every move writes a line of the timeline in the same unit of work: who, when, what;
//! - whoever moves an order has it locked ([`lock`]), so that there is one writer at a time.
//!
//! Operations: [`AskLink`], [`Comment`], [`NoteExport`]. Steps: [`create`] for checkout; [`confirm`], [`confirm_unpaid`], [`paid`], [`expire`], [`cancel`], [`set_payment_status`],
//! [`set_fulfilment_status`], [`count_shipped`], [`count_back`], [`note`] for payment, fulfilment and cancellations.

mod ask_link;
mod cancel;
mod comment;
mod confirm;
mod create;
mod expire;
mod line;
mod note_export;
mod number;
mod order;
mod status;
mod store;
#[cfg(test)]
mod tests;
mod timeline;

pub use ask_link::AskLink;
pub use cancel::{CancelRefusal, cancel};
pub use comment::{Comment, CommentError};
pub use confirm::{confirm, confirm_unpaid, paid};
pub use create::{NewLine, NewOrder, create};
pub use expire::expire;
pub use line::OrderLine;
pub use note_export::NoteExport;
pub use number::{OrderNumber, OrderNumberError};
pub use order::{Order, TOKEN_PLACE, token_of};
pub use status::{FulfilmentStatus, OrderState, PaymentStatus};
pub use store::{
    by_cart, by_number, by_token, count_back, count_shipped, find, for_guest, give_to, lines, lock, lock_of_attempt,
    of_customer, set_fulfilment_status, set_payment_status,
};
pub use timeline::{TimelineEntry, note, timeline};
