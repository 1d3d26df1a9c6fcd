//! The demo's reviews, which nobody wrote and which say so.

use wares_db::{DbError, Tx, Write};
use wares_kernel::{Instant, ProductId};

use super::store;
use crate::catalog;

/// Gives a product the demo's sample reviews, unless it has some.
#[derive(Debug, Clone)]
pub struct AddSamples {
    /// The product.
    pub product_id: ProductId,
    /// The reviews.
    pub samples: Vec<Sample>,
}

/// One sample.
#[derive(Debug, Clone)]
pub struct Sample {
    /// 1 to 5.
    pub rating: u8,
    /// May be empty.
    pub title: String,
    /// What it says.
    pub body: String,
    /// The name it is shown under.
    pub author: String,
    /// When it pretends to have been written.
    pub at: Instant,
}

impl Write for AddSamples {
    /// How many were added.
    type Out = usize;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<usize, DbError> {
        if self.samples.is_empty() || store::has_samples(tx, self.product_id).await? {
            return Ok(0);
        }
        let mut stars = 0;
        for sample in &self.samples {
            let rating = i64::from(sample.rating.clamp(1, 5));
            store::add_sample(tx, self.product_id, sample, rating).await?;
            stars += rating;
        }
        let n = self.samples.len();
        catalog::rate(tx, self.product_id, stars, i64::try_from(n).unwrap_or(i64::MAX)).await?;
        Ok(n)
    }
}
