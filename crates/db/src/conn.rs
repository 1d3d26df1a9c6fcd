//! Connections: [`Conn`] reads, [`Tx`] reads and writes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use wares_kernel::{Id, Instant, Random, Token, random};

use crate::error::DbError;
use crate::postgres_conn::PgConn;
use crate::row::{FromRow, Row};
use crate::sql::Sql;
use crate::value::P;

/// Which database is behind a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// A server.
    Postgres,
}

/// A connection that reads.
pub struct Conn {
    pub(crate) raw: Raw,
    /// A statement failed: on `PostgreSQL` the transaction is lost, so on `SQLite` it has to be, too.
    pub(crate) spoiled: bool,
    /// The failure was one after which the same work may succeed.
    pub(crate) conflicted: bool,
    /// Inside a unit of work.
    pub(crate) in_work: bool,
    pub(crate) record: Option<crate::record::Record>,
}

pub(crate) enum Raw {
    Lite(rusqlite::Connection),
    Pg(PgConn),
}

impl Conn {
    pub(crate) fn new(raw: Raw) -> Self {
        Self {
            raw,
            spoiled: false,
            conflicted: false,
            in_work: false,
            record: None,
        }
    }

    /// Which engine this is. The domain has no reason to ask; tests and tools have.
    pub fn engine(&self) -> Engine {
        match self.raw {
            Raw::Lite(_) => Engine::Sqlite,
            Raw::Pg(_) => Engine::Postgres,
        }
    }

    /// All rows.
    pub async fn all<T: FromRow>(&mut self, sql: Sql, args: &[P<'_>]) -> Result<Vec<T>, DbError> {
        self.check(sql, args)?;
        let rows = match &mut self.raw {
            Raw::Lite(lite) => lite_rows(lite, sql, args, usize::MAX),
            Raw::Pg(pg) => pg.rows(sql, args).await,
        };
        self.note(rows)
    }

    /// The first row, if there is one.
    pub async fn opt<T: FromRow>(&mut self, sql: Sql, args: &[P<'_>]) -> Result<Option<T>, DbError> {
        self.check(sql, args)?;
        let rows = match &mut self.raw {
            Raw::Lite(lite) => lite_rows(lite, sql, args, 1),
            Raw::Pg(pg) => pg.rows(sql, args).await,
        };
        Ok(self.note(rows)?.into_iter().next())
    }

    /// The first row; [`DbError::NotFound`] without one, which does not spoil the work.
    pub async fn one<T: FromRow>(&mut self, sql: Sql, args: &[P<'_>]) -> Result<T, DbError> {
        self.opt(sql, args).await?.ok_or(DbError::NotFound)
    }

    /// Asks the engine to parse and plan the statement without running it. On `PostgreSQL` it is refused too when it answers something of a
    /// type that no [`Col`](crate::Col) is read from, such as the `int4` of a bare `1` or the `numeric` of a sum.
    pub async fn prepare(&mut self, sql: Sql) -> Result<(), DbError> {
        match &mut self.raw {
            Raw::Lite(lite) => lite.prepare_cached(sql.lite).map(drop).map_err(DbError::from),
            Raw::Pg(pg) => pg.prepare(sql).await,
        }
    }

    fn check(&self, sql: Sql, args: &[P<'_>]) -> Result<(), DbError> {
        if self.spoiled {
            return Err(DbError::Spoiled);
        }
        if sql.args != args.len() {
            return Err(DbError::driver(format!(
                "{} arguments for a statement that takes {}: {}",
                args.len(),
                sql.args,
                sql.lite
            )));
        }
        if let Some(record) = &self.record {
            record.note(sql, args);
        }
        Ok(())
    }

    /// Remembers a failure of a statement inside a unit of work.
    fn note<T>(&mut self, result: Result<T, DbError>) -> Result<T, DbError> {
        if let Err(error) = &result {
            self.spoiled = self.in_work;
            self.conflicted |= matches!(error, DbError::Conflict(_));
        }
        result
    }
}

fn lite_rows<T: FromRow>(
    lite: &rusqlite::Connection,
    sql: Sql,
    args: &[P<'_>],
    most: usize,
) -> Result<Vec<T>, DbError> {
    let mut statement = lite.prepare_cached(sql.lite)?;
    let mut rows = statement.query(rusqlite::params_from_iter(args))?;
    let mut found = Vec::new();
    while found.len() < most {
        let Some(row) = rows.next()? else { break };
        found.push(T::from_row(&Row::Lite(row))?);
    }
    Ok(found)
}

/// A connection inside a unit of work: it reads, writes, and knows the work's instant and its source of ids.
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) now: Instant,
    pub(crate) random: Arc<dyn Random>,
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}
impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    /// The one instant of this unit of work.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// A new id.
    pub fn new_id<K>(&self) -> Id<K> {
        random::new_id(&*self.random, self.now)
    }

    /// A new secret.
    pub fn new_token(&self) -> Token {
        self.random.token()
    }

    /// The source of chance, for what is neither an id nor a token.
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// Runs a statement; answers how many rows it changed.
    pub async fn exec(&mut self, sql: Sql, args: &[P<'_>]) -> Result<u64, DbError> {
        self.conn.check(sql, args)?;
        let changed = match &mut self.conn.raw {
            Raw::Lite(lite) => lite_exec(lite, sql, args),
            Raw::Pg(pg) => pg.exec(sql, args).await,
        };
        self.conn.note(changed)
    }

    /// Sends a statement whose answer nobody waits for: rows that are written, never a question and never a condition. On `PostgreSQL` it
    /// travels with the next statement, at the latest with the end of the work, and a failure of it shows there.
    pub async fn send(&mut self, sql: Sql, args: &[P<'_>]) -> Result<(), DbError> {
        self.conn.check(sql, args)?;
        let sent = match &mut self.conn.raw {
            Raw::Lite(lite) => lite_exec(lite, sql, args).map(drop),
            Raw::Pg(pg) => pg.send(sql, args).await,
        };
        self.conn.note(sent)
    }

    /// Several statements in one go: one round trip on `PostgreSQL`, a plain loop on `SQLite`.
    pub fn batch<'t, 'a>(&'t mut self) -> Batch<'t, 'a> {
        Batch {
            tx: self,
            statements: Vec::new(),
        }
    }
}

fn lite_exec(lite: &rusqlite::Connection, sql: Sql, args: &[P<'_>]) -> Result<u64, DbError> {
    let changed = lite
        .prepare_cached(sql.lite)?
        .execute(rusqlite::params_from_iter(args))?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// Statements collected to be sent together.
pub struct Batch<'t, 'a> {
    tx: &'t mut Tx,
    statements: Vec<(Sql, Vec<P<'a>>)>,
}

impl<'a> Batch<'_, 'a> {
    /// Adds a statement.
    #[must_use]
    pub fn add(mut self, sql: Sql, args: &[P<'a>]) -> Self {
        self.statements.push((sql, args.to_vec()));
        self
    }

    /// Sends them as [`Tx::send`] does.
    pub async fn send(self) -> Result<(), DbError> {
        let Self { tx, statements } = self;
        for (sql, args) in &statements {
            tx.send(*sql, args).await?;
        }
        Ok(())
    }

    /// Runs them in order; answers how many rows each changed. The first failure ends it and spoils the work.
    pub async fn run(self) -> Result<Vec<u64>, DbError> {
        let Self { tx, statements } = self;
        for (sql, args) in &statements {
            tx.conn.check(*sql, args)?;
        }
        let changed = match &mut tx.conn.raw {
            Raw::Lite(lite) => statements
                .iter()
                .map(|(sql, args)| lite_exec(lite, *sql, args))
                .collect(),
            Raw::Pg(pg) => pg.batch(&statements).await,
        };
        tx.conn.note(changed)
    }
}
