//! What can go wrong below the domain.

use std::sync::Arc;

/// A failure of the database. Refusals of the domain are not in here; they are values of each operation's own enum.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DbError {
    /// A constraint of the schema was violated.
    #[error("constraint {name} violated")]
    Constraint {
        /// Which kind of constraint.
        kind: Constraint,
        /// Its name, the same on both engines: `table_column_key` for unique ones, `table_pkey`, the given name of a check.
        name: String,
    },
    /// A row that must be there is not.
    #[error("a row that must exist was not found")]
    NotFound,
    /// A stored value cannot be what it should be.
    #[error("a stored value is damaged: {0}")]
    Damaged(String),
    /// More work is waiting than may wait; try again later.
    #[error("the database has too much to do")]
    Busy,
    /// The server of the database cannot be reached, or has ended the connection; try again later.
    #[error("the database cannot be reached: {0}")]
    Away(Arc<str>),
    /// The database has been closed.
    #[error("the database is closed")]
    Closed,
    /// A unit of work waited for something that is not the database.
    #[error("a unit of work awaited something that is not the database")]
    ForeignAwait,
    /// A unit of work panicked; it was rolled back alone.
    #[error("a unit of work panicked: {0}")]
    Panic(String),
    /// An earlier statement of this unit of work failed, so nothing more may be done in it.
    #[error("an earlier statement of this unit of work failed")]
    Spoiled,
    /// The commit failed and everything in it was rolled back.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// Serialization failure or deadlock: the same work may succeed when it is run again.
    #[error("the work met other work: {0}")]
    Conflict(String),
    /// The schema is not what this program expects.
    #[error("{0}")]
    Schema(String),
    /// Everything else the driver says.
    #[error("{0}")]
    Driver(Arc<str>),
}

/// The kinds of constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// A unique constraint or primary key.
    Unique,
    /// A check.
    Check,
    /// A foreign key. `SQLite` does not say which.
    Foreign,
    /// A column that must have a value.
    NotNull,
}

impl DbError {
    /// Whether the constraint of this name was violated.
    pub fn violates(&self, constraint: &str) -> bool {
        matches!(self, Self::Constraint { name, .. } if name == constraint)
    }

    pub(crate) fn away(error: &tokio_postgres::Error) -> Self {
        Self::Away(with_causes(error).into())
    }

    pub(crate) fn driver(error: impl std::fmt::Display) -> Self {
        Self::Driver(error.to_string().into())
    }
}

/// A failure with everything that led to it: a driver's own words alone only say what it was doing.
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, Some(message)) = &error else {
            return Self::driver(error);
        };
        match lite_constraint(code.extended_code, message) {
            Some((kind, name)) => Self::Constraint { kind, name },
            None => Self::driver(error),
        }
    }
}

/// The constraint behind an extended result code of `SQLite` (<https://sqlite.org/rescode.html>), named as `PostgreSQL` would name it.
fn lite_constraint(code: i32, message: &str) -> Option<(Constraint, String)> {
    use rusqlite::ffi;
    let detail = message.split_once(": ").map_or(message, |(_, detail)| detail);
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE => Some((Constraint::Unique, format!("{}_key", columns(detail)))),
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            let table = detail.split('.').next().unwrap_or(detail);
            Some((Constraint::Unique, format!("{table}_pkey")))
        }
        ffi::SQLITE_CONSTRAINT_CHECK => Some((Constraint::Check, detail.to_owned())),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Some((Constraint::Foreign, String::new())),
        ffi::SQLITE_CONSTRAINT_NOTNULL => Some((Constraint::NotNull, detail.replace('.', "_"))),
        _ => None,
    }
}

/// `orders.cart_id, orders.number` → `orders_cart_id_number`.
fn columns(detail: &str) -> String {
    let mut parts = detail.split(", ").filter_map(|column| column.split_once('.'));
    let Some((table, first)) = parts.next() else {
        return detail.to_owned();
    };
    parts.fold(format!("{table}_{first}"), |name, (_, column)| {
        format!("{name}_{column}")
    })
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState as S;
        let Some(db) = error.as_db_error() else {
            return if error.is_closed() {
                Self::away(&error)
            } else {
                Self::driver(error)
            };
        };
        let is_ending = [S::ADMIN_SHUTDOWN, S::CRASH_SHUTDOWN, S::CANNOT_CONNECT_NOW];
        if is_ending.contains(db.code()) {
            return Self::away(&error);
        }
        let name = db.constraint().unwrap_or_default().to_owned();
        let code = db.code();
        let kind = if *code == S::UNIQUE_VIOLATION {
            Constraint::Unique
        } else if *code == S::CHECK_VIOLATION {
            Constraint::Check
        } else if *code == S::FOREIGN_KEY_VIOLATION {
            Constraint::Foreign
        } else if *code == S::NOT_NULL_VIOLATION {
            let column = format!("{}_{}", db.table().unwrap_or_default(), db.column().unwrap_or_default());
            return Self::Constraint {
                kind: Constraint::NotNull,
                name: column,
            };
        } else if *code == S::T_R_SERIALIZATION_FAILURE || *code == S::T_R_DEADLOCK_DETECTED {
            return Self::Conflict(db.message().to_owned());
        } else if *code == S::IN_FAILED_SQL_TRANSACTION {
            return Self::Spoiled;
        } else {
            return Self::driver(format!("{}: {}", code.code(), db.message()));
        };
        Self::Constraint { kind, name }
    }
}
