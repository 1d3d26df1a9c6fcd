//! `SQLite`: one thread that writes (see [`crate::sqlite_writer`]), readers on connections of their own.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use rusqlite::config::DbConfig;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use wares_kernel::{Clock, Random};

use crate::conn::{Conn, Raw, Tx};
use crate::error::DbError;
use crate::sqlite_writer::{Queued, Waiting, Writer};
use crate::write::Write;

/// How an embedded database is opened.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The most units of work between `BEGIN` and `COMMIT`.
    pub(crate) group: usize,
    /// How many units of work may wait before more are refused.
    pub(crate) queue: usize,
    /// Connections for reading, at most.
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

/// Figures of the writer.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) commits: AtomicU64,
    pub(crate) units: AtomicU64,
}

/// An open embedded database.
pub(crate) struct Lite {
    queue: mpsc::SyncSender<Box<dyn Queued>>,
    path: PathBuf,
    durable: bool,
    /// Open readers that nobody uses; the last one to be given back is the next to be used.
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
        let (queue, waiting) = mpsc::sync_channel(options.queue);
        let counters = Arc::new(Counters::default());
        let tx = Tx {
            conn: writer,
            now: clock.now(),
            random,
        };
        let writer = Writer::new(tx, clock, options.group, Arc::clone(&counters));
        std::thread::Builder::new()
            .name("db-writer".to_owned())
            .spawn(move || writer.serve(&waiting))
            .map_err(DbError::driver)?;
        Ok(Self {
            queue,
            path: path.to_owned(),
            durable: options.durable,
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(options.readers)),
            counters,
        })
    }

    pub(crate) async fn write<W: Write>(&self, work: W) -> Result<W::Out, W::Error> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .try_send(Box::new(Waiting::new(work, reply)))
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
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = idle.map_or_else(|| self.open_reader(), Ok)?;
        Ok(LiteReader {
            conn: Some(conn),
            idle: Arc::clone(&self.idle),
            _permit: permit,
        })
    }

    /// Each has a view of the file and memory of its own, so none is opened before it is needed.
    fn open_reader(&self) -> Result<Conn, DbError> {
        let reader = open(&self.path, self.durable)?;
        reader.execute_batch("PRAGMA query_only=ON")?;
        Ok(Conn::new(Raw::Lite(reader)))
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
