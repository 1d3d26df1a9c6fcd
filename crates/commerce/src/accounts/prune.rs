//! Forgetting what has run out.

use wares_db::{DbError, Tx, Write};

use super::{address_book, link, session, throttle};

/// Forgets sessions, links, refused sign-ins and removed addresses that no longer count. Meant to run about once an hour.
#[derive(Debug, Clone, Copy)]
pub struct Prune;

impl Write for Prune {
    /// How many rows went.
    type Out = u64;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        Ok(session::prune(tx).await?
            + link::prune(tx).await?
            + throttle::prune(tx).await?
            + address_book::prune(tx).await?)
    }
}
