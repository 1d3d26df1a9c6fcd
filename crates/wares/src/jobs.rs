//! Which job is done by whom.

use std::sync::Arc;

use wares_commerce::events::React;
use wares_commerce::reactions::Reaction;
use wares_jobs::{JobError, Worker};
use wares_kernel::Clock;

use crate::wiring::Shop;

/// A worker that knows every job of the shop.
pub(crate) fn worker(shop: &Shop, clock: Arc<dyn Clock>) -> Worker {
    let db = shop.db.clone();
    Worker::new(shop.db.clone(), clock).with(move |React(event)| {
        let db = db.clone();
        async move { db.write(Reaction(event)).await.map_err(JobError::from) }
    })
}
