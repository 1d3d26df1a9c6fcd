//! Every mail the shop writes, by what it is about.

use serde::{Deserialize, Serialize};
use wares_db::{DbError, Tx};
use wares_jobs::{Due, Task};
use wares_kernel::{CustomerId, EmailAddress, FulfilmentId, InquiryId, Instant, MessageId, OrderId, RefundId, StaffId};

use crate::events::MoneyNews;
use crate::orders::OrderNumber;

/// A mail that is to be written: ids, and the address where there is nothing else to go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are ids that say what they are")]
pub enum Message {
    /// An order was placed and waits for a bank transfer.
    OrderReceived { order_id: OrderId },
    /// An order is settled: number, items, promised delivery.
    OrderConfirmation { order_id: OrderId },
    /// An order was not paid in time.
    OrderExpired { order_id: OrderId },
    /// An order was cancelled.
    OrderCancelled { order_id: OrderId },
    /// A payment came too late and goes back.
    PaymentReturned { order_id: OrderId },
    /// Less was charged than was authorised.
    PartReleased { order_id: OrderId },
    /// Money went back.
    Refunded { refund_id: RefundId },
    /// A parcel is on its way.
    Shipped { fulfilment_id: FulfilmentId },
    /// A parcel has arrived; how do you like it?
    Delivered { fulfilment_id: FulfilmentId },
    /// The way back to an order. Nobody is written to where number and address do not belong together.
    OrderLink { number: OrderNumber, email: EmailAddress },
    /// Prove that this mailbox is yours.
    VerifyEmail { customer_id: CustomerId },
    /// Somebody tried to open an account you have already.
    AccountExists { customer_id: CustomerId },
    /// Choose a new password. Nobody is written to where there is nobody.
    ResetPassword { email: EmailAddress },
    /// Your password was changed.
    PasswordChanged { customer_id: CustomerId },
    /// Prove that the new mailbox is yours.
    ConfirmNewEmail {
        customer_id: CustomerId,
        email: EmailAddress,
    },
    /// Your account moved to another address; sent to the old one.
    EmailChanged {
        customer_id: CustomerId,
        old_email: EmailAddress,
    },
    /// We have what you wrote.
    InquiryReceived {
        inquiry_id: InquiryId,
        message_id: MessageId,
    },
    /// We answered.
    InquiryReply {
        inquiry_id: InquiryId,
        message_id: MessageId,
    },
    /// Join the staff.
    StaffInvitation { staff_id: StaffId },
    /// Choose a new password for the admin panel.
    ResetStaffPassword { email: EmailAddress },
    /// Your password for the admin panel was changed.
    StaffPasswordChanged { staff_id: StaffId },
    /// Something about the money of an order; sent to the shop.
    MoneyNews { order_id: OrderId, news: MoneyNews },
    /// Prove that you want news.
    ConfirmNews { email: EmailAddress },
}

impl Message {
    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::OrderReceived { .. } => "order_received",
            Self::OrderConfirmation { .. } => "order_confirmation",
            Self::OrderExpired { .. } => "order_expired",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::PaymentReturned { .. } => "payment_returned",
            Self::PartReleased { .. } => "part_released",
            Self::Refunded { .. } => "refunded",
            Self::Shipped { .. } => "shipped",
            Self::Delivered { .. } => "delivered",
            Self::OrderLink { .. } => "order_link",
            Self::VerifyEmail { .. } => "verify_email",
            Self::AccountExists { .. } => "account_exists",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged { .. } => "password_changed",
            Self::ConfirmNewEmail { .. } => "confirm_new_email",
            Self::EmailChanged { .. } => "email_changed",
            Self::InquiryReceived { .. } => "inquiry_received",
            Self::InquiryReply { .. } => "inquiry_reply",
            Self::StaffInvitation { .. } => "staff_invitation",
            Self::ResetStaffPassword { .. } => "reset_staff_password",
            Self::StaffPasswordChanged { .. } => "staff_password_changed",
            Self::MoneyNews { .. } => "money_news",
            Self::ConfirmNews { .. } => "confirm_news",
        }
    }

    /// The key under which there is at most one such mail: one for each fact that happens once; for what may happen again, one a
    /// minute.
    pub fn key(&self, now: Instant) -> String {
        let kind = self.kind();
        let minute = now.seconds() / 60;
        match self {
            Self::OrderReceived { order_id: id }
            | Self::OrderConfirmation { order_id: id }
            | Self::OrderExpired { order_id: id }
            | Self::OrderCancelled { order_id: id }
            | Self::PaymentReturned { order_id: id }
            | Self::PartReleased { order_id: id } => format!("{kind}:{id}"),
            Self::Refunded { refund_id: id } => format!("{kind}:{id}"),
            Self::MoneyNews { order_id, news } => format!("{kind}:{order_id}:{}", news.word()),
            Self::Shipped { fulfilment_id: id } | Self::Delivered { fulfilment_id: id } => format!("{kind}:{id}"),
            Self::InquiryReceived { message_id: id, .. } | Self::InquiryReply { message_id: id, .. } => {
                format!("{kind}:{id}")
            }
            Self::VerifyEmail { customer_id: id }
            | Self::AccountExists { customer_id: id }
            | Self::PasswordChanged { customer_id: id }
            | Self::ConfirmNewEmail { customer_id: id, .. }
            | Self::EmailChanged { customer_id: id, .. } => format!("{kind}:{id}:{minute}"),
            Self::OrderLink { number, email } => format!("{kind}:{number}:{}:{minute}", email.key()),
            Self::StaffInvitation { staff_id: id } | Self::StaffPasswordChanged { staff_id: id } => {
                format!("{kind}:{id}:{minute}")
            }
            Self::ResetPassword { email } | Self::ResetStaffPassword { email } | Self::ConfirmNews { email } => {
                format!("{kind}:{}:{minute}", email.key())
            }
        }
    }
}

/// The job that writes a mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteMail {
    /// Which.
    pub message: Message,
    /// Its key.
    pub key: String,
}

impl Task for WriteMail {
    const KIND: &'static str = "write_mail";
}

/// Notes in the caller's unit of work that a mail is to be written; a second time for the same fact it is left out.
pub async fn enqueue(tx: &mut Tx, message: Message) -> Result<(), DbError> {
    let key = message.key(tx.now());
    let due = Due::now().once(format!("mail:{key}"));
    wares_jobs::enqueue(tx, &WriteMail { message, key }, due).await
}

/// The same, to be written at a later moment; it is left out then if there is nothing to say any more.
pub async fn enqueue_at(tx: &mut Tx, message: Message, at: Instant) -> Result<(), DbError> {
    let key = message.key(tx.now());
    let due = Due::at(at).once(format!("mail:{key}"));
    wares_jobs::enqueue(tx, &WriteMail { message, key }, due).await
}

#[cfg(test)]
mod tests {
    use wares_kernel::Id;

    use super::*;

    #[test]
    fn a_fact_that_happens_once_has_one_key_and_others_one_a_minute() {
        let (now, later) = (Instant::from_seconds(600), Instant::from_seconds(661));
        let once = Message::OrderConfirmation {
            order_id: Id::new(uuid::Uuid::nil()),
        };
        assert_eq!(once.key(now), once.key(later));
        let again = |text: &str| Message::ResetPassword {
            email: text.parse().expect("an address"),
        };
        assert_eq!(again("Ann@example.org").key(now), again("ann@example.org").key(now));
        assert_ne!(again("ann@example.org").key(now), again("ann@example.org").key(later));
    }
}
