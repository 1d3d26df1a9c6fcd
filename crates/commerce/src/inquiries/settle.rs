//! Closing, opening again, seeing to it.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{InquiryId, StaffId};

use super::inquiry::State;
use super::store;
use crate::audit::{self, Action, Actor, Object};

/// Closes a thread.
#[derive(Debug, Clone)]
pub struct Close {
    /// Who does it.
    pub actor: Actor,
    /// Which.
    pub inquiry_id: InquiryId,
}

/// Opens a closed thread again.
#[derive(Debug, Clone)]
pub struct Reopen {
    /// Who does it.
    pub actor: Actor,
    /// Which.
    pub inquiry_id: InquiryId,
}

/// Gives a thread to somebody, or to nobody.
#[derive(Debug, Clone)]
pub struct Assign {
    /// Who does it.
    pub actor: Actor,
    /// Which.
    pub inquiry_id: InquiryId,
    /// To whom.
    pub assignee_id: Option<StaffId>,
}

/// Notes that staff have seen the latest message.
#[derive(Debug, Clone)]
pub struct MarkRead {
    /// Which thread.
    pub inquiry_id: InquiryId,
}

/// Notes that somebody should look at it again.
#[derive(Debug, Clone)]
pub struct MarkUnread {
    /// Which thread.
    pub inquiry_id: InquiryId,
}

impl Write for Close {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        moved(tx, &self.actor, self.inquiry_id, State::Closed, Action::Closed).await
    }
}

impl Write for Reopen {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        moved(tx, &self.actor, self.inquiry_id, State::Open, Action::Reopened).await
    }
}

async fn moved(tx: &mut Tx, actor: &Actor, id: InquiryId, state: State, action: Action) -> Result<(), DbError> {
    let inquiry = store::find(tx, id).await?.ok_or(DbError::NotFound)?;
    if inquiry.state == state {
        return Ok(());
    }
    store::set_state(tx, id, state, false).await?;
    let details = json!({"state": [inquiry.state.word(), state.word()]});
    audit::record(tx, actor, action, Object::inquiry(id, inquiry.reference), details).await
}

impl Write for Assign {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let inquiry = store::find(tx, self.inquiry_id).await?.ok_or(DbError::NotFound)?;
        store::assign(tx, inquiry.id, self.assignee_id).await?;
        let object = Object::inquiry(inquiry.id, inquiry.reference);
        let details = json!({"assignee": [inquiry.assignee_id, self.assignee_id]});
        audit::record(tx, &self.actor, Action::Assigned, object, details).await
    }
}

impl Write for MarkRead {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::set_unread(tx, self.inquiry_id, false).await
    }
}

impl Write for MarkUnread {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::set_unread(tx, self.inquiry_id, true).await
    }
}
