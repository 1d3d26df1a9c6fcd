//! Writing to the shop.

use std::time::Duration;

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::text::{self, TextError};
use wares_kernel::{CustomerId, EmailAddress, InquiryId, MessageId, OrderId, ProductId, Token};

use super::inquiry::{Author, BODY_MAX, BODY_MIN, TOKEN_PLACE, Topic, subject_of};
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::seal::Vault;

/// How many threads one address may begin in an hour.
pub const INQUIRIES_PER_HOUR: i64 = 3;

/// Begins a thread.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Where the link's token is sealed.
    pub vault: Vault,
    /// Who asks.
    pub actor: Actor,
    /// What it is about.
    pub topic: Topic,
    /// Their name.
    pub name: String,
    /// Where answers go.
    pub email: EmailAddress,
    /// What they write.
    pub body: String,
    /// An order's number as it was typed, or empty.
    pub order_number: String,
    /// The order, only where it is known to be theirs.
    pub order_id: Option<OrderId>,
    /// The product it is about.
    pub product_id: Option<ProductId>,
    /// Who is signed in.
    pub customer_id: Option<CustomerId>,
}

/// A thread that has begun.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its id.
    pub id: InquiryId,
    /// How people name it.
    pub reference: String,
    /// What its link carries.
    pub token: Token,
}

/// Why something was not asked.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The name is missing or too long.
    #[error("Enter your name, up to 120 characters")]
    Name,
    /// The order's number is too long.
    #[error("Use at most 40 characters for the order number")]
    OrderNumber,
    /// The message is too short.
    #[error("Write at least {BODY_MIN} characters")]
    TooShort,
    /// The message is too long.
    #[error("Write at most {BODY_MAX} characters")]
    TooLong,
    /// Enough for now.
    #[error("You have written to us {INQUIRIES_PER_HOUR} times within an hour. We have it all; try again later")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Ask {
    type Out = Asked;
    type Error = AskError;

    async fn run(&self, tx: &mut Tx) -> Result<Asked, AskError> {
        let name = text::required_line(&self.name, 120).map_err(|_| AskError::Name)?;
        let order_number = text::line(&self.order_number, 40).map_err(|_| AskError::OrderNumber)?;
        let body = message_body(&self.body)?;
        let an_hour_ago = tx.now().minus(Duration::from_hours(1));
        if store::n_since(tx, &self.email.key(), an_hour_ago).await? >= INQUIRIES_PER_HOUR {
            return Err(AskError::TooMany);
        }
        let (inquiry_id, message_id): (InquiryId, MessageId) = (tx.new_id(), tx.new_id());
        let token = tx.new_token();
        let reference = format!("INQ-{}", store::next_number(tx).await?);
        let thread = store::NewThread {
            id: inquiry_id,
            reference: &reference,
            token: &token,
            token_sealed: self.vault.seal_token(tx.random(), TOKEN_PLACE, &token),
            customer_id: self.customer_id,
            order_number: &order_number,
            order_id: self.order_id,
            product_id: self.product_id,
            topic: self.topic,
            name: &name,
            email: &self.email,
            subject: subject_of(&body),
        };
        store::insert(tx, &thread).await?;
        let message = store::NewMessage {
            id: message_id,
            inquiry_id,
            author: Author::Customer,
            author_name: &name,
            staff_id: None,
            body: &body,
        };
        store::add_message(tx, &message).await?;
        let object = Object::inquiry(inquiry_id, &reference);
        audit::record(
            tx,
            &self.actor,
            Action::Asked,
            object,
            json!({"topic": self.topic.word()}),
        )
        .await?;
        events::record(tx, Event::InquiryReceived { inquiry_id, message_id }).await?;
        Ok(Asked {
            id: inquiry_id,
            reference,
            token,
        })
    }
}

/// A message fit to be kept.
pub(super) fn message_body(typed: &str) -> Result<String, AskError> {
    let body = text::block(typed, BODY_MAX).map_err(|error| match error {
        TextError::TooLong { .. } => AskError::TooLong,
        TextError::Empty => AskError::TooShort,
    })?;
    if body.chars().count() < BODY_MIN {
        return Err(AskError::TooShort);
    }
    Ok(body)
}
