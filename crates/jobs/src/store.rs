//! All SQL about jobs.

use std::time::Duration;

use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, Write, p, rows, sql};
use wares_kernel::{Instant, JobId};

use crate::queue::Due;

const INSERT: Sql = sql!(
    "INSERT INTO jobs (id, kind, payload, unique_key, run_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
     ON CONFLICT (unique_key) DO NOTHING"
);
const CLAIM: Sql = sql!(
    lite: "UPDATE jobs SET leased_until = ?2, attempts = attempts + 1 WHERE id IN (
               SELECT id FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= ?1 AND (leased_until IS NULL OR leased_until < ?1)
                 AND (kind LIKE 'slow.%') = ?4
               ORDER BY run_at, id LIMIT ?3)
           RETURNING id, kind, payload, attempts, created_at",
    pg: "UPDATE jobs SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
               SELECT id FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until < $1)
                 AND (kind LIKE 'slow.%') = $4
               ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
           RETURNING id, kind, payload, attempts, created_at",
);
const DONE: Sql = sql!("UPDATE jobs SET done_at = ?2, leased_until = NULL, last_error = NULL WHERE id = ?1");
const AGAIN: Sql = sql!("UPDATE jobs SET run_at = ?2, leased_until = NULL, last_error = ?3 WHERE id = ?1");
const DEAD: Sql = sql!("UPDATE jobs SET dead_at = ?2, leased_until = NULL, last_error = ?3 WHERE id = ?1");
const REVIVE: Sql = sql!(
    "UPDATE jobs SET dead_at = NULL, run_at = ?2, attempts = 0, created_at = ?2 WHERE id = ?1 AND dead_at IS NOT NULL"
);
const LIST_DEAD: Sql = sql!(
    "SELECT id, kind, payload, attempts, last_error, created_at, dead_at FROM jobs
     WHERE dead_at IS NOT NULL ORDER BY dead_at DESC, id DESC LIMIT ?1"
);
const HEALTH: Sql = sql!(
    "SELECT (SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL),
            (SELECT count(*) FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= ?1),
            (SELECT min(run_at) FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= ?1)"
);
const LET_GO: Sql =
    sql!("UPDATE jobs SET leased_until = NULL WHERE done_at IS NULL AND dead_at IS NULL AND leased_until IS NOT NULL");
const PRUNE: Sql = sql!("DELETE FROM jobs WHERE done_at IS NOT NULL AND done_at < ?1");

rows! {
    /// A job somebody has taken.
    pub struct Claimed {
        /// Its id.
        id: JobId,
        /// The name of its kind.
        kind: String,
        /// Its payload.
        payload: Value,
        /// How often it has been taken, this time included.
        attempts: i64,
        /// Since when it has been tried.
        created_at: Instant,
    }

    /// A job that has been given up.
    pub struct DeadJob {
        /// Its id.
        id: JobId,
        /// The name of its kind.
        kind: String,
        /// Its payload.
        payload: Value,
        /// How often it was tried.
        attempts: i64,
        /// What it said last.
        last_error: Option<String>,
        /// When it was written.
        created_at: Instant,
        /// When it was given up.
        dead_at: Instant,
    }

    /// How the outbox is doing.
    pub struct Health {
        /// Jobs that were given up.
        n_dead: i64,
        /// Jobs that are due and not done.
        n_due: i64,
        /// Since when the oldest of these is due.
        oldest_due: Option<Instant>,
    }
}

/// Writes a row unless its key is known.
pub(crate) async fn send(tx: &mut Tx, kind: &str, payload: &Value, due: &Due) -> Result<(), DbError> {
    let id: JobId = tx.new_id();
    let now = tx.now();
    let run_at = due.at.unwrap_or(now);
    tx.send(INSERT, p![id, kind, payload, due.key, run_at, now]).await
}

/// Takes up to `most` due jobs under a lease.
pub(crate) struct Claim {
    pub(crate) most: i64,
    pub(crate) lease: Duration,
    /// Whether those of the slow lane are meant.
    pub(crate) slow: bool,
}

impl Write for Claim {
    type Out = Vec<Claimed>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Claimed>, DbError> {
        let now = tx.now();
        tx.all(CLAIM, p![now, now.plus(self.lease), self.most, self.slow]).await
    }
}

/// Frees every job that somebody has taken and not settled.
pub(crate) struct LetGo;

impl Write for LetGo {
    type Out = u64;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        tx.exec(LET_GO, p![]).await
    }
}

/// How a run of a job ended.
pub(crate) enum Outcome {
    Done,
    Again { at: Instant, error: String },
    Dead { error: String },
}

/// A job that was run.
pub(crate) struct Ended {
    pub(crate) id: JobId,
    pub(crate) outcome: Outcome,
}

/// Notes how the runs of some jobs ended, all in one unit of work.
pub(crate) struct Settle(pub(crate) Vec<Ended>);

impl Write for Settle {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let now = tx.now();
        let mut batch = tx.batch();
        for Ended { id, outcome } in &self.0 {
            batch = match outcome {
                Outcome::Done => batch.add(DONE, p![*id, now]),
                Outcome::Again { at, error } => batch.add(AGAIN, p![*id, *at, *error]),
                Outcome::Dead { error } => batch.add(DEAD, p![*id, now, *error]),
            };
        }
        batch.run().await.map(drop)
    }
}

/// The jobs that were given up, the latest first.
pub async fn dead(conn: &mut Conn, most: i64) -> Result<Vec<DeadJob>, DbError> {
    conn.all(LIST_DEAD, p![most]).await
}

/// How the outbox is doing at `now`.
pub async fn health(conn: &mut Conn, now: Instant) -> Result<Health, DbError> {
    conn.one(HEALTH, p![now]).await
}

/// Makes a job that was given up due again; answers whether there was one.
pub async fn revive(tx: &mut Tx, id: JobId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(REVIVE, p![id, now]).await? == 1)
}

/// Forgets jobs that were done before `before`, and with them their keys.
pub async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE, p![before]).await
}
