//! Staff write something down about an order.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::OrderId;
use wares_kernel::text::{self, TextError};

use super::store::find;
use super::timeline::note;
use crate::audit::{self, Action, Actor, Object};

/// The longest comment, in characters.
const COMMENT_MAX: usize = 2000;

/// Adds a comment that only staff see to the timeline.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Who writes.
    pub actor: Actor,
    /// About which order.
    pub order_id: OrderId,
    /// What.
    pub text: String,
}

/// Why a comment was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CommentError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// It is empty or too long.
    #[error("{0}")]
    Text(#[from] TextError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Comment {
    type Out = ();
    type Error = CommentError;

    async fn run(&self, tx: &mut Tx) -> Result<(), CommentError> {
        let text = text::required_block(&self.text, COMMENT_MAX)?;
        let order = find(tx, self.order_id).await?.ok_or(CommentError::NoOrder)?;
        note(tx, order.id, "comment", &self.actor, json!({ "text": text })).await?;
        let object = Object::order(order.id, order.number.to_string());
        audit::record(tx, &self.actor, Action::Noted, object, json!({})).await?;
        Ok(())
    }
}
