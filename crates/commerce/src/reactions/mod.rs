//! Everything that follows from something else, in one place.
//!
//! Each arm writes rows (mails, jobs) in one unit of work under unique keys, so that a fact that is delivered twice has its
//! consequences once. Nothing outside the database is called from here.

use wares_db::{DbError, Tx, Write};

use crate::events::Event;

/// Lets a fact have its consequences.
#[derive(Debug, Clone)]
pub struct Reaction(pub Event);

impl Write for Reaction {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        react(tx, &self.0).await
    }
}

async fn react(_tx: &mut Tx, event: &Event) -> Result<(), DbError> {
    match event {
        Event::OrderPlaced { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderExpired { .. }
        | Event::OrderCancelled { .. }
        | Event::PaymentReturned { .. }
        | Event::RefundRequested { .. }
        | Event::RefundSucceeded { .. }
        | Event::FulfilmentShipped { .. }
        | Event::FulfilmentDelivered { .. }
        | Event::CustomerRegistered { .. }
        | Event::RegisteredAgain { .. }
        | Event::VerificationAsked { .. }
        | Event::ResetAsked { .. }
        | Event::PasswordChanged { .. }
        | Event::EmailChangeAsked { .. }
        | Event::EmailChanged { .. }
        | Event::MailboxProved { .. }
        | Event::StaffInvited { .. }
        | Event::StaffResetAsked { .. }
        | Event::StaffPasswordChanged { .. }
        | Event::InquiryReceived { .. }
        | Event::InquiryAnswered { .. }
        | Event::ReviewSubmitted { .. }
        | Event::ImageStored { .. } => Ok(()),
    }
}
