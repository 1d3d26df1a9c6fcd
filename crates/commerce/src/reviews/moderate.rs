//! Staff decide, and answer.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::ReviewId;
use wares_kernel::text;

use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::catalog;
use crate::changes::{self, Change};

/// The most characters of a reply.
const REPLY_MAX: usize = 2000;
/// The most characters of a reason.
const REASON_MAX: usize = 500;

/// Shows a review in the shop.
#[derive(Debug, Clone)]
pub struct Publish {
    /// Who decides.
    pub actor: Actor,
    /// Which.
    pub review_id: ReviewId,
}

/// Does not show a review, or no longer.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Who decides.
    pub actor: Actor,
    /// Which.
    pub review_id: ReviewId,
    /// Why, for staff.
    pub reason: String,
}

/// Says something to a review, shown below it. Without text the reply goes.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Who says it.
    pub actor: Actor,
    /// To which.
    pub review_id: ReviewId,
    /// What.
    pub text: String,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum ModerateError {
    /// There is no reason.
    #[error("Say why")]
    NoReason,
    /// The reason is too long.
    #[error("Use at most {REASON_MAX} characters")]
    ReasonTooLong,
    /// The reply is too long.
    #[error("Use at most {REPLY_MAX} characters")]
    ReplyTooLong,
    /// There is no such review.
    #[error("This review does not exist any more")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Publish {
    type Out = ();
    type Error = ModerateError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ModerateError> {
        let review = store::lock(tx, self.review_id).await?.ok_or(ModerateError::NotFound)?;
        if review.state == "published" {
            return Ok(());
        }
        store::decide(tx, review.id, "published", "", self.actor.staff_id()).await?;
        catalog::rate(tx, review.product_id, review.rating, 1).await?;
        let object = Object::review(review.id, review.author);
        let details = json!({"state": [review.state, "published"]});
        audit::record(tx, &self.actor, Action::Published, object, details).await?;
        Ok(())
    }
}

impl Write for Reject {
    type Out = ();
    type Error = ModerateError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ModerateError> {
        let reason = text::block(&self.reason, REASON_MAX).map_err(|_| ModerateError::ReasonTooLong)?;
        if reason.is_empty() {
            return Err(ModerateError::NoReason);
        }
        let review = store::lock(tx, self.review_id).await?.ok_or(ModerateError::NotFound)?;
        store::decide(tx, review.id, "rejected", &reason, self.actor.staff_id()).await?;
        if review.state == "published" {
            catalog::rate(tx, review.product_id, -review.rating, -1).await?;
        }
        let object = Object::review(review.id, review.author);
        let details = json!({"state": [review.state, "rejected"], "reason": reason});
        audit::record(tx, &self.actor, Action::Rejected, object, details).await?;
        Ok(())
    }
}

impl Write for Reply {
    type Out = ();
    type Error = ModerateError;

    async fn run(&self, tx: &mut Tx) -> Result<(), ModerateError> {
        let reply = text::block(&self.text, REPLY_MAX).map_err(|_| ModerateError::ReplyTooLong)?;
        let review = store::lock(tx, self.review_id).await?.ok_or(ModerateError::NotFound)?;
        store::reply(tx, review.id, &reply).await?;
        if review.state == "published" {
            changes::record(tx, Change::Product(review.product_id)).await?;
        }
        let object = Object::review(review.id, review.author);
        let details = json!({"reply": [review.reply, reply]});
        audit::record(tx, &self.actor, Action::Answered, object, details).await?;
        Ok(())
    }
}
