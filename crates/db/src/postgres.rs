//! `PostgreSQL`: a pool, pipelined statements, and units of work that are run again when they met others.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use wares_kernel::{Clock, Random};

use crate::conn::{Conn, Raw, Tx};
use crate::encryption::{self, Authority};
use crate::error::DbError;
use crate::fault::{self, Point};
use crate::postgres_conn::PgConn;
use crate::write::Write;

/// How often a unit of work is run before a conflict is reported.
const TRIES: u32 = 8;

/// A pool of connections to a server.
#[derive(Clone)]
pub(crate) struct Pg {
    pool: Pool,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Pg {
    pub(crate) fn open(
        url: &str,
        authority: &Authority,
        connections: usize,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, DbError> {
        let manager = manager(url.parse().map_err(DbError::driver)?, authority)?;
        let limit = Some(Duration::from_secs(5));
        let pool = Pool::builder(manager)
            .max_size(connections)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: limit,
                create: limit,
                recycle: limit,
            })
            .build()
            .map_err(DbError::driver)?;
        Ok(Self { pool, clock, random })
    }

    /// A connection; [`DbError::Busy`] when all are in use for too long.
    pub(crate) async fn client(&self) -> Result<Object, DbError> {
        self.pool.get().await.map_err(|error| match error {
            deadpool_postgres::PoolError::Timeout(_) => DbError::Busy,
            deadpool_postgres::PoolError::Backend(error) => DbError::away(&error),
            other => DbError::driver(other),
        })
    }

    pub(crate) async fn reader(&self) -> Result<Conn, DbError> {
        Ok(Conn::new(Raw::Pg(PgConn::reading(self.client().await?))))
    }

    /// Runs the work in a task of its own: a caller who vanishes does not leave a transaction half done.
    pub(crate) async fn write<W: Write>(&self, work: W) -> Result<W::Out, W::Error> {
        let this = self.clone();
        let (reply, answer) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            // The caller went away before the work began: nothing happens.
            if reply.is_closed() {
                return;
            }
            let result = tokio::spawn(async move { this.run_until_settled(work).await }).await;
            let result = result.unwrap_or_else(|error| Err(panicked(error).into()));
            if reply.send(result).is_err() {
                tracing::debug!("The caller of a finished unit of work is gone");
            }
        });
        answer.await.map_err(|_| DbError::Closed)?
    }

    async fn run_until_settled<W: Write>(&self, work: W) -> Result<W::Out, W::Error> {
        let mut tries = 1;
        loop {
            match self.run_once(&work).await {
                Err(Ended::Conflict(_)) if tries < TRIES => {
                    tokio::time::sleep(self.pause(tries)).await;
                    tries += 1;
                }
                Err(Ended::Conflict(error) | Ended::Refused(error)) => return Err(error),
                Ok(out) => return Ok(out),
            }
        }
    }

    /// Runs the work in one transaction.
    async fn run_once<W: Write>(&self, work: &W) -> Result<W::Out, Ended<W::Error>> {
        let client = self.client().await.map_err(|error| Ended::Refused(error.into()))?;
        let mut conn = Conn::new(Raw::Pg(PgConn::working(client)));
        conn.in_work = true;
        let mut guard = Guard(Some(Tx {
            conn,
            now: self.clock.now(),
            random: Arc::clone(&self.random),
        }));
        let Some(tx) = guard.0.as_mut() else {
            return Err(Ended::Refused(DbError::Closed.into()));
        };
        let result = work.run(tx).await;
        let (spoiled, conflicted) = (tx.conn.spoiled, tx.conn.conflicted);
        let result = match result {
            Ok(_) if spoiled => Err(DbError::Spoiled.into()),
            result => result,
        };
        let ended = end(tx, result.is_ok()).await;
        if ended.is_ok() {
            guard.release();
        }
        match (result, ended) {
            (Ok(out), Ok(())) => Ok(out),
            (Ok(_), Err(error @ DbError::Conflict(_))) => Err(Ended::Conflict(error.into())),
            (Ok(_), Err(error)) => Err(Ended::Refused(error.into())),
            (Err(error), _) if conflicted => Err(Ended::Conflict(error)),
            (Err(error), _) => Err(Ended::Refused(error)),
        }
    }

    /// How long to stand aside before the next try: 2 ms, 4 ms, … with jitter.
    fn pause(&self, tries: u32) -> Duration {
        let mut byte = [0];
        self.random.fill(&mut byte);
        Duration::from_micros((1 << tries) * 1000 + u64::from(byte[0]) * 16)
    }
}

/// Makes connections, encrypted where they have to be.
fn manager(mut config: Config, authority: &Authority) -> Result<Manager, DbError> {
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    if encryption::is_wanted(&config) {
        config.ssl_mode(SslMode::Require);
        return Ok(Manager::from_config(
            config,
            encryption::connector(authority)?,
            recycling,
        ));
    }
    Ok(Manager::from_config(config, NoTls, recycling))
}

/// How a run of a unit of work ended without success.
enum Ended<E> {
    /// It met other work and may be run again.
    Conflict(E),
    /// It is over.
    Refused(E),
}

/// Commits or rolls back, if anything was begun at all.
async fn end(tx: &mut Tx, commit: bool) -> Result<(), DbError> {
    let Raw::Pg(pg) = &mut tx.conn.raw else {
        return Err(DbError::Closed);
    };
    if !commit {
        return pg.roll_back().await;
    }
    if pg.is_untouched() {
        return Ok(());
    }
    fault::reach(Point::CommitBegins).await?;
    pg.commit().await.map_err(|error| match error {
        known @ (DbError::Conflict(_) | DbError::Constraint { .. } | DbError::Away(_)) => known,
        other => DbError::Commit(other.to_string()),
    })?;
    fault::reach(Point::CommitDone).await
}

fn panicked(error: tokio::task::JoinError) -> DbError {
    match error.try_into_panic() {
        Ok(panic) => DbError::Panic(crate::sqlite_writer::panic_text(&*panic)),
        Err(_) => DbError::Closed,
    }
}

/// Keeps a connection with an open transaction out of the pool when the work panics or is dropped.
struct Guard(Option<Tx>);

impl Guard {
    /// The transaction has ended in order: the connection may go back.
    fn release(&mut self) {
        self.0.take();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(tx) = self.0.take() else { return };
        if let Raw::Pg(PgConn { client, .. }) = tx.conn.raw {
            // Taken out of the pool and dropped: the server rolls back when the connection closes.
            drop(Object::take(client));
        }
    }
}
