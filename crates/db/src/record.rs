//! What a unit of work sends to the engine, written down so that a benchmark can send it again without anything around it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, ToSql};

use crate::error::DbError;
use crate::sql::Sql;
use crate::sqlite::open;
use crate::value::P;

/// A statement with its arguments.
type Statement = (&'static str, Vec<Value>);

/// The statements of units of work, in order.
#[derive(Debug, Clone, Default)]
pub struct Record(Arc<Mutex<Vec<Vec<Statement>>>>);

impl Record {
    /// The next statements are another unit's.
    pub(crate) fn begin(&self) {
        self.units(|units| units.push(Vec::new()));
    }

    pub(crate) fn note(&self, sql: Sql, args: &[P<'_>]) {
        let args = args.iter().map(|arg| owned(*arg)).collect();
        self.units(|units| {
            if let Some(unit) = units.last_mut() {
                unit.push((sql.lite, args));
            }
        });
    }

    /// How many units were recorded, and how many statements in all.
    pub fn counts(&self) -> (usize, usize) {
        self.units(|units| (units.len(), units.iter().map(Vec::len).sum()))
    }

    /// Sends everything again to the database at `path`, `group` units between `BEGIN` and `COMMIT`, on one connection
    /// with the settings the writer has.
    pub fn replay(&self, path: &Path, group: usize) -> Result<(), DbError> {
        let connection = open(path, true)?;
        self.units(|units| {
            for units in units.chunks(group.max(1)) {
                send(&connection, units)?;
            }
            Ok(())
        })
    }

    fn units<T>(&self, work: impl FnOnce(&mut Vec<Vec<Statement>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn owned(arg: P<'_>) -> Value {
    match arg.to_sql() {
        Ok(ToSqlOutput::Owned(value)) => value,
        Ok(ToSqlOutput::Borrowed(value)) => value.try_into().unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn send(connection: &Connection, units: &[Vec<Statement>]) -> Result<(), DbError> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    for (text, args) in units.iter().flatten() {
        let mut statement = connection.prepare_cached(text)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        while rows.next()?.is_some() {}
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// Copies an embedded database into a new file, as it is at this moment.
pub fn copy(from: &Path, to: &Path) -> Result<(), DbError> {
    let target = to.to_string_lossy().into_owned();
    Connection::open(from)?.execute("VACUUM INTO ?1", [target])?;
    Ok(())
}
