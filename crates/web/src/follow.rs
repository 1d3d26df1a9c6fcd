//! Following what changes: every instance reads the change log of the database and brings what it keeps in memory up to date.

use std::{future::Future, pin::pin, time::Duration};

use wares_commerce::{
    changes::{self, Change},
    search::SearchError,
};
use wares_kernel::Instant;

use crate::{app::App, http::Error};

/// How often the log is read. What is changed through one instance shows on every other within two seconds, also when one
/// look takes a while.
const PAUSE: Duration = Duration::from_millis(400);
/// How many entries one look takes.
const ENTRIES: i64 = 500;
/// After so long a time without a look, entries may have been pruned, so nothing kept can be trusted.
const TRUSTED: Duration = Duration::from_secs(3600);

/// One instance's place in the log.
pub struct Follower {
    app: App,
    seq: i64,
    looked_at: Instant,
}

impl Follower {
    /// Begins at the present end of the log. To be made before the first request is answered: what is rendered later is newer.
    pub async fn start(app: App) -> Result<Self, SearchError> {
        let mut conn = app.db.read().await?;
        let seq = changes::latest(&mut conn).await?;
        app.settings.refresh(&mut conn).await?;
        drop(conn);
        // An index kept from before may be behind.
        let indexed = app.search.start(&app.db).await?;
        Ok(Self {
            looked_at: app.now(),
            app,
            seq: seq.min(indexed),
        })
    }

    /// The place in the log up to which everything has been followed.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Looks once and does what is to be done; answers how many changes there were.
    pub async fn look(&mut self) -> Result<usize, Error> {
        if self.app.now().since(self.looked_at) > TRUSTED {
            self.begin_anew().await?;
        }
        let mut conn = self.app.db.read().await?;
        let entries = changes::after(&mut conn, self.seq, ENTRIES).await?;
        drop(conn);
        let all: Vec<Change> = entries.iter().map(|entry| entry.change).collect();
        if let Some(last) = entries.last() {
            let app = &self.app;
            app.search
                .apply(&app.db, &all, last.seq)
                .await
                .map_err(anyhow::Error::from)?;
            self.apply(&all).await?;
            self.seq = last.seq;
        }
        self.looked_at = self.app.now();
        Ok(all.len())
    }

    async fn begin_anew(&mut self) -> Result<(), Error> {
        let mut conn = self.app.db.read().await?;
        let seq = changes::latest(&mut conn).await?;
        drop(conn);
        self.app.search.fill(&self.app.db).await.map_err(anyhow::Error::from)?;
        self.apply(&[Change::Settings, Change::Search]).await?;
        self.seq = seq;
        Ok(())
    }

    /// First what pages are made from, then the pages.
    async fn apply(&self, all: &[Change]) -> Result<(), Error> {
        if all.is_empty() {
            return Ok(());
        }
        if all.contains(&Change::Settings) {
            self.app.settings.refresh(&mut *self.app.db.read().await?).await?;
        }
        if all
            .iter()
            .any(|change| matches!(change, Change::Settings | Change::Category(_)))
        {
            self.app.renew_frame().await?;
        }
        self.app.pages.forget(all);
        Ok(())
    }
}

/// Follows until `stop` is done. A look that fails is logged and made again.
pub async fn follow(mut follower: Follower, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if let Err(error) = follower.look().await {
            tracing::warn!("The change log could not be followed: {error}");
        }
    }
}
