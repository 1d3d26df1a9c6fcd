//! Mail: what is written to whom, and the way out.
//!
//! Owns the tables `mails` and `subscribers`.
//!
//! How a mail comes about: a fact ([`crate::events`]) has a reaction, which notes a [`Message`] under a key ([`enqueue`]); a job reads
//! what the message is about, renders it, and writes it into `mails` under the same key together with the link it carries
//! ([`PostOffice::write`]); a second job hands it to the mail server ([`PostOffice::send`]) and tries again for three days. So a
//! fact that is delivered twice has one mail, and a mail that is handed over twice, after a crash at the wrong moment, has the same
//! Message-ID both times.
//!
//! Without a mail server mails are *kept*: they are complete and can be read in the admin panel's mailbox.
//!
//! To add a mail: a variant of [`Message`], a struct with `impl Letter` in `letters/` and its two templates, an arm in `compose.rs`, and
//! an arm in [`crate::reactions`].

mod compose;
mod letter;
mod letters;
mod links;
mod list;
pub mod mailer;
mod message;
mod office;
mod render;
mod resend;
mod store;
mod subscribe;
mod subscribers;
#[cfg(test)]
mod tests;

pub use links::{Links, Paths};
pub use list::{Mail as StoredMail, MailRow, MailState, ShowMails, find, list, of_inquiry, of_order, search};
pub use message::{Message, WriteMail, enqueue, enqueue_at};
pub use office::{Connect, Connected, PostOffice, SendMail, register};
pub use render::{RenderError, Renderer};
pub use resend::{Resend, ResendError};
pub use subscribe::{ConfirmSubscription, LeaveNews, Subscribe, is_subscribed};
pub(crate) use subscribe::{address_moved, choice_made, mailbox_proved};
pub use subscribers::{NoteExport, Subscriber, Subscribers, confirmed_subscribers, subscribers};
