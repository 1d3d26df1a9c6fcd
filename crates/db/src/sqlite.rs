//! `SQLite`: one writer thread with group commit, readers on connections of their own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rusqlite::config::DbConfig;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use wares_kernel::{Clock, Random};

use crate::conn::{Conn, Raw, Tx};
use crate::error::DbError;
use crate::write::Write;

/// How an embedded database is opened.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The most units of work between `BEGIN` and `COMMIT`.
    pub(crate) group: usize,
    /// How many units of work may wait before more are refused.
    pub(crate) queue: usize,
    /// Connections for reading.
    pub(crate) readers: usize,
    /// Whether a commit waits for the disk. Off only in tests of other things.
    pub(crate) durable: bool,
    pub(crate) record: Option<crate::record::Record>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            group: 128,
            queue: 4096,
            readers: 16,
            durable: true,
            record: None,
        }
    }
}

impl Options {
    /// The connection of the one thread that writes.
    fn writer(&self, path: &Path) -> Result<Conn, DbError> {
        let mut conn = Conn::new(Raw::Lite(open(path, self.durable)?));
        conn.record.clone_from(&self.record);
        Ok(conn)
    }
}

/// Opens a connection with the settings every connection has.
pub(crate) fn open(path: &Path, durable: bool) -> Result<rusqlite::Connection, DbError> {
    let connection = rusqlite::Connection::open(path)?;
    // Another program, such as an import, may be writing: queue politely instead of failing.
    connection.busy_timeout(Duration::from_secs(60))?;
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384; \
         PRAGMA mmap_size=1073741824; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;",
    )?;
    connection.execute_batch(if durable {
        "PRAGMA synchronous=FULL"
    } else {
        "PRAGMA synchronous=OFF"
    })?;
    // Without this, SQLite plans some joins anew at every run, to look at the values it is given; that costs more than the run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(512);
    Ok(connection)
}

/// A unit of work that waits for the writer.
trait Queued: Send {
    /// Nobody waits for the answer any more.
    fn abandoned(&self) -> bool;
    /// Runs it; answers whether its savepoint is to be kept.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Tells the caller, after the commit.
    fn answer(self: Box<Self>, commit: Result<(), DbError>);
}

struct Waiting<W: Write> {
    work: W,
    result: Option<Result<W::Out, W::Error>>,
    reply: oneshot::Sender<Result<W::Out, W::Error>>,
}

impl<W: Write> Queued for Waiting<W> {
    fn abandoned(&self) -> bool {
        self.reply.is_closed()
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

/// Figures of the writer.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) commits: AtomicU64,
    pub(crate) units: AtomicU64,
}

/// An open embedded database.
pub(crate) struct Lite {
    queue: mpsc::SyncSender<Box<dyn Queued>>,
    idle: Arc<Mutex<Vec<Conn>>>,
    permits: Arc<Semaphore>,
    pub(crate) counters: Arc<Counters>,
}

impl Lite {
    pub(crate) fn open(
        path: &Path,
        options: &Options,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, DbError> {
        let writer = options.writer(path)?;
        let mut idle = Vec::with_capacity(options.readers);
        for _ in 0..options.readers {
            let reader = open(path, options.durable)?;
            reader.execute_batch("PRAGMA query_only=ON")?;
            idle.push(Conn::new(Raw::Lite(reader)));
        }
        let (queue, waiting) = mpsc::sync_channel(options.queue);
        let counters = Arc::new(Counters::default());
        let (group, figures) = (options.group, Arc::clone(&counters));
        let tx = Tx {
            conn: writer,
            now: clock.now(),
            random,
        };
        std::thread::Builder::new()
            .name("db-writer".to_owned())
            .spawn(move || {
                Writer {
                    tx,
                    clock,
                    group,
                    figures,
                }
                .serve(&waiting);
            })
            .map_err(DbError::driver)?;
        Ok(Self {
            queue,
            idle: Arc::new(Mutex::new(idle)),
            permits: Arc::new(Semaphore::new(options.readers)),
            counters,
        })
    }

    pub(crate) async fn write<W: Write>(&self, work: W) -> Result<W::Out, W::Error> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .try_send(Box::new(Waiting {
                work,
                result: None,
                reply,
            }))
            .map_err(|error| match error {
                mpsc::TrySendError::Full(_) => DbError::Busy,
                mpsc::TrySendError::Disconnected(_) => DbError::Closed,
            })?;
        answer.await.map_err(|_| DbError::Closed)?
    }

    pub(crate) async fn reader(&self) -> Result<LiteReader, DbError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| DbError::Closed)?;
        let conn = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .ok_or(DbError::Closed)?;
        Ok(LiteReader {
            conn: Some(conn),
            idle: Arc::clone(&self.idle),
            _permit: permit,
        })
    }
}

/// A reading connection, given back when it is dropped.
pub(crate) struct LiteReader {
    pub(crate) conn: Option<Conn>,
    idle: Arc<Mutex<Vec<Conn>>>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for LiteReader {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}

/// The writer thread's things.
struct Writer {
    tx: Tx,
    clock: Arc<dyn Clock>,
    group: usize,
    figures: Arc<Counters>,
}

impl Writer {
    fn serve(mut self, waiting: &mpsc::Receiver<Box<dyn Queued>>) {
        let mut group: Vec<Box<dyn Queued>> = Vec::with_capacity(self.group);
        while let Ok(first) = waiting.recv() {
            let begun = self.command("BEGIN IMMEDIATE");
            let outcome = begun.and_then(|()| self.run_group(first, waiting, &mut group));
            let outcome = outcome.and_then(|()| self.command("COMMIT"));
            if !self.is_autocommit()
                && let Err(error) = self.command("ROLLBACK")
            {
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

    /// Runs whatever is waiting, up to the group's size. Fails when the whole transaction is lost.
    fn run_group(
        &mut self,
        first: Box<dyn Queued>,
        waiting: &mpsc::Receiver<Box<dyn Queued>>,
        group: &mut Vec<Box<dyn Queued>>,
    ) -> Result<(), DbError> {
        let mut next = Some(first);
        while let Some(mut unit) = next.take() {
            let ran = if unit.abandoned() {
                Ok(())
            } else {
                self.run_unit(&mut *unit)
            };
            group.push(unit);
            ran?;
            if group.len() < self.group {
                next = waiting.try_recv().ok();
            }
        }
        Ok(())
    }

    /// Runs one unit of work in its own savepoint.
    fn run_unit(&mut self, unit: &mut dyn Queued) -> Result<(), DbError> {
        self.command("SAVEPOINT unit")?;
        self.tx.now = self.clock.now();
        self.tx.conn.spoiled = false;
        self.tx.conn.in_work = true;
        if let Some(record) = &self.tx.conn.record {
            record.begin();
        }
        let keep = unit.run(&mut self.tx);
        self.tx.conn.in_work = false;
        self.tx.conn.spoiled = false;
        if self.is_autocommit() {
            // Disk full or an I/O error: SQLite has rolled back everything by itself.
            return Err(DbError::driver("the database rolled the whole group back"));
        }
        if !keep {
            self.command("ROLLBACK TO unit")?;
        }
        self.command("RELEASE unit")
    }

    fn command(&self, text: &str) -> Result<(), DbError> {
        match &self.tx.conn.raw {
            Raw::Lite(lite) => lite.prepare_cached(text)?.execute([]).map(drop).map_err(DbError::from),
            Raw::Pg { .. } => Err(DbError::Closed),
        }
    }

    fn is_autocommit(&self) -> bool {
        matches!(&self.tx.conn.raw, Raw::Lite(lite) if lite.is_autocommit())
    }
}
