//! The handle the domain sees.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use wares_kernel::{Clock, Random};

use crate::conn::{Conn, Engine};
use crate::encryption::Authority;
use crate::error::DbError;
use crate::migrate;
use crate::postgres::Pg;
use crate::sqlite::{Lite, LiteReader, Options};
use crate::write::{BoxFuture, Write};

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file of the embedded database.
    Sqlite(PathBuf),
    /// A server, as `postgres://…` or `host=… dbname=…`.
    Postgres(String),
}

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct DbConfig {
    /// Where the data is.
    pub target: Target,
    /// Whom the certificate of a server must come from, where the connection is encrypted: always, unless the server is on this machine or
    /// the connection string says `sslmode=disable`.
    pub authority: Authority,
    /// Connections: for reading on `SQLite`, of the pool on `PostgreSQL`.
    pub connections: usize,
    /// Units of work that may wait on `SQLite` before more are refused with [`DbError::Busy`].
    pub queue: usize,
    /// Units of work that share one commit on `SQLite`.
    pub group: usize,
    /// Whether a commit on `SQLite` waits for the disk. Only tests of other things switch it off.
    pub durable: bool,
    /// Where the writer on `SQLite` writes down what it sends.
    pub record: Option<crate::record::Record>,
}

impl DbConfig {
    /// The usual settings for `target`.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            authority: Authority::System,
            connections: 16,
            queue: 4096,
            group: 128,
            durable: true,
            record: None,
        }
    }
}

/// A database, open. Cheap to clone.
#[derive(Clone)]
pub struct Db(Kind);

#[derive(Clone)]
enum Kind {
    Lite(Arc<Lite>),
    Pg(Pg),
}

/// What the writer has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Commits.
    pub commits: u64,
    /// Units of work in them.
    pub units: u64,
}

impl Db {
    /// Opens the database. The schema is brought up to date by [`Db::migrate`].
    pub fn open(config: &DbConfig, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, DbError> {
        match &config.target {
            Target::Sqlite(path) => {
                let options = Options {
                    group: config.group.max(1),
                    queue: config.queue,
                    readers: config.connections.max(1),
                    durable: config.durable,
                    record: config.record.clone(),
                };
                Ok(Self(Kind::Lite(Arc::new(Lite::open(path, &options, clock, random)?))))
            }
            Target::Postgres(url) => {
                let pg = Pg::open(url, &config.authority, config.connections, clock, random)?;
                Ok(Self(Kind::Pg(pg)))
            }
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Kind::Lite(_) => Engine::Sqlite,
            Kind::Pg(_) => Engine::Postgres,
        }
    }

    /// Runs a unit of work, commits it and answers. When the caller goes away before it began, it never begins; afterwards it ends in order.
    pub async fn write<W: Write>(&self, work: W) -> Result<W::Out, W::Error> {
        match &self.0 {
            Kind::Lite(lite) => lite.write(work).await,
            Kind::Pg(pg) => pg.write(work).await,
        }
    }

    /// A connection for point reads. Do not hold it across calls to the outside.
    pub async fn read(&self) -> Result<Reader, DbError> {
        match &self.0 {
            Kind::Lite(lite) => Ok(Reader(Held::Lite(lite.reader().await?))),
            Kind::Pg(pg) => Ok(Reader(Held::Pg(pg.reader().await?))),
        }
    }

    /// Long reads (lists, reports, exports): on `SQLite` on a thread of their own, so that nothing else waits.
    pub async fn read_long<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
    {
        let mut reader = self.read().await?;
        if self.engine() == Engine::Postgres {
            return work(&mut reader).await;
        }
        let handle = tokio::runtime::Handle::current();
        match tokio::task::spawn_blocking(move || handle.block_on(work(&mut reader))).await {
            Ok(result) => result,
            Err(error) => Err(DbError::Panic(error.to_string()).into()),
        }
    }

    /// Brings the schema up to date; answers the names of the migrations that were applied. Safe to call from several instances at once.
    pub async fn migrate(&self) -> Result<Vec<&'static str>, DbError> {
        match &self.0 {
            Kind::Lite(_) => migrate::on_sqlite(self).await,
            Kind::Pg(pg) => migrate::on_postgres(pg).await,
        }
    }

    /// What the writer has done; `None` on `PostgreSQL`.
    pub fn stats(&self) -> Option<Stats> {
        match &self.0 {
            Kind::Lite(lite) => Some(Stats {
                commits: lite.counters.commits.load(Ordering::Relaxed),
                units: lite.counters.units.load(Ordering::Relaxed),
            }),
            Kind::Pg(_) => None,
        }
    }
}

/// A reading connection, given back when it is dropped.
pub struct Reader(Held);

enum Held {
    Lite(LiteReader),
    Pg(Conn),
}

impl Deref for Reader {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        match &self.0 {
            Held::Lite(reader) => reader
                .conn
                .as_ref()
                .expect("the connection leaves its reader only when that is dropped"),
            Held::Pg(conn) => conn,
        }
    }
}
impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Conn {
        match &mut self.0 {
            Held::Lite(reader) => reader
                .conn
                .as_mut()
                .expect("the connection leaves its reader only when that is dropped"),
            Held::Pg(conn) => conn,
        }
    }
}
