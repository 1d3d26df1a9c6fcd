//! Everything that follows from something else, in one place.
//!
//! Each arm writes rows (mails, jobs) in one unit of work under unique keys, so that a fact that is delivered twice has its
//! consequences once. Nothing outside the database is called from here.

use wares_db::{DbError, Tx, Write};
use wares_jobs::Due;

use crate::events::Event;
use crate::media::MakeSizes;

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

async fn react(tx: &mut Tx, event: &Event) -> Result<(), DbError> {
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
        | Event::ReviewSubmitted { .. } => Ok(()),
        Event::ImageStored { image_id } => {
            let task = MakeSizes { image_id: *image_id };
            let due = Due::now().once(format!("sizes:{image_id}"));
            wares_jobs::enqueue(tx, &task, due).await.map(drop)
        }
    }
}
