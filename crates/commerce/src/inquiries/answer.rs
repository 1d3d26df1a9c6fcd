//! Staff answer, or write a note among themselves.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::text;
use wares_kernel::{InquiryId, MessageId};

use super::inquiry::{Author, BODY_MAX, Inquiry, State};
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};

/// What becomes of a thread that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The shop waits for the customer.
    Wait,
    /// There is nothing more to say.
    Close,
}

/// Answers a customer; it goes out by mail.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Who answers.
    pub actor: Actor,
    /// Which thread.
    pub inquiry_id: InquiryId,
    /// What they write.
    pub body: String,
    /// What becomes of the thread.
    pub then: Then,
}

/// Writes a note that the customer never sees.
#[derive(Debug, Clone)]
pub struct Note {
    /// Who writes.
    pub actor: Actor,
    /// On which thread.
    pub inquiry_id: InquiryId,
    /// What they write.
    pub body: String,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// There is nothing in it.
    #[error("Write a message")]
    Empty,
    /// Too long.
    #[error("Write at most {BODY_MAX} characters")]
    TooLong,
    /// There is no such thread.
    #[error("This inquiry does not exist any more")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Answer {
    type Out = ();
    type Error = AnswerError;

    async fn run(&self, tx: &mut Tx) -> Result<(), AnswerError> {
        let inquiry = find(tx, self.inquiry_id).await?;
        let message_id = write_down(tx, &self.actor, &inquiry, Author::Staff, &self.body).await?;
        let state = match self.then {
            Then::Wait => State::Waiting,
            Then::Close => State::Closed,
        };
        store::set_state(tx, inquiry.id, state, false).await?;
        let object = Object::inquiry(inquiry.id, inquiry.reference);
        audit::record(
            tx,
            &self.actor,
            Action::Answered,
            object,
            json!({"state": state.word()}),
        )
        .await?;
        let inquiry_id = inquiry.id;
        events::record(tx, Event::InquiryAnswered { inquiry_id, message_id }).await?;
        Ok(())
    }
}

impl Write for Note {
    type Out = ();
    type Error = AnswerError;

    async fn run(&self, tx: &mut Tx) -> Result<(), AnswerError> {
        let inquiry = find(tx, self.inquiry_id).await?;
        write_down(tx, &self.actor, &inquiry, Author::Note, &self.body).await?;
        let object = Object::inquiry(inquiry.id, inquiry.reference);
        audit::record(tx, &self.actor, Action::Noted, object, json!({})).await?;
        Ok(())
    }
}

async fn find(tx: &mut Tx, id: InquiryId) -> Result<Inquiry, AnswerError> {
    store::find(tx, id).await?.ok_or(AnswerError::NotFound)
}

async fn write_down(
    tx: &mut Tx,
    actor: &Actor,
    inquiry: &Inquiry,
    author: Author,
    typed: &str,
) -> Result<MessageId, AnswerError> {
    let body = text::block(typed, BODY_MAX).map_err(|_| AnswerError::TooLong)?;
    if body.is_empty() {
        return Err(AnswerError::Empty);
    }
    let id = tx.new_id();
    let message = store::NewMessage {
        id,
        inquiry_id: inquiry.id,
        author,
        author_name: actor.name(),
        staff_id: actor.staff_id(),
        body: &body,
    };
    store::add_message(tx, &message).await?;
    Ok(id)
}
