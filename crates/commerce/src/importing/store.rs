//! The SQL of the table `imports`.

use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{ImportId, Instant, StaffId};

use super::report::Report;

/// The most problems that are kept with an import.
const KEPT_PROBLEMS: usize = 1_000;

const INSERT: Sql = sql!(
    "INSERT INTO imports (id, file_name, fingerprint, format, state, report, staff_id, started_at) VALUES (?1, ?2, ?3, ?4, 'running', ?5, ?6, ?7)"
);
const UNFINISHED: Sql = sql!(
    "SELECT id, n_done, report FROM imports WHERE fingerprint = ?1 AND state IN ('running', 'stopped') ORDER BY started_at DESC, id DESC LIMIT 1"
);
const PROGRESS: Sql = sql!("UPDATE imports SET n_done = ?2, report = ?3, state = 'running' WHERE id = ?1");
const FINISH: Sql = sql!("UPDATE imports SET state = ?2, report = ?3, finished_at = ?4 WHERE id = ?1");
const ONE: Sql =
    sql!("SELECT id, file_name, format, state, n_done, report, started_at, finished_at FROM imports WHERE id = ?1");
const LATEST: Sql = sql!(
    "SELECT id, file_name, format, state, n_done, report, started_at, finished_at FROM imports ORDER BY started_at DESC, id DESC LIMIT ?1"
);

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[INSERT, UNFINISHED, PROGRESS, FINISH, ONE, LATEST];

rows! {
    /// An import, past or running.
    pub struct ImportRow {
        /// Its id.
        id: ImportId,
        /// The name of the file.
        file_name: String,
        /// Which program's form it has.
        format: String,
        /// `running`, `stopped` or `finished`.
        state: String,
        /// How many products of the file are done.
        n_done: i64,
        /// Its [`Report`] so far as JSON, with the first thousand problems.
        report: Value,
        /// When it began.
        started_at: Instant,
        /// When it ended.
        finished_at: Option<Instant>,
    }
}

/// An import about to begin.
pub(super) struct New<'a> {
    pub(super) file_name: &'a str,
    pub(super) fingerprint: &'a str,
    pub(super) staff: Option<StaffId>,
    pub(super) report: &'a Report,
}

pub(super) async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<ImportId, DbError> {
    let (id, now): (ImportId, _) = (tx.new_id(), tx.now());
    let format = new.report.format.name();
    tx.exec(
        INSERT,
        p![
            id,
            new.file_name,
            new.fingerprint,
            format,
            kept(new.report)?,
            new.staff,
            now
        ],
    )
    .await?;
    Ok(id)
}

/// An import of the same bytes that has not come to its end, with the number of products done.
pub(super) async fn unfinished(conn: &mut Conn, fingerprint: &str) -> Result<Option<(ImportId, u64, Report)>, DbError> {
    let Some((id, n_done, report)) = conn.opt::<(ImportId, i64, Value)>(UNFINISHED, p![fingerprint]).await? else {
        return Ok(None);
    };
    let report = serde_json::from_value(report).map_err(|error| DbError::Damaged(error.to_string()))?;
    Ok(Some((id, u64::try_from(n_done).unwrap_or(0), report)))
}

pub(super) async fn progress(tx: &mut Tx, id: ImportId, n_done: u64, report: &Report) -> Result<(), DbError> {
    let n_done = i64::try_from(n_done).unwrap_or(i64::MAX);
    tx.exec(PROGRESS, p![id, n_done, kept(report)?]).await.map(drop)
}

pub(super) async fn finish(tx: &mut Tx, id: ImportId, state: &str, report: &Report) -> Result<(), DbError> {
    let now = tx.now();
    let at = (state == "finished").then_some(now);
    tx.exec(FINISH, p![id, state, kept(report)?, at]).await.map(drop)
}

fn kept(report: &Report) -> Result<Value, DbError> {
    let first = report.errors.iter().take(KEPT_PROBLEMS).cloned().collect();
    let short = Report {
        errors: first,
        ..report.clone()
    };
    serde_json::to_value(short).map_err(|error| DbError::Damaged(error.to_string()))
}

/// One import.
pub async fn import(conn: &mut Conn, id: ImportId) -> Result<Option<ImportRow>, DbError> {
    conn.opt(ONE, p![id]).await
}

/// The latest imports, the newest first.
pub async fn imports(conn: &mut Conn, most: i64) -> Result<Vec<ImportRow>, DbError> {
    conn.all(LATEST, p![most]).await
}
