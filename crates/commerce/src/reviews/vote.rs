//! Finding a review helpful.
//!
//! An account votes once, and those without one vote once for each network. Whoever votes as a guest and then with an account, or the
//! other way round, is one person: the first account that votes from a network takes over the vote of the network's guests.

use wares_db::{DbError, Tx, Write};
use wares_kernel::{CustomerId, ReviewId};

use super::store;
use crate::changes::{self, Change};
use crate::seal::Vault;

/// Says that a published review was helpful; each voter once.
#[derive(Debug, Clone)]
pub struct VoteHelpful {
    /// Which review.
    pub review_id: ReviewId,
    /// Who votes.
    pub voter: Voter,
    /// Where the key is under whose hash voters are kept.
    pub vault: Vault,
}

/// What tells voters apart. Kept only as keyed hashes.
#[derive(Debug, Clone)]
pub struct Voter {
    /// Whose account it is, where somebody is signed in.
    pub customer: Option<CustomerId>,
    /// Where they are.
    pub network: String,
}

impl Write for VoteHelpful {
    /// Whether the vote counts.
    type Out = bool;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let review = store::find(tx, self.review_id).await?;
        let Some(review) = review.filter(|review| review.state == "published") else {
            return Ok(false);
        };
        if !self.is_new(tx).await? {
            return Ok(false);
        }
        store::count_vote(tx, review.id).await?;
        changes::record(tx, Change::Product(review.product_id)).await?;
        Ok(true)
    }
}

impl VoteHelpful {
    async fn is_new(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let network = &self.voter.network;
        let Some(customer) = self.voter.customer else {
            return self.note(tx, network).await;
        };
        if !self.note(tx, &customer.to_string()).await? {
            return Ok(false);
        }
        let nobody_voted_from_here = self.note(tx, network).await?;
        let first_account_from_here = self.note(tx, &format!("{network} with an account")).await?;
        Ok(nobody_voted_from_here || !first_account_from_here)
    }

    /// Answers whether this voter was not known.
    async fn note(&self, tx: &mut Tx, voter: &str) -> Result<bool, DbError> {
        let voter = self.vault.fingerprint("reviews.votes", voter.as_bytes());
        store::note_voter(tx, self.review_id, &voter).await
    }
}
