//! The SQL of the table `settings`.

use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, p, rows, sql};
use wares_kernel::{Instant, StaffId};

const FIND: Sql = sql!("SELECT value, version, changed_at, changed_by FROM settings WHERE section = ?1");
const ALL: Sql = sql!("SELECT section, value FROM settings");
const TWO: Sql = sql!("SELECT section, value FROM settings WHERE section IN (?1, ?2)");
const INSERT: Sql = sql!(
    "INSERT INTO settings (section, value, version, changed_at, changed_by) VALUES (?1, ?2, 1, ?3, ?4)
     ON CONFLICT (section) DO NOTHING"
);
const UPDATE: Sql = sql!(
    "UPDATE settings SET value = ?2, version = version + 1, changed_at = ?3, changed_by = ?4
     WHERE section = ?1 AND version = ?5"
);

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[FIND, ALL, TWO, INSERT, UPDATE];

rows! {
    pub struct SectionRow {
        value: Value,
        version: i64,
        changed_at: Instant,
        changed_by: Option<StaffId>,
    }
}

pub(super) async fn find(conn: &mut Conn, section: &str) -> Result<Option<SectionRow>, DbError> {
    conn.opt(FIND, p![section]).await
}

/// Every section that was ever changed, by its word.
pub(super) async fn all(conn: &mut Conn) -> Result<Vec<(String, Value)>, DbError> {
    conn.all(ALL, p![]).await
}

/// Those two of them that were ever changed.
pub(super) async fn two(conn: &mut Conn, one: &str, other: &str) -> Result<Vec<(String, Value)>, DbError> {
    conn.all(TWO, p![one, other]).await
}

/// Writes a section that is still in `version`; answers whether it was.
pub(super) async fn replace(
    tx: &mut Tx,
    section: &str,
    version: i64,
    value: &Value,
    by: Option<StaffId>,
) -> Result<bool, DbError> {
    let now = tx.now();
    let changed = if version == 0 {
        tx.exec(INSERT, p![section, *value, now, by]).await?
    } else {
        tx.exec(UPDATE, p![section, *value, now, by, version]).await?
    };
    Ok(changed == 1)
}
