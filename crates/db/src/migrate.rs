//! The schema: one source for both engines.
//!
//! Migrations are written for `PostgreSQL` with the types `uuid text bigint boolean jsonb bytea` and no others; for `SQLite` the types
//! are translated and every table is made STRICT. What really differs stands between `--@ sqlite` or `--@ postgres` and `--@ both`.
//! To add one: a file `migrations/NNNN_verb_object.sql` whose first line is a comment saying why, and its line in [`migrations`].

use crate::conn::{Raw, Tx};
use crate::db::Db;
use crate::error::DbError;
use crate::postgres::Pg;
use crate::sql::Sql;
use crate::write::Write;
use crate::{p, sql};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its file name without the ending.
    pub name: &'static str,
    /// Its text, as written.
    pub source: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        /// All steps in order.
        pub fn migrations() -> &'static [Migration] {
            &[$(Migration { name: $name, source: include_str!(concat!("../migrations/", $name, ".sql")) }),*]
        }
    };
}
migrations![
    "0001_create_foundation",
    "0002_create_people",
    "0003_create_catalogue",
    "0004_create_trade",
    "0005_create_talk",
    "0006_note_wanted_pictures",
    "0007_index_renditions",
    "0008_keep_import_files",
    "0009_record_searches",
    "0010_give_discounts",
    "0011_refund_by_lines",
    "0012_capture_later",
    "0013_index_few_of_many",
    "0014_index_what_is_low",
    "0015_pair_products",
    "0016_list_for_machines",
    "0017_issue_documents",
    "0018_collect_products",
    "0019_note_vat_ids",
    "0020_forget_form_keys",
    "0021_capture_by_lines",
    "0022_add_pictures_and_versions",
    "0023_find_by_picture_and_invoice",
    "0024_find_what_is_removed"
];

/// Which steps a database has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationState {
    /// All of them.
    Current,
    /// This many are missing.
    Behind(usize),
}

const STATE_TABLE: Sql = sql!(
    "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"
);
const APPLIED: Sql = sql!("SELECT name, checksum FROM schema_migrations ORDER BY name");
const RECORD: Sql = sql!("INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (?1, ?2, ?3)");
const LOCK: Sql =
    sql!(lite: "SELECT 1", pg: "SELECT CAST(1 AS bigint) FROM (SELECT pg_advisory_xact_lock(4711)) AS held");

/// Applies one step after those that are there.
struct ApplyMissing;

impl Write for ApplyMissing {
    type Out = Vec<&'static str>;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<&'static str>, DbError> {
        let _locked: Vec<(i64,)> = lock(tx).await?;
        tx.exec(STATE_TABLE, p![]).await?;
        let applied: Vec<(String, String)> = tx.all(APPLIED, p![]).await?;
        refuse_the_unknown(&applied)?;
        let mut done = Vec::new();
        for migration in migrations().iter().skip(applied.len()) {
            script(tx, migration).await?;
            tx.exec(RECORD, p![migration.name, checksum(migration.source), tx.now()])
                .await?;
            done.push(migration.name);
        }
        Ok(done)
    }
}

async fn lock(tx: &mut Tx) -> Result<Vec<(i64,)>, DbError> {
    match tx.raw {
        Raw::Lite(_) => Ok(Vec::new()),
        Raw::Pg(_) => {
            const LOCKED: Sql = sql!("SELECT CAST(1 AS bigint)");
            tx.exec(LOCK, p![]).await?;
            tx.all(LOCKED, p![]).await
        }
    }
}

/// A database that has seen other steps than these belongs to another version: better no start than a wrong one.
fn refuse_the_unknown(applied: &[(String, String)]) -> Result<(), DbError> {
    for (i, (name, sum)) in applied.iter().enumerate() {
        let Some(migration) = migrations().get(i) else {
            return Err(DbError::Schema(format!(
                "the database was made by a newer version of Wares (it knows {name})"
            )));
        };
        if migration.name != name || checksum(migration.source) != *sum {
            return Err(DbError::Schema(format!(
                "the database's step {name} is not the one this version of Wares has"
            )));
        }
    }
    Ok(())
}

/// Runs the whole text of a step.
async fn script(tx: &mut Tx, migration: &Migration) -> Result<(), DbError> {
    match &mut tx.raw {
        // A savepoint of its own, because the writer knows by changed rows whether there is something to take back, and a step that
        // breaks off in the middle may have changed tables only.
        Raw::Lite(lite) => {
            let step = lite.savepoint()?;
            step.execute_batch(&for_sqlite(migration.source))?;
            Ok(step.commit()?)
        }
        Raw::Pg(pg) => Ok(pg.client.batch_execute(&section(migration.source, "postgres")).await?),
    }
}

pub(crate) async fn on_sqlite(db: &Db) -> Result<Vec<&'static str>, DbError> {
    db.write(ApplyMissing).await
}

pub(crate) async fn on_postgres(pg: &Pg) -> Result<Vec<&'static str>, DbError> {
    pg.write(ApplyMissing).await
}

/// How far behind the database is.
pub(crate) fn state(applied: usize) -> MigrationState {
    match migrations().len().saturating_sub(applied) {
        0 => MigrationState::Current,
        missing => MigrationState::Behind(missing),
    }
}

impl Db {
    /// Whether the schema is up to date, without changing it.
    pub async fn migration_state(&self) -> Result<MigrationState, DbError> {
        const COUNT: Sql = sql!("SELECT count(*) FROM schema_migrations");
        const EXISTS: Sql = sql!(
            lite: "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'",
            pg: "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_migrations'",
        );
        let mut reader = self.read().await?;
        let (exists,): (i64,) = reader.one(EXISTS, p![]).await?;
        if exists == 0 {
            return Ok(state(0));
        }
        let (applied,): (i64,) = reader.one(COUNT, p![]).await?;
        Ok(state(usize::try_from(applied).unwrap_or(0)))
    }
}

/// FNV-1a of the text: enough to notice that a step was changed after it had been applied.
/// The checksum of a text, for naming the template of tests.
pub(crate) fn checksum_of(text: &str) -> String {
    checksum(text)
}

fn checksum(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The lines meant for `engine`.
fn section(source: &str, engine: &str) -> String {
    let mut wanted = true;
    let mut kept = String::with_capacity(source.len());
    for line in source.lines() {
        if let Some(who) = line.strip_prefix("--@ ") {
            wanted = who.trim() == "both" || who.trim() == engine;
        } else if wanted {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The text as `SQLite` takes it: its five types, and STRICT on every table.
fn for_sqlite(source: &str) -> String {
    let mut out = String::new();
    let mut in_table = false;
    for line in section(source, "sqlite").lines() {
        let code = line.split("--").next().unwrap_or_default();
        in_table |= code.trim_start().starts_with("CREATE TABLE");
        let mut line = translate_types(code);
        if in_table && line.trim_end() == ");" {
            line = ") STRICT;".to_owned();
            in_table = false;
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn translate_types(line: &str) -> String {
    line.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let rest = &piece[word.len()..];
            let word = match word {
                "uuid" | "bytea" => "BLOB",
                "bigint" | "boolean" => "INTEGER",
                "jsonb" => "TEXT",
                other => other,
            };
            format!("{word}{rest}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_translated_for_sqlite() {
        let source = "-- Why.\nCREATE TABLE a (\n    id uuid PRIMARY KEY, -- an id\n    n bigint NOT NULL\n);\n--@ postgres\nCREATE SEQUENCE s;\n--@ both\nCREATE INDEX i ON a (n);\n";
        let text = for_sqlite(source);
        assert!(text.contains("id BLOB PRIMARY KEY,"));
        assert!(text.contains("n INTEGER NOT NULL\n) STRICT;"));
        assert!(!text.contains("SEQUENCE"));
        assert!(text.contains("CREATE INDEX"));
    }

    #[test]
    fn steps_stand_in_order() {
        assert!(migrations().windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
