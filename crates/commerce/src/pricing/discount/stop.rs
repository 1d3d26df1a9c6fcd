//! Staff end a promotion.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::PromotionId;

use super::store;
use crate::audit::{self, Action, Actor, Object};

/// Ends a promotion at once and for good. Orders that have it keep it; whoever is checking out with it is told.
#[derive(Debug, Clone)]
pub struct StopPromotion {
    /// Who does it.
    pub actor: Actor,
    /// Which one.
    pub promotion_id: PromotionId,
}

/// Why it was not ended.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// It is not there.
    #[error("this discount is not there any more")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for StopPromotion {
    type Out = ();
    type Error = StopError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StopError> {
        let id = self.promotion_id;
        let kept = store::find(tx, id).await?.ok_or(StopError::NotFound)?;
        if store::stop(tx, id).await? {
            let object = Object::promotion(id, kept.terms.name);
            audit::record(tx, &self.actor, Action::Stopped, object, json!({})).await?;
        }
        Ok(())
    }
}
