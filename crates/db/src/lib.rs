//! The database layer: one domain code, two engines.
//!
//! - A *unit of work* is a value that implements [`Write`]. [`Db::write`] runs it, commits and answers. On `SQLite` one writer thread
//!   runs many of them between one `BEGIN` and one `COMMIT` (group commit), each in its own savepoint; on `PostgreSQL` each is
//!   a transaction of its own, run again when the engine asks for it.
//! - Reading takes a [`Conn`], which cannot write because the type will not let it. A [`Tx`] reads and writes.
//! - SQL is written once, through [`sql!`]; ids and instants come from the unit of work ([`Tx::new_id`], [`Tx::now`]), never from SQL.
//!
//! Inside a unit of work nothing but the database may be awaited. `SQLite` polls its future exactly once and refuses the
//! work ([`DbError::ForeignAwait`]) when it waits for anything else, so a test on `SQLite` finds what would hold a connection on `PostgreSQL`.
//! A statement that failed spoils its unit of work on both engines: catch a duplicate with `ON CONFLICT`, or let it end the work
//! and map its constraint with [`DbError::violates`].
//!
//! This is the only crate that knows a driver.

mod conn;
mod db;
mod encryption;
mod error;
pub mod fault;
mod migrate;
mod postgres;
mod postgres_conn;
pub mod record;
mod row;
mod sql;
mod sqlite;
mod sqlite_writer;
pub mod testing;
mod value;
mod write;

pub use conn::{Batch, Conn, Engine, Tx};
pub use db::{Db, DbConfig, Reader, Stats, Target};
pub use encryption::Authority;
pub use error::{Constraint, DbError};
pub use migrate::{Migration, MigrationState, migrations};
pub use row::{Col, FromRow, Json, Row};
pub use sql::{Sql, dollar, placeholders};
pub use value::{Arg, P, ids};
pub use write::{BoxFuture, Job, Write, job};
