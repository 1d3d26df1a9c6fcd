//! Running an import: read, take pictures in, write in batches, remember how far it has come.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::{Currency, ImportId, token};

use super::batch::{Batch, BatchError, Done, Known, Work, existing};
use super::pictures::{PictureFiles, Pictures, Resolved};
use super::plan;
use super::problem::{Effect, Problem};
use super::read::{OpenError, Reader, Step};
use super::report::{Outcome, Report};
use super::source::Source;
use super::store::{self, New};
use crate::audit::{self, Action, Actor, Object};
use crate::catalog::SaveError;
use crate::media::UploadError;
use crate::media::blob::BlobStore;

/// Products written in one unit of work: enough to be quick where a commit is slow, few enough that an order placed meanwhile waits some
/// fifteen milliseconds at most.
const BATCH: usize = 100;

/// An import to be run.
pub struct Import<'a> {
    /// The shop's database.
    pub db: &'a Db,
    /// Where pictures are kept.
    pub blobs: &'a dyn BlobStore,
    /// Where the file's pictures are, if they come with it.
    pub files: Option<&'a dyn PictureFiles>,
    /// Who does it.
    pub actor: Actor,
    /// The name of the file, to be shown.
    pub file_name: String,
    /// The shop's currency.
    pub currency: Currency,
}

/// Why an import could not be run to its end. What was done is kept; running it again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read at all.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A picture could not be kept.
    #[error(transparent)]
    Picture(#[from] UploadError),
    /// The reader broke off.
    #[error("the file could not be read on: {0}")]
    Interrupted(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What an import came to.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Under which id the shop knows it.
    pub id: ImportId,
    /// What was done.
    pub report: Report,
    /// Whether it came to its end; false when it was stopped.
    pub is_finished: bool,
}

impl Import<'_> {
    /// What the import would do, without doing it: nothing is written.
    pub async fn check(&self, source: impl Source) -> Result<Report, ImportError> {
        let reader = Reader::open(source, self.currency)?;
        let mut report = Report::of(&reader);
        let mut steps = in_background(reader, 0);
        while let Some(chunk) = steps.recv().await {
            let mut conn = self.db.read().await?;
            for step in chunk {
                report.read(step.rows, step.product.is_none(), &step.problems);
                let Some(product) = step.product else { continue };
                let before = existing(&mut conn, &product).await?;
                let categories = before
                    .as_ref()
                    .map_or_else(Vec::new, |before| before.draft.categories.clone());
                let draft = plan::draft(&product, &Resolved::default(), categories, before.as_ref());
                let outcome = match &before {
                    None => Outcome::Created,
                    Some(before) if before.is(&draft) => Outcome::Unchanged,
                    Some(_) => Outcome::Changed,
                };
                report.imported(outcome, product.variants.len(), product.pictures.len());
            }
        }
        Ok(report)
    }

    /// Runs the import, or goes on with one of the same file that was broken off. `progress` hears of every batch and may stop it.
    pub async fn run(
        &self,
        mut source: impl Source,
        mut progress: impl FnMut(&Report) -> ControlFlow<()> + Send,
    ) -> Result<Imported, ImportError> {
        let fingerprint = fingerprint(&mut source).map_err(OpenError::Io)?;
        let reader = Reader::open(source, self.currency)?;
        let mut state = self.begin(&fingerprint, &reader).await?;
        let is_finished = self.work(&mut state, reader, &mut progress).await?;
        self.end(state, if is_finished { "finished" } else { "stopped" }).await
    }

    /// Goes on with an import that was begun. One that `progress` stops is not ended: somebody goes on with it again.
    pub(super) async fn go_on(
        &self,
        begun: (ImportId, u64, Report),
        source: impl Source,
        mut progress: impl FnMut(&Report) -> ControlFlow<()> + Send,
    ) -> Result<bool, ImportError> {
        let (id, n_done, report) = begun;
        let reader = Reader::open(source, self.currency)?;
        let known = Arc::default();
        let mut state = State {
            id,
            n_done,
            report,
            known,
        };
        let is_finished = self.work(&mut state, reader, &mut progress).await?;
        if is_finished {
            self.end(state, "finished").await?;
        }
        Ok(is_finished)
    }

    /// Reads and writes until the file ends or `progress` stops it; answers whether it came to the end.
    async fn work(
        &self,
        state: &mut State,
        reader: Reader,
        progress: &mut (impl FnMut(&Report) -> ControlFlow<()> + Send),
    ) -> Result<bool, ImportError> {
        let mut steps = in_background(reader, state.n_done);
        let mut pictures = Pictures::new(self.db, self.blobs, self.files);
        while let Some(chunk) = steps.recv().await {
            self.write(state, chunk, &mut pictures).await?;
            if progress(&state.report).is_break() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn begin(&self, fingerprint: &str, reader: &Reader) -> Result<State, DbError> {
        let found = store::unfinished(&mut *self.db.read().await?, fingerprint).await?;
        let known = Arc::default();
        if let Some((id, n_done, report)) = found {
            return Ok(State {
                id,
                n_done,
                report,
                known,
            });
        }
        let report = Report::of(reader);
        let new = New {
            state: "running",
            file_name: self.file_name.clone(),
            fingerprint: fingerprint.to_owned(),
            staff: self.actor.staff_id(),
            report: report.clone(),
        };
        let id = self.db.write(new).await?;
        Ok(State {
            id,
            n_done: 0,
            report,
            known,
        })
    }

    /// Writes a chunk at once; if anything in it is refused, each half of it, down to the product that is left out.
    async fn write(&self, state: &mut State, chunk: Vec<Step>, pictures: &mut Pictures<'_>) -> Result<(), ImportError> {
        let mut items = Vec::with_capacity(chunk.len());
        for step in chunk {
            items.push(Item::of(step, pictures).await?);
        }
        let mut parts = vec![items.as_slice()];
        while let Some(part) = parts.pop() {
            match (self.attempt(state, part).await?, part) {
                (None, _) => {}
                (Some(refusal), [item]) => self.leave_out(state, item, &refusal).await?,
                (Some(_), _) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
            }
        }
        Ok(())
    }

    /// Writes these in one unit of work; answers why one of them was refused, and then nothing was written.
    async fn attempt(&self, state: &mut State, items: &[Item]) -> Result<Option<SaveError>, ImportError> {
        let mut report = state.report.clone();
        for item in items {
            item.note(&mut report);
        }
        let works = items.iter().filter_map(|item| item.work.clone()).collect();
        let n_done = state.n_done + items.len() as u64;
        match self.db.write(state.batch(works, n_done, report)).await {
            Ok(done) => {
                state.take(done, n_done);
                Ok(None)
            }
            Err(BatchError::Refused(refusal)) => Ok(Some(refusal)),
            Err(BatchError::Db(error)) => Err(error.into()),
        }
    }

    async fn leave_out(&self, state: &mut State, item: &Item, refusal: &SaveError) -> Result<(), ImportError> {
        let value = match refusal {
            SaveError::SkuTaken { sku, .. } => sku.as_str(),
            _ => "",
        };
        let left_out = Item {
            work: None,
            is_left_out: true,
            problems: vec![Problem {
                line: item.line,
                column: String::new(),
                value: value.to_owned(),
                message: refusal.to_string(),
                effect: Effect::LeftOut,
            }],
            ..item.clone()
        };
        let again = self.attempt(state, &[left_out]).await?;
        again.map_or(Ok(()), |refusal| Err(ImportError::Interrupted(refusal.to_string())))
    }

    async fn end(&self, state: State, how: &'static str) -> Result<Imported, ImportError> {
        let end = End {
            id: state.id,
            how,
            actor: self.actor.clone(),
            file_name: self.file_name.clone(),
            report: state.report.clone(),
        };
        self.db.write(end).await?;
        Ok(Imported {
            id: state.id,
            report: state.report,
            is_finished: how == "finished",
        })
    }
}

/// How far an import has come.
struct State {
    id: ImportId,
    n_done: u64,
    report: Report,
    known: Arc<Known>,
}

impl State {
    fn batch(&self, works: Vec<Work>, n_done: u64, report: Report) -> Batch {
        Batch {
            import: self.id,
            works,
            n_done,
            report,
            known: Arc::clone(&self.known),
        }
    }

    fn take(&mut self, done: Done, n_done: u64) {
        self.report = done.report;
        self.known = Arc::new(done.known);
        self.n_done = n_done;
    }
}

/// A step of reading on its way into the shop.
#[derive(Debug, Clone)]
struct Item {
    line: u64,
    rows: u64,
    problems: Vec<Problem>,
    is_left_out: bool,
    work: Option<Work>,
}

impl Item {
    async fn of(step: Step, pictures: &mut Pictures<'_>) -> Result<Self, UploadError> {
        let Step {
            product,
            mut problems,
            rows,
        } = step;
        let Some(product) = product else {
            return Ok(Self {
                line: 0,
                rows,
                problems,
                is_left_out: true,
                work: None,
            });
        };
        let resolved = pictures.resolve(&product).await?;
        problems.extend(resolved.problems.iter().cloned());
        let line = product.line;
        let work = Work {
            product: Arc::new(product),
            pictures: Arc::new(resolved),
        };
        Ok(Self {
            line,
            rows,
            problems,
            is_left_out: false,
            work: Some(work),
        })
    }

    fn note(&self, report: &mut Report) {
        report.read(self.rows, self.is_left_out, &self.problems);
    }
}

/// Reads ahead on a thread of its own, a few chunks at most, skipping what is done already.
fn in_background(mut reader: Reader, skip: u64) -> mpsc::Receiver<Vec<Step>> {
    let (send, receive) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        for _ in 0..skip {
            if reader.next().is_none() {
                return;
            }
        }
        loop {
            let chunk: Vec<Step> = reader.by_ref().take(BATCH).collect();
            if chunk.is_empty() || send.blocking_send(chunk).is_err() {
                return;
            }
        }
    });
    receive
}

/// Tells files apart by what they hold.
fn fingerprint(source: &mut impl Source) -> io::Result<String> {
    source.rewind()?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let n = source.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
    }
    source.rewind()?;
    Ok(token::hex(&hash.finalize()))
}

#[derive(Debug)]
struct End {
    id: ImportId,
    how: &'static str,
    actor: Actor,
    file_name: String,
    report: Report,
}

impl Write for End {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::finish(tx, self.id, self.how, &self.report).await?;
        if self.how == "finished" {
            store::drop_pieces(tx, self.id).await?;
        }
        let Report {
            created,
            changed,
            unchanged,
            left_out,
            ..
        } = &self.report;
        let details = json!({ "created": created, "changed": changed, "unchanged": unchanged, "left_out": left_out, "state": self.how });
        audit::record(
            tx,
            &self.actor,
            Action::Imported,
            Object::import(self.id, &self.file_name),
            details,
        )
        .await
    }
}
