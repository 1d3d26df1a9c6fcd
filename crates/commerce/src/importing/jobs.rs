//! What happens to a file that came through the admin panel: it is checked, and imported once somebody says so.

use std::ops::ControlFlow;
use std::time::Duration;

use anyhow::anyhow;
use serde::{Deserialize, Serialize};
use wares_db::{Db, DbError, Tx, Write};
use wares_jobs::{Due, JobError, Task};
use wares_kernel::{Clock, ImportId};

use super::file::{KeepError, fetch};
use super::run::{Import, ImportError};
use super::store::{self, ImportRow};
use crate::audit::Actor;
use crate::media::UploadError;
use crate::media::blob::BlobStore;
use crate::settings::{self, Store};
use crate::staff;

/// How long one job imports before the next goes on: well below the time after which another instance may take the job.
const PORTION: Duration = Duration::from_mins(2);
/// How long a file that nobody imports is kept.
const UNUSED: Duration = Duration::from_hours(24);
/// How long an import may take.
const OVERDUE: Duration = Duration::from_hours(7 * 24);

/// Checks a kept file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckFile {
    /// The import it is for.
    pub import_id: ImportId,
}

impl Task for CheckFile {
    const KIND: &'static str = "check_import";
}

/// Imports a kept file, or goes on with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportFile {
    /// The import.
    pub import_id: ImportId,
}

impl Task for ImportFile {
    const KIND: &'static str = "import_file";
}

/// Begins an import that was checked. Beginning it twice is the same as once.
#[derive(Debug, Clone)]
pub struct Start {
    /// Who begins it.
    pub actor: Actor,
    /// Which.
    pub import_id: ImportId,
}

/// Why an import was not begun.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no such import, or its file was not wanted for a day.
    #[error("This file is not kept any more. Bring it again")]
    NotFound,
    /// It is still being checked.
    #[error("This file is still being checked")]
    NotChecked,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Start {
    type Out = ();
    type Error = StartError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StartError> {
        let row = store::import(tx, self.import_id).await?.ok_or(StartError::NotFound)?;
        if row.state == "checking" || row.state == "arriving" {
            return Err(StartError::NotChecked);
        }
        let fresh = row.report()?.fresh();
        if store::start(tx, self.import_id, self.actor.staff_id(), &fresh).await? {
            enqueue(tx, self.import_id).await?;
        }
        Ok(())
    }
}

async fn enqueue(tx: &mut Tx, import_id: ImportId) -> Result<(), DbError> {
    wares_jobs::enqueue(tx, &ImportFile { import_id }, Due::now()).await
}

/// Runs [`CheckFile`]: reads the whole file against the shop, and writes down only what was found.
pub async fn check_file(db: &Db, blobs: &dyn BlobStore, task: &CheckFile) -> Result<(), JobError> {
    let Some(row) = in_state(db, task.import_id, "checking").await? else {
        return Ok(());
    };
    let source = fetch(db, row.id).await.map_err(kept_badly)?;
    let checked = import(db, blobs, &row).await?.check(source).await;
    match checked {
        Ok(report) => Ok(db.write(Checked { id: row.id, report }).await?),
        Err(error) => fail(db, row.id, error).await,
    }
}

/// Runs [`ImportFile`] for a portion of time; where more is left, another job goes on.
pub async fn import_file(db: &Db, blobs: &dyn BlobStore, clock: &dyn Clock, task: &ImportFile) -> Result<(), JobError> {
    let Some(row) = in_state(db, task.import_id, "running").await? else {
        return Ok(());
    };
    let source = fetch(db, row.id).await.map_err(kept_badly)?;
    let until = clock.now().plus(PORTION);
    let begun = (row.id, u64::try_from(row.n_done).unwrap_or(0), row.report()?);
    let progress = |_: &_| {
        if clock.now() < until {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    match import(db, blobs, &row).await?.go_on(begun, source, progress).await {
        Ok(true) => Ok(()),
        Ok(false) => Ok(db.write(GoOn(row.id)).await?),
        Err(error) => fail(db, row.id, error).await,
    }
}

async fn in_state(db: &Db, id: ImportId, state: &str) -> Result<Option<ImportRow>, DbError> {
    let row = store::import(&mut *db.read().await?, id).await?;
    Ok(row.filter(|row| row.state == state))
}

async fn import<'a>(db: &'a Db, blobs: &'a dyn BlobStore, row: &ImportRow) -> Result<Import<'a>, DbError> {
    let mut conn = db.read().await?;
    let member = match row.staff_id {
        Some(id) => staff::find(&mut conn, id).await?,
        None => None,
    };
    let actor = member.map_or(Actor::System, |member| Actor::Staff {
        id: member.id,
        name: member.name,
        ip: None,
    });
    let currency = settings::load::<Store>(&mut conn).await?.value.currency;
    Ok(Import {
        db,
        blobs,
        files: None,
        actor,
        file_name: row.file_name.clone(),
        currency,
    })
}

/// What may work later is tried again; of anything else staff are told on the page of the import.
async fn fail(db: &Db, id: ImportId, error: ImportError) -> Result<(), JobError> {
    match error {
        ImportError::Db(error) | ImportError::Picture(UploadError::Db(error)) => Err(error.into()),
        ImportError::Picture(UploadError::Blob(error)) => Err(JobError::Retry(error.into())),
        error => {
            let note = error.to_string();
            Ok(db.write(GiveUp { id, note }).await?)
        }
    }
}

fn kept_badly(error: KeepError) -> JobError {
    match error {
        KeepError::Db(error) => error.into(),
        error => JobError::Retry(anyhow!(error)),
    }
}

struct Checked {
    id: ImportId,
    report: super::Report,
}

impl Write for Checked {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::checked(tx, self.id, &self.report).await
    }
}

struct GoOn(ImportId);

impl Write for GoOn {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        enqueue(tx, self.0).await
    }
}

struct GiveUp {
    id: ImportId,
    note: String,
}

impl Write for GiveUp {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::give_up(tx, self.id, &self.note).await
    }
}

/// Forgets files that nobody imported within a day, and those of imports that have not come to an end within seven.
#[derive(Debug, Clone, Copy)]
pub struct Prune;

impl Write for Prune {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let now = tx.now();
        store::forget(tx, now.minus(UNUSED)).await?;
        for id in store::overdue(tx, now.minus(OVERDUE)).await? {
            store::give_up(tx, id, "It had not come to an end within seven days").await?;
        }
        Ok(())
    }
}
