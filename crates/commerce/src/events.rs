//! Every fact from which something else follows: a closed list, ids only.
//!
//! [`record`] writes the fact as a job in the transaction that makes it true; a worker hands it to [`crate::reactions`] after the commit.
//! To add one: a variant here, an arm there.

use serde::{Deserialize, Serialize};
use wares_db::{DbError, Tx};
use wares_jobs::{Due, Task};
use wares_kernel::{
    CustomerId, EmailAddress, FulfilmentId, ImageId, InquiryId, Instant, MessageId, OrderId, PaymentAttemptId,
    RefundId, ReviewId, StaffId,
};

use crate::orders::OrderNumber;

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// An order was placed and waits for a transfer. The buyer is told where to.
    OrderPlaced {
        /// The order.
        order_id: OrderId,
    },
    /// An order is settled: paid, or payable on delivery. The buyer is told.
    OrderConfirmed {
        /// The order.
        order_id: OrderId,
    },
    /// The money of an order has come that was settled without it: paid on delivery, or taken after it was authorised.
    OrderPaid {
        /// The order.
        order_id: OrderId,
    },
    /// An order was not paid in time and its stock is free again.
    OrderExpired {
        /// The order.
        order_id: OrderId,
    },
    /// An order was cancelled.
    OrderCancelled {
        /// The order.
        order_id: OrderId,
    },
    /// A payment arrived for an order that could not be served any more and is being given back.
    PaymentReturned {
        /// The order.
        order_id: OrderId,
    },
    /// The buyer has agreed and the money is reserved; it is to be taken before `until`.
    PaymentAuthorised {
        /// The order.
        order_id: OrderId,
        /// Until when that is possible, where the gateway says so.
        until: Option<Instant>,
    },
    /// Authorised money is to be taken at the gateway.
    CaptureRequested {
        /// The attempt.
        attempt_id: PaymentAttemptId,
    },
    /// Only a part of the authorised money was taken; the rest is let go, and pieces nobody pays for are not sent.
    PartReleased {
        /// The order.
        order_id: OrderId,
    },
    /// Something has happened to the money of an order that staff must know.
    MoneyNeedsStaff {
        /// The order.
        order_id: OrderId,
        /// What.
        news: MoneyNews,
    },
    /// A refund is to be carried out at the gateway.
    RefundRequested {
        /// The refund.
        refund_id: RefundId,
    },
    /// A refund has arrived.
    RefundSucceeded {
        /// The refund.
        refund_id: RefundId,
    },
    /// A parcel is on its way.
    FulfilmentShipped {
        /// The parcel.
        fulfilment_id: FulfilmentId,
    },
    /// A parcel has arrived.
    FulfilmentDelivered {
        /// The parcel.
        fulfilment_id: FulfilmentId,
    },
    /// Somebody made an account.
    CustomerRegistered {
        /// The customer.
        customer_id: CustomerId,
    },
    /// Somebody asked to open an account for an address that has one.
    RegisteredAgain {
        /// The customer who has the address.
        customer_id: CustomerId,
    },
    /// A customer wants another link to prove their mailbox.
    VerificationAsked {
        /// The customer.
        customer_id: CustomerId,
    },
    /// Somebody forgot the password of an address, which may have no account: that is found out only when the mail is written.
    ResetAsked {
        /// The address.
        email: EmailAddress,
    },
    /// A customer's password was changed.
    PasswordChanged {
        /// The customer.
        customer_id: CustomerId,
    },
    /// A customer wants to move to another address.
    EmailChangeAsked {
        /// The customer.
        customer_id: CustomerId,
        /// The new address.
        email: EmailAddress,
    },
    /// A customer moved to another address.
    EmailChanged {
        /// The customer.
        customer_id: CustomerId,
        /// The address they had.
        old_email: EmailAddress,
    },
    /// A customer has said in their profile that they want news, or do not any more.
    NewsChosen {
        /// The customer.
        customer_id: CustomerId,
    },
    /// A buyer has ticked at checkout that they want news.
    NewsAsked {
        /// The address.
        email: EmailAddress,
    },
    /// The owner of an account has proved that the mailbox is theirs: orders they placed as a guest are theirs, too.
    MailboxProved {
        /// The customer.
        customer_id: CustomerId,
    },
    /// Somebody without an account looks for an order; whether there is one is found out only when the mail is written.
    OrderLinkAsked {
        /// The number they gave.
        number: OrderNumber,
        /// The address they gave.
        email: EmailAddress,
    },
    /// A customer wrote: a new thread or one more message.
    InquiryReceived {
        /// The thread.
        inquiry_id: InquiryId,
        /// The message.
        message_id: MessageId,
    },
    /// Staff answered a customer.
    InquiryAnswered {
        /// The thread.
        inquiry_id: InquiryId,
        /// The message.
        message_id: MessageId,
    },
    /// Somebody is to join the staff.
    StaffInvited {
        /// The member of staff.
        staff_id: StaffId,
    },
    /// Somebody forgot the password of an address of staff, which may not exist.
    StaffResetAsked {
        /// The address.
        email: EmailAddress,
    },
    /// The password of a member of staff was changed.
    StaffPasswordChanged {
        /// The member of staff.
        staff_id: StaffId,
    },
    /// A review waits for moderation.
    ReviewSubmitted {
        /// The review.
        review_id: ReviewId,
    },
    /// A picture was stored and wants its smaller sizes.
    ImageStored {
        /// The picture.
        image_id: ImageId,
    },
}

/// What staff are told about the money of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyNews {
    /// An authorisation ends soon and was not taken.
    AuthorisationEnds,
    /// It has ended.
    AuthorisationLapsed,
    /// The buyer's bank holds money back.
    DisputeOpened,
    /// The bank has decided for the shop.
    DisputeWon,
    /// The bank has decided for the buyer.
    DisputeLost,
}

impl MoneyNews {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AuthorisationEnds => "authorisation_ends",
            Self::AuthorisationLapsed => "authorisation_lapsed",
            Self::DisputeOpened => "dispute_opened",
            Self::DisputeWon => "dispute_won",
            Self::DisputeLost => "dispute_lost",
        }
    }
}

/// The job that carries a fact to its reactions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct React(pub Event);

impl Task for React {
    const KIND: &'static str = "event";
}

/// Writes the fact in the unit of work that makes it true.
pub async fn record(tx: &mut Tx, event: Event) -> Result<(), DbError> {
    wares_jobs::enqueue(tx, &React(event), Due::now()).await
}
