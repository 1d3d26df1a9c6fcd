//! The SQL of the table `imports`.

use serde::Deserialize;
use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, Write, p, rows, sql};
use wares_kernel::{ImportId, Instant, StaffId};

use super::report::Report;

/// The most problems that are kept with an import.
const KEPT_PROBLEMS: usize = 1_000;

const INSERT: Sql = sql!(
    "INSERT INTO imports (id, file_name, fingerprint, format, state, report, staff_id, started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
);
const UNFINISHED: Sql = sql!(
    "SELECT id, n_done, report FROM imports WHERE fingerprint = ?1 AND state IN ('running', 'stopped')
       AND NOT EXISTS (SELECT 1 FROM import_pieces WHERE import_id = imports.id) ORDER BY started_at DESC, id DESC LIMIT 1"
);
const PROGRESS: Sql = sql!("UPDATE imports SET n_done = ?2, report = ?3, state = 'running' WHERE id = ?1");
const FINISH: Sql = sql!("UPDATE imports SET state = ?2, report = ?3, finished_at = ?4 WHERE id = ?1");
const ONE: Sql = sql!(
    "SELECT id, file_name, format, state, n_done, n_all, report, note, staff_id, started_at, finished_at FROM imports WHERE id = ?1"
);
const LATEST: Sql = sql!(
    "SELECT id, file_name, format, state, n_done, n_all, report, note, staff_id, started_at, finished_at FROM imports
     WHERE state <> 'arriving' ORDER BY started_at DESC, id DESC LIMIT ?1"
);
const ADD_PIECE: Sql = sql!("INSERT INTO import_pieces (import_id, n, bytes) VALUES (?1, ?2, ?3)");
const PIECE: Sql = sql!("SELECT bytes FROM import_pieces WHERE import_id = ?1 AND n = ?2");
const DROP_PIECES: Sql = sql!("DELETE FROM import_pieces WHERE import_id = ?1");
const ARRIVED: Sql = sql!("UPDATE imports SET state = 'checking' WHERE id = ?1 AND state = 'arriving'");
const CHECKED: Sql =
    sql!("UPDATE imports SET state = 'checked', report = ?2, n_all = ?3 WHERE id = ?1 AND state = 'checking'");
const START: Sql = sql!(
    "UPDATE imports SET state = 'running', n_done = 0, report = ?2, staff_id = ?3, started_at = ?4 WHERE id = ?1 AND state = 'checked'"
);
const GIVE_UP: Sql = sql!("UPDATE imports SET state = 'failed', note = ?2, finished_at = ?3 WHERE id = ?1");
const FORGET: Sql = sql!("DELETE FROM imports WHERE state IN ('arriving', 'checking', 'checked') AND started_at < ?1");
const OVERDUE: Sql = sql!(
    "SELECT id FROM imports WHERE state IN ('running', 'stopped') AND started_at < ?1
       AND EXISTS (SELECT 1 FROM import_pieces WHERE import_id = imports.id)"
);

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    INSERT,
    UNFINISHED,
    PROGRESS,
    FINISH,
    ONE,
    LATEST,
    ADD_PIECE,
    PIECE,
    DROP_PIECES,
    ARRIVED,
    CHECKED,
    START,
    GIVE_UP,
    FORGET,
    OVERDUE,
];

rows! {
    /// An import, past or running.
    pub struct ImportRow {
        /// Its id.
        id: ImportId,
        /// The name of the file.
        file_name: String,
        /// Which program's form it has.
        format: String,
        /// `checking` and `checked` before it is begun; then `running`, `stopped`, `failed` or `finished`.
        state: String,
        /// How many products of the file are done.
        n_done: i64,
        /// How many products the check found in the file; 0 without a check.
        n_all: i64,
        /// Its [`Report`] so far as JSON, with the first thousand problems.
        report: Value,
        /// Why it failed, or empty.
        note: String,
        /// Who brought the file, or began the import.
        staff_id: Option<StaffId>,
        /// When it began.
        started_at: Instant,
        /// When it ended.
        finished_at: Option<Instant>,
    }
}

impl ImportRow {
    /// What was done so far, or would be.
    pub fn report(&self) -> Result<Report, DbError> {
        read(&self.report)
    }
}

/// Writes down an import that begins; answers its id.
#[derive(Debug)]
pub(super) struct New {
    /// `running`, or `arriving` while its file is being kept.
    pub(super) state: &'static str,
    pub(super) file_name: String,
    pub(super) fingerprint: String,
    pub(super) staff: Option<StaffId>,
    pub(super) report: Report,
}

impl Write for New {
    type Out = ImportId;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<ImportId, DbError> {
        let (id, now): (ImportId, _) = (tx.new_id(), tx.now());
        let (format, report) = (self.report.format.name(), kept(&self.report)?);
        let args = p![
            id,
            self.file_name,
            self.fingerprint,
            format,
            self.state,
            report,
            self.staff,
            now
        ];
        tx.exec(INSERT, args).await?;
        Ok(id)
    }
}

/// An import of the same bytes that has not come to its end, with the number of products done.
pub(super) async fn unfinished(conn: &mut Conn, fingerprint: &str) -> Result<Option<(ImportId, u64, Report)>, DbError> {
    let Some((id, n_done, report)) = conn.opt::<(ImportId, i64, Value)>(UNFINISHED, p![fingerprint]).await? else {
        return Ok(None);
    };
    Ok(Some((id, u64::try_from(n_done).unwrap_or(0), read(&report)?)))
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

fn read(report: &Value) -> Result<Report, DbError> {
    Report::deserialize(report).map_err(|error| DbError::Damaged(error.to_string()))
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

pub(super) async fn add_piece(tx: &mut Tx, id: ImportId, n: i64, bytes: &[u8]) -> Result<(), DbError> {
    tx.exec(ADD_PIECE, p![id, n, bytes]).await.map(drop)
}

/// A piece of an import's file; none after the last.
pub(super) async fn piece(conn: &mut Conn, id: ImportId, n: i64) -> Result<Option<Vec<u8>>, DbError> {
    Ok(conn.opt::<(Vec<u8>,)>(PIECE, p![id, n]).await?.map(|(bytes,)| bytes))
}

pub(super) async fn drop_pieces(tx: &mut Tx, id: ImportId) -> Result<(), DbError> {
    tx.exec(DROP_PIECES, p![id]).await.map(drop)
}

/// The whole file is there.
pub(super) async fn arrived(tx: &mut Tx, id: ImportId) -> Result<bool, DbError> {
    Ok(tx.exec(ARRIVED, p![id]).await? == 1)
}

pub(super) async fn checked(tx: &mut Tx, id: ImportId, report: &Report) -> Result<(), DbError> {
    let n_all = i64::try_from(report.products + report.left_out).unwrap_or(i64::MAX);
    tx.exec(CHECKED, p![id, kept(report)?, n_all]).await.map(drop)
}

/// Begins an import that was checked; answers whether it was not begun before.
pub(super) async fn start(tx: &mut Tx, id: ImportId, staff: Option<StaffId>, report: &Report) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(START, p![id, kept(report)?, staff, now]).await? == 1)
}

pub(super) async fn give_up(tx: &mut Tx, id: ImportId, note: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(GIVE_UP, p![id, note, now]).await?;
    drop_pieces(tx, id).await
}

/// Forgets files that were brought before `before` and never imported.
pub(super) async fn forget(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(FORGET, p![before]).await
}

/// Imports that were begun before `before` and whose file is still kept.
pub(super) async fn overdue(conn: &mut Conn, before: Instant) -> Result<Vec<ImportId>, DbError> {
    let rows: Vec<(ImportId,)> = conn.all(OVERDUE, p![before]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
