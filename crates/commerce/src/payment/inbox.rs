//! Notices of gateways: believed only as a hint to look.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wares_db::fault::{self, Point};
use wares_db::{Db, DbError, Tx, Write};
use wares_jobs::{Due, JobError, Task};

use super::gateway::{Gateway, Notice, Snapshot, Webhook, WebhookError};
use super::settle::Settle;
use super::store;
use super::till::Till;

/// Why a notice was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It is not to be believed, or cannot be read.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// The database failed: the gateway shall send it again.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Checks a notice and puts it into the inbox. Whoever sent it can be answered at once; the work is done by a job.
pub async fn receive(db: &Db, gateway: &dyn Gateway, webhook: &Webhook<'_>) -> Result<(), ReceiveError> {
    let Some(notice) = gateway.webhook(webhook)? else {
        return Ok(());
    };
    fault::reach(Point::NoticeBelieved).await?;
    db.write(Keep {
        gateway: gateway.name().to_owned(),
        notice,
    })
    .await?;
    fault::reach(Point::NoticeKept).await?;
    Ok(())
}

struct Keep {
    gateway: String,
    notice: Notice,
}

impl Write for Keep {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        if !store::receive(tx, &self.gateway, &self.notice.event_id, &self.notice.reference).await? {
            return Ok(()); // The same event once more.
        }
        let task = HandleNotice {
            gateway: self.gateway.clone(),
            event_id: self.notice.event_id.clone(),
        };
        wares_jobs::enqueue(tx, &task, Due::now()).await
    }
}

/// The job that looks at what a notice speaks of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandleNotice {
    /// The gateway's name.
    pub gateway: String,
    /// The gateway's id of the event.
    pub event_id: String,
}

impl Task for HandleNotice {
    const KIND: &'static str = "payment.notice";
}

/// Fetches the payment a notice speaks of and settles it.
pub async fn handle_notice(till: &Till, task: HandleNotice) -> Result<(), JobError> {
    let reference = store::notice_reference(&mut *till.db.read().await?, &task.gateway, &task.event_id).await?;
    let (Some(reference), Some(gateway)) = (reference, till.gateways.get(&task.gateway)) else {
        return Err(JobError::Fail(anyhow::anyhow!(
            "notice {} of {} is not known",
            task.event_id,
            task.gateway
        )));
    };
    let snapshot = gateway
        .fetch(&reference)
        .await
        .map_err(|error| JobError::Retry(error.into()))?;
    fault::reach(Point::NoticeFetched).await?;
    till.db.write(Heed { notice: task, snapshot }).await?;
    fault::reach(Point::NoticeSettled).await?;
    Ok(())
}

/// Settles what a notice spoke of, and notes that it was heeded.
struct Heed {
    notice: HandleNotice,
    snapshot: Snapshot,
}

impl Write for Heed {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        self.settle(tx).await?;
        store::handled(tx, &self.notice.gateway, &self.notice.event_id).await
    }
}

impl Heed {
    async fn settle(&self, tx: &mut Tx) -> Result<(), DbError> {
        let (snapshot, reference) = (self.snapshot.clone(), &self.snapshot.reference);
        let Some(attempt_id) = snapshot.attempt_id else {
            tracing::info!(%reference, "A notice speaks of a payment that was not opened here");
            return Ok(());
        };
        match (Settle { attempt_id, snapshot }).run(tx).await {
            // Another shop's payment at the same gateway account, or one from before a restore.
            Err(DbError::NotFound) => {
                tracing::warn!(%reference, "A notice speaks of an attempt that is not known here");
                Ok(())
            }
            settled => settled.map(drop),
        }
    }
}

/// Forgets old notices. No gateway repeats one after so long.
#[derive(Debug, Clone)]
pub struct PruneNotices {
    /// How long they are kept.
    pub kept: Duration,
}

impl Write for PruneNotices {
    type Out = u64;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let before = tx.now().minus(self.kept);
        store::prune_notices(tx, before).await
    }
}
