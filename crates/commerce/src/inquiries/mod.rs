//! What customers ask, and what is answered.
//!
//! Owns the tables `inquiries` and `inquiry_messages`. A thread is *open* while a customer waits for the shop, *waiting* while the shop
//! waits for the customer, *closed* when there is nothing more to say; whatever a customer writes opens it.
//!
//! What must stay true:
//! - What people write is text and stays text, wherever it is shown.
//! - The customer reads and continues a thread by the link in their mails, and never sees a note for staff.
//! - An order's number that somebody types is a claim; `order_id` is set only where the order is known to be theirs.
//! - A form that is sent twice has one effect: its caller makes the id.

mod answer;
mod ask;
mod follow_up;
mod inquiry;
mod list;
mod settle;
mod store;
#[cfg(test)]
mod tests;

pub use answer::{Answer, AnswerError, Note, Then};
pub use ask::{Ask, AskError, Asked, INQUIRIES_PER_HOUR};
pub use follow_up::{FollowUp, FollowUpError};
pub use inquiry::{Author, BODY_MAX, BODY_MIN, Inquiry, Message, State, TOKEN_PLACE, Topic, link_token};
pub use list::{
    Counts, InquiryRow, Which, conversation, counts, find, find_by_reference, find_by_token, find_message, list,
    messages, of_email,
};
pub use settle::{Assign, Close, MarkRead, MarkUnread, Reopen};
