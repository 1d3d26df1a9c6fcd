//! Forgetting carts nobody comes back to.

use std::time::Duration;

use wares_db::{DbError, Tx, Write};

use super::store;

/// Deletes the open carts of browsers that were not used for a while. Customers' carts stay.
#[derive(Debug, Clone)]
pub struct Prune {
    /// How long a cart is kept after its last use.
    pub kept: Duration,
}

impl Write for Prune {
    /// How many were deleted.
    type Out = u64;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let before = tx.now().minus(self.kept);
        store::prune(tx, before).await
    }
}
