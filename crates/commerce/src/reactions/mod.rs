//! Everything that follows from something else, in one place.
//!
//! Each arm writes rows (mails, jobs) in one unit of work under unique keys, so that a fact that is delivered twice has its
//! consequences once. Nothing outside the database is called from here.

use wares_db::fault::Point;
use wares_db::{DbError, Tx, Write};
use wares_jobs::Due;
use wares_kernel::{CustomerId, FulfilmentId, Instant, OrderId, PaymentAttemptId, RefundId};

use crate::events::{Event, MoneyNews};
use crate::media::MakeSizes;
use crate::notifications::{self, Message, enqueue as mail};
use crate::payment::{self, CarryOutCapture, CarryOutRefund};
use crate::{accounts, fulfilment, invoicing, orders, together};

/// Lets a fact have its consequences.
#[derive(Debug, Clone)]
pub struct Reaction(pub Event);

impl Write for Reaction {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        react(tx, &self.0).await?;
        tx.reach(Point::FactFollowed).await
    }
}

async fn react(tx: &mut Tx, event: &Event) -> Result<(), DbError> {
    match event.clone() {
        Event::CustomerRegistered { customer_id } | Event::VerificationAsked { customer_id } => {
            mail(tx, Message::VerifyEmail { customer_id }).await
        }
        Event::RegisteredAgain { customer_id } => mail(tx, Message::AccountExists { customer_id }).await,
        Event::ResetAsked { email } => mail(tx, Message::ResetPassword { email }).await,
        Event::PasswordChanged { customer_id } => mail(tx, Message::PasswordChanged { customer_id }).await,
        Event::EmailChangeAsked { customer_id, email } => {
            mail(tx, Message::ConfirmNewEmail { customer_id, email }).await
        }
        Event::EmailChanged { customer_id, old_email } => {
            notifications::address_moved(tx, customer_id, &old_email).await?;
            mail(tx, Message::EmailChanged { customer_id, old_email }).await
        }
        Event::OrderLinkAsked { number, email } => mail(tx, Message::OrderLink { number, email }).await,
        Event::StaffInvited { staff_id } => mail(tx, Message::StaffInvitation { staff_id }).await,
        Event::StaffResetAsked { email } => mail(tx, Message::ResetStaffPassword { email }).await,
        Event::StaffPasswordChanged { staff_id } => mail(tx, Message::StaffPasswordChanged { staff_id }).await,
        Event::InquiryReceived { inquiry_id, message_id } => {
            mail(tx, Message::InquiryReceived { inquiry_id, message_id }).await
        }
        Event::InquiryAnswered { inquiry_id, message_id } => {
            mail(tx, Message::InquiryReply { inquiry_id, message_id }).await
        }
        Event::OrderPlaced { order_id } => mail(tx, Message::OrderReceived { order_id }).await,
        Event::OrderConfirmed { order_id } => {
            together::ask(tx, order_id).await?;
            mail(tx, Message::OrderConfirmation { order_id }).await?;
            // Last, because whoever wants the next number of the series waits until this one is written.
            invoicing::invoice(tx, order_id).await.map(drop)
        }
        Event::OrderPaid { order_id } => invoicing::invoice(tx, order_id).await.map(drop),
        Event::PartReleased { order_id } => not_taken(tx, order_id).await,
        Event::OrderExpired { order_id } => mail(tx, Message::OrderExpired { order_id }).await,
        Event::OrderCancelled { order_id } => mail(tx, Message::OrderCancelled { order_id }).await,
        Event::PaymentReturned { order_id } => mail(tx, Message::PaymentReturned { order_id }).await,
        Event::RefundSucceeded { refund_id } => {
            invoicing::credit(tx, refund_id).await?;
            mail(tx, Message::Refunded { refund_id }).await
        }
        Event::FulfilmentShipped { fulfilment_id } => sent(tx, fulfilment_id).await,
        Event::PaymentAuthorised { order_id, until } => remind(tx, order_id, until).await,
        Event::MoneyNeedsStaff { order_id, news } => mail(tx, Message::MoneyNews { order_id, news }).await,
        Event::CaptureRequested { attempt_id } => take(tx, attempt_id).await,
        Event::FulfilmentDelivered { fulfilment_id } => mail(tx, Message::Delivered { fulfilment_id }).await,
        Event::MailboxProved { customer_id } => {
            give_guest_orders(tx, customer_id).await?;
            notifications::mailbox_proved(tx, customer_id).await
        }
        Event::NewsChosen { customer_id } => notifications::choice_made(tx, customer_id).await,
        Event::NewsAsked { email } => mail(tx, Message::ConfirmNews { email }).await,
        Event::RefundRequested { refund_id } => give_back(tx, refund_id).await,
        Event::ReviewSubmitted { .. } => Ok(()),
        Event::ImageStored { image_id } => {
            let due = Due::now().once(format!("sizes:{image_id}"));
            wares_jobs::enqueue(tx, &MakeSizes { image_id }, due).await
        }
    }
}

/// Less was taken than was authorised: what was invoiced before is credited, and the buyer is told.
async fn not_taken(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    invoicing::invoice(tx, order_id).await?;
    mail(tx, Message::PartReleased { order_id }).await
}

/// A parcel has left: it is invoiced if it was not, money that waits for that is taken, and the buyer is told.
async fn sent(tx: &mut Tx, fulfilment_id: FulfilmentId) -> Result<(), DbError> {
    if let Some(parcel) = fulfilment::find(tx, fulfilment_id).await? {
        invoicing::invoice(tx, parcel.order_id).await?;
        payment::capture_on_shipping(tx, parcel.order_id).await?;
    }
    mail(tx, Message::Shipped { fulfilment_id }).await
}

/// The same money may be asked for again after a refusal, so that each time is a job of its own.
async fn take(tx: &mut Tx, attempt_id: PaymentAttemptId) -> Result<(), DbError> {
    let task = CarryOutCapture { attempt_id };
    wares_jobs::enqueue(tx, &task, Due::now()).await
}

async fn give_back(tx: &mut Tx, refund_id: RefundId) -> Result<(), DbError> {
    let due = Due::now().once(format!("refund:{refund_id}"));
    let task = CarryOutRefund { refund_id };
    wares_jobs::enqueue(tx, &task, due).await
}

/// Staff are reminded of an authorisation before it ends, unless the money was taken by then.
async fn remind(tx: &mut Tx, order_id: OrderId, until: Option<Instant>) -> Result<(), DbError> {
    let Some(until) = until else {
        return Ok(());
    };
    let news = MoneyNews::AuthorisationEnds;
    notifications::enqueue_at(
        tx,
        Message::MoneyNews { order_id, news },
        until.minus(payment::REMIND_BEFORE),
    )
    .await
}

/// What somebody ordered as a guest is in their account from now on.
async fn give_guest_orders(tx: &mut Tx, id: CustomerId) -> Result<(), DbError> {
    let customer = accounts::find(tx, id).await?;
    match customer.filter(|customer| customer.verified_at.is_some()) {
        Some(customer) => orders::give_to(tx, id, &customer.email).await.map(drop),
        None => Ok(()),
    }
}
