//! Group commit: the one thread that writes to `SQLite`.
//!
//! A commit waits for the disk, so everything that is waiting shares one: up to [`Writer::group`] units of work between `BEGIN` and `COMMIT`.
//! Each must be able to fail alone. A savepoint around each gives that, and costs a copy of every page that is touched; hardly any unit needs
//! it. So a group begins without. When a unit is refused after it has written something, the transaction is rolled back and the same units
//! are run again, each in a savepoint: nobody has been answered yet, and a unit of work can be run again by its nature. The next groups
//! then use savepoints at once, because refusals come in swarms: a sale, a stranger who tries things.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;
use wares_kernel::Clock;

use crate::conn::{Raw, Tx};
use crate::error::DbError;
use crate::fault::{self, Point};
use crate::sqlite::Counters;
use crate::write::Write;

/// How many groups use savepoints after one had to be run again.
const CAREFUL_GROUPS: u32 = 32;

/// A unit of work that waits for the writer.
pub(crate) trait Queued: Send {
    /// It has not begun yet, and nobody waits for the answer any more.
    fn abandoned(&self) -> bool;
    /// Runs it, perhaps for the second time; answers whether what it wrote is to be kept.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Tells the caller, after the commit.
    fn answer(self: Box<Self>, commit: Result<(), DbError>);
}

/// A unit of work and who asked for it.
pub(crate) struct Waiting<W: Write> {
    work: W,
    result: Option<Result<W::Out, W::Error>>,
    reply: oneshot::Sender<Result<W::Out, W::Error>>,
}

impl<W: Write> Waiting<W> {
    pub(crate) fn new(work: W, reply: oneshot::Sender<Result<W::Out, W::Error>>) -> Self {
        Self {
            work,
            result: None,
            reply,
        }
    }
}

impl<W: Write> Queued for Waiting<W> {
    fn abandoned(&self) -> bool {
        self.result.is_none() && self.reply.is_closed()
    }

    fn run(&mut self, tx: &mut Tx) -> bool {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let future = pin!(self.work.run(tx));
            future.poll(&mut Context::from_waker(Waker::noop()))
        }));
        let result = match polled {
            Ok(Poll::Ready(result)) => result,
            Ok(Poll::Pending) => Err(DbError::ForeignAwait.into()),
            Err(panic) => Err(DbError::Panic(panic_text(&*panic)).into()),
        };
        let result = if result.is_ok() && tx.conn.spoiled {
            Err(DbError::Spoiled.into())
        } else {
            result
        };
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, commit: Result<(), DbError>) {
        let answer = match (self.result, commit) {
            (Some(Ok(out)), Ok(())) => Ok(out),
            (Some(Err(refusal)), _) => Err(refusal),
            (Some(Ok(_)) | None, Err(failure)) => Err(failure.into()),
            (None, Ok(())) => Err(DbError::Closed.into()),
        };
        if self.reply.send(answer).is_err() {
            tracing::debug!("The caller of a finished unit of work is gone");
        }
    }
}

/// The message a panic carries.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_owned())
}

/// What became of a unit of work that ran without a savepoint.
#[derive(Clone, Copy, PartialEq)]
enum Ran {
    /// What it wrote is to be kept, or it wrote nothing.
    Clean,
    /// It wrote something that must go.
    Marred,
}

/// The writer thread's things.
pub(crate) struct Writer {
    tx: Tx,
    clock: Arc<dyn Clock>,
    /// The most units of work between `BEGIN` and `COMMIT`.
    group: usize,
    /// How many more groups use savepoints from the start.
    careful: u32,
    figures: Arc<Counters>,
}

impl Writer {
    pub(crate) fn new(tx: Tx, clock: Arc<dyn Clock>, group: usize, figures: Arc<Counters>) -> Self {
        Self {
            tx,
            clock,
            group,
            careful: 0,
            figures,
        }
    }

    /// Does what is asked until nobody can ask any more.
    pub(crate) fn serve(mut self, waiting: &mpsc::Receiver<Box<dyn Queued>>) {
        let mut group: Vec<Box<dyn Queued>> = Vec::with_capacity(self.group);
        while let Ok(first) = waiting.recv() {
            group.push(first);
            let outcome = self.commit_group(waiting, &mut group);
            if let Err(error) = self.roll_back() {
                tracing::error!(%error, "The writer could not roll back");
            }
            self.figures.commits.fetch_add(1, Ordering::Relaxed);
            self.figures
                .units
                .fetch_add(u64::try_from(group.len()).unwrap_or(0), Ordering::Relaxed);
            let outcome = outcome.map_err(|error| DbError::Commit(error.to_string()));
            for unit in group.drain(..) {
                unit.answer(outcome.clone());
            }
        }
    }

    /// Runs the group's first unit and whatever else is waiting, up to the group's size, and commits. Fails when all of it is lost.
    fn commit_group(
        &mut self,
        waiting: &mpsc::Receiver<Box<dyn Queued>>,
        group: &mut Vec<Box<dyn Queued>>,
    ) -> Result<(), DbError> {
        self.command("BEGIN IMMEDIATE")?;
        let is_careful = self.careful > 0;
        self.careful = self.careful.saturating_sub(1);
        let mut next = 0;
        while let Some(unit) = group.get_mut(next) {
            if is_careful {
                self.run_apart(&mut **unit)?;
            } else if self.run_trusting(&mut **unit)? == Ran::Marred {
                self.roll_back()?;
                return self.run_again(group);
            }
            next += 1;
            if group.len() < self.group {
                group.extend(waiting.try_recv().ok());
            }
        }
        self.commit()
    }

    /// Runs a group from its beginning, each unit in its own savepoint, and commits.
    fn run_again(&mut self, group: &mut [Box<dyn Queued>]) -> Result<(), DbError> {
        self.careful = CAREFUL_GROUPS;
        self.command("BEGIN IMMEDIATE")?;
        for unit in group {
            self.run_apart(&mut **unit)?;
        }
        self.commit()
    }

    fn commit(&self) -> Result<(), DbError> {
        fault::reach_blocking(Point::CommitBegins)?;
        self.command("COMMIT")?;
        fault::reach_blocking(Point::CommitDone)
    }

    /// Runs a unit of work that can be taken back alone.
    fn run_apart(&mut self, unit: &mut dyn Queued) -> Result<(), DbError> {
        self.command("SAVEPOINT unit")?;
        if !self.run(unit)? {
            self.command("ROLLBACK TO unit")?;
        }
        self.command("RELEASE unit")
    }

    /// Runs a unit of work that can only be taken back with the whole group.
    fn run_trusting(&mut self, unit: &mut dyn Queued) -> Result<Ran, DbError> {
        let before = self.changes();
        let is_kept = self.run(unit)?;
        let wrote = self.changes() != before;
        Ok(if is_kept || !wrote { Ran::Clean } else { Ran::Marred })
    }

    /// Runs a unit of work unless nobody waits for it any more; answers whether what it wrote is to be kept.
    fn run(&mut self, unit: &mut dyn Queued) -> Result<bool, DbError> {
        if unit.abandoned() {
            return Ok(true);
        }
        self.tx.now = self.clock.now();
        self.tx.conn.spoiled = false;
        self.tx.conn.in_work = true;
        if let Some(record) = &self.tx.conn.record {
            record.begin();
        }
        let is_kept = unit.run(&mut self.tx);
        self.tx.conn.in_work = false;
        self.tx.conn.spoiled = false;
        if self.is_autocommit() {
            // Disk full or an I/O error: SQLite has rolled back everything by itself.
            return Err(DbError::driver("the database rolled the whole group back"));
        }
        Ok(is_kept)
    }

    /// Ends the transaction if one is open.
    fn roll_back(&self) -> Result<(), DbError> {
        if self.is_autocommit() {
            return Ok(());
        }
        self.command("ROLLBACK")
    }

    fn command(&self, text: &str) -> Result<(), DbError> {
        match &self.tx.conn.raw {
            Raw::Lite(lite) => lite.prepare_cached(text)?.execute([]).map(drop).map_err(DbError::from),
            Raw::Pg(_) => Err(DbError::Closed),
        }
    }

    /// Rows changed since the connection was opened.
    fn changes(&self) -> u64 {
        match &self.tx.conn.raw {
            Raw::Lite(lite) => lite.total_changes(),
            Raw::Pg(_) => 0,
        }
    }

    fn is_autocommit(&self) -> bool {
        matches!(&self.tx.conn.raw, Raw::Lite(lite) if lite.is_autocommit())
    }
}
