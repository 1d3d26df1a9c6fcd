//! A customer goes on with a thread, by its link.

use std::time::Duration;

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{MessageId, Token};

use super::ask::{AskError, message_body};
use super::inquiry::{Author, State};
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};

/// How many messages a customer may add to a thread in an hour.
const MESSAGES_PER_HOUR: i64 = 10;
/// How many messages a thread holds.
const MESSAGES_MAX: i64 = 200;

/// Adds a message to a thread, which is open again.
#[derive(Debug, Clone)]
pub struct FollowUp {
    /// What the link carries.
    pub token: Token,
    /// Who writes.
    pub actor: Actor,
    /// What they write.
    pub body: String,
}

/// Why a message was not added.
#[derive(Debug, thiserror::Error)]
pub enum FollowUpError {
    /// There is no such thread.
    #[error("We could not find this conversation. Check the link")]
    NotFound,
    /// The message is too short or too long.
    #[error(transparent)]
    Body(AskError),
    /// Enough for now.
    #[error("That was a lot within an hour. We have it all; try again later")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for FollowUp {
    type Out = ();
    type Error = FollowUpError;

    async fn run(&self, tx: &mut Tx) -> Result<(), FollowUpError> {
        let inquiry = store::find_by_token(tx, &self.token.hash()).await?;
        let inquiry = inquiry.ok_or(FollowUpError::NotFound)?;
        let body = message_body(&self.body).map_err(|error| match error {
            AskError::Db(error) => FollowUpError::Db(error),
            error => FollowUpError::Body(error),
        })?;
        let an_hour_ago = tx.now().minus(Duration::from_hours(1));
        let n_of_late = store::n_messages_since(tx, inquiry.id, an_hour_ago).await?;
        if n_of_late >= MESSAGES_PER_HOUR || inquiry.n_messages >= MESSAGES_MAX {
            return Err(FollowUpError::TooMany);
        }
        let message_id: MessageId = tx.new_id();
        let message = store::NewMessage {
            id: message_id,
            inquiry_id: inquiry.id,
            author: Author::Customer,
            author_name: &inquiry.name,
            staff_id: None,
            body: &body,
        };
        store::add_message(tx, &message).await?;
        store::set_state(tx, inquiry.id, State::Open, true).await?;
        let object = Object::inquiry(inquiry.id, inquiry.reference);
        audit::record(tx, &self.actor, Action::Asked, object, json!({})).await?;
        let inquiry_id = inquiry.id;
        events::record(tx, Event::InquiryReceived { inquiry_id, message_id }).await?;
        Ok(())
    }
}
