//! Finding a review helpful.

use wares_db::{DbError, Tx, Write};
use wares_kernel::ReviewId;

use super::store;
use crate::changes::{self, Change};
use crate::seal::Vault;

/// Says that a published review was helpful; each voter once.
#[derive(Debug, Clone)]
pub struct VoteHelpful {
    /// Which review.
    pub review_id: ReviewId,
    /// What tells voters apart: an account's id, or an address. Kept only as a keyed hash.
    pub voter: String,
    /// Where the key is.
    pub vault: Vault,
}

impl Write for VoteHelpful {
    /// Whether the vote is new.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let review = store::find(tx, self.review_id).await?;
        let Some(review) = review.filter(|review| review.state == "published") else {
            return Ok(false);
        };
        let voter = self.vault.fingerprint("reviews.votes", self.voter.as_bytes());
        if !store::vote(tx, review.id, &voter).await? {
            return Ok(false);
        }
        changes::record(tx, Change::Product(review.product_id)).await?;
        Ok(true)
    }
}
