//! What is done again and again while the shop runs: asking gateways about open payments, and forgetting what nobody needs.

use std::time::Duration;

use tokio::sync::watch;
use wares_commerce::{accounts, cart, changes, importing, once, payment, search};
use wares_db::{DbError, Tx, Write};
use wares_web::App;

use crate::shutdown;
use crate::wiring::{Shop, clock};

/// How often open payments are looked at. Each is due on its own time; this is only how late a look may be.
const LOOK: Duration = Duration::from_secs(3);
/// How often things are forgotten.
const TIDY: Duration = Duration::from_hours(1);
/// How long done jobs, notices and changes are kept.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// Asks gateways about open payments until `stop`.
pub(crate) async fn reconcile(till: payment::Till, stop: watch::Receiver<bool>) {
    every(LOOK, stop, async || match payment::reconcile(&till).await {
        Ok(0) => {}
        Ok(n) => tracing::debug!(payments = n, "Looked at {n} open payments"),
        Err(error) => tracing::warn!(%error, "Open payments could not be looked at"),
    })
    .await;
}

/// How often searches are written down: staff see them soon, and a burst of them is one transaction.
const COUNT: Duration = Duration::from_secs(10);
/// How often it is looked up what many people search for.
const LEARN: Duration = Duration::from_hours(1);

/// Writes down what was searched for until `stop`, and once more then.
pub(crate) async fn count_searches(app: App, stop: watch::Receiver<bool>) {
    let write = async || {
        if let Err(error) = app.searches.write_down(&app.db).await {
            tracing::warn!(%error, "Searches could not be counted; it will be tried again");
        }
    };
    every(COUNT, stop, &write).await;
    write().await;
}

/// Learns what many people search for, at once and then until `stop`.
pub(crate) async fn learn_searches(app: App, stop: watch::Receiver<bool>) {
    let learn = async || {
        let today = app.settings.get().store.day(app.now());
        if let Err(error) = app.search.learn(&app.db, today).await {
            tracing::warn!(%error, "What many people search for could not be looked up");
        }
    };
    learn().await;
    every(LEARN, stop, learn).await;
}

/// Forgets what nobody needs until `stop`.
pub(crate) async fn tidy(shop: TidyUp, stop: watch::Receiver<bool>) {
    every(TIDY, stop, async || {
        if let Err(error) = shop.once().await {
            tracing::warn!(%error, "Tidying up failed; it will be tried again in an hour");
        }
    })
    .await;
}

async fn every(pause: Duration, stop: watch::Receiver<bool>, mut work: impl AsyncFnMut()) {
    let mut stopped = std::pin::pin!(shutdown::asked(stop));
    loop {
        tokio::select! {
            () = &mut stopped => return,
            () = tokio::time::sleep(pause) => {}
        }
        work().await;
    }
}

/// What tidying up needs.
#[derive(Clone)]
pub(crate) struct TidyUp {
    db: wares_db::Db,
    settings: wares_commerce::settings::Cache,
}

impl TidyUp {
    pub(crate) fn new(shop: &Shop) -> Self {
        Self {
            db: shop.db.clone(),
            settings: shop.settings.clone(),
        }
    }

    async fn once(&self) -> Result<(), DbError> {
        let days = u64::from(self.settings.get().checkout.cart_days);
        self.db
            .write(cart::Prune {
                kept: Duration::from_hours(24 * days),
            })
            .await?;
        self.db.write(payment::PruneNotices { kept: KEPT }).await?;
        self.db.write(accounts::Prune).await?;
        self.db.write(importing::Prune).await?;
        self.db.write(once::Prune).await?;
        let today = self.settings.get().store.day(clock().now());
        self.db.write(search::Prune { today }).await?;
        self.db.write(PruneLogs).await
    }
}

#[cfg(test)]
mod tests;

struct PruneLogs;

impl Write for PruneLogs {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let before = tx.now().minus(KEPT);
        wares_jobs::prune(tx, before).await?;
        changes::prune(tx, before).await?;
        Ok(())
    }
}
