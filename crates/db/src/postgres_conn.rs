//! One connection to `PostgreSQL`: what is sent together, and in which order.

use std::future::Future;

use futures_util::future::{try_join, try_join_all};
use tokio_postgres::Error;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::error::DbError;
use crate::row::{self, FromRow, Row};
use crate::sql::Sql;
use crate::value::P;

/// How many statements are kept at most.
const MOST_KEPT: usize = 64;

/// A connection. What is kept to be sent later leaves before anything else does, in the same flight.
pub(crate) struct PgConn {
    pub(crate) client: deadpool_postgres::Object,
    /// `BEGIN` has not been sent yet; it leaves together with the first statement.
    begin: bool,
    kept: Vec<Kept>,
}

impl PgConn {
    /// A connection on which each statement stands for itself.
    pub(crate) fn reading(client: deadpool_postgres::Object) -> Self {
        Self {
            client,
            begin: false,
            kept: Vec::new(),
        }
    }

    /// A connection whose first statement begins a transaction.
    pub(crate) fn working(client: deadpool_postgres::Object) -> Self {
        Self {
            begin: true,
            ..Self::reading(client)
        }
    }

    /// Keeps a statement to be sent with the next one; together with those before it, when they are many.
    pub(crate) async fn send(&mut self, sql: Sql, args: &[P<'_>]) -> Result<(), DbError> {
        let args = args.iter().map(|arg| Value::of(*arg)).collect();
        self.kept.push(Kept { sql, args });
        if self.kept.len() < MOST_KEPT {
            return Ok(());
        }
        let waiting = self.take_waiting();
        waiting.then(&self.client, async { Ok(()) }).await
    }

    /// Has the server parse and plan a statement; an error when it answers something of a type that nothing is read from.
    pub(crate) async fn prepare(&self, sql: Sql) -> Result<(), DbError> {
        let statement = self.client.prepare_cached(sql.pg).await?;
        let unread = statement
            .columns()
            .iter()
            .find(|column| !row::is_readable(column.type_()));
        unread.map_or(Ok(()), |column| {
            let (name, kind) = (column.name(), column.type_());
            Err(DbError::driver(format!(
                "column {name} is of type {kind}, which nothing is read from"
            )))
        })
    }

    pub(crate) async fn rows<T: FromRow>(&mut self, sql: Sql, args: &[P<'_>]) -> Result<Vec<T>, DbError> {
        let statement = self.client.prepare_cached(sql.pg).await?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| -> &(dyn ToSql + Sync) { arg }).collect();
        let waiting = self.take_waiting();
        let rows = waiting.then(&self.client, self.client.query(&statement, &args)).await?;
        rows.iter().map(|row| T::from_row(&Row::Pg(row))).collect()
    }

    pub(crate) async fn exec(&mut self, sql: Sql, args: &[P<'_>]) -> Result<u64, DbError> {
        let statement = self.client.prepare_cached(sql.pg).await?;
        let waiting = self.take_waiting();
        let run = self.client.execute_raw(&statement, args);
        waiting.then(&self.client, run).await
    }

    pub(crate) async fn batch(&mut self, statements: &[(Sql, Vec<P<'_>>)]) -> Result<Vec<u64>, DbError> {
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, _) in statements {
            prepared.push(self.client.prepare_cached(sql.pg).await?);
        }
        let waiting = self.take_waiting();
        let runs = statements.iter().zip(&prepared);
        let runs = runs.map(|((_, args), statement)| self.client.execute_raw(statement, args));
        waiting.then(&self.client, try_join_all(runs)).await
    }

    /// Whether nothing was sent or kept since the work began.
    pub(crate) fn is_untouched(&self) -> bool {
        self.begin && self.kept.is_empty()
    }

    /// Ends the transaction, with what was kept.
    pub(crate) async fn commit(&mut self) -> Result<(), DbError> {
        let waiting = self.take_waiting();
        waiting.then(&self.client, self.client.batch_execute("COMMIT")).await
    }

    /// Ends the transaction; what was kept is never sent.
    pub(crate) async fn roll_back(&mut self) -> Result<(), DbError> {
        self.kept.clear();
        if self.begin {
            return Ok(());
        }
        Ok(self.client.batch_execute("ROLLBACK").await?)
    }

    fn take_waiting(&mut self) -> Waiting {
        Waiting {
            begin: std::mem::take(&mut self.begin),
            kept: std::mem::take(&mut self.kept),
        }
    }
}

/// What has to leave before the next statement.
struct Waiting {
    begin: bool,
    kept: Vec<Kept>,
}

impl Waiting {
    /// Sends everything, and `last` after it, without waiting for answers in between. Of several failures the first statement's counts.
    async fn then<T>(
        self,
        client: &deadpool_postgres::Object,
        last: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, DbError> {
        let mut prepared = Vec::with_capacity(self.kept.len());
        for kept in &self.kept {
            prepared.push(client.prepare_cached(kept.sql.pg).await?);
        }
        let begin = async {
            if self.begin {
                client.batch_execute("BEGIN").await?;
            }
            Ok(())
        };
        let runs = self.kept.iter().zip(&prepared);
        let runs = runs.map(|(kept, statement)| client.execute_raw(statement, kept.args.iter().map(Value::arg)));
        let (_, last) = try_join(try_join(begin, try_join_all(runs)), last).await?;
        Ok(last)
    }
}

/// A statement that has not left yet.
struct Kept {
    sql: Sql,
    args: Vec<Value>,
}

/// An argument of its own.
#[derive(Debug)]
enum Value {
    Null,
    Bool(bool),
    I64(i64),
    Text(String),
    Blob(Vec<u8>),
    Uuid(Uuid),
    Json(serde_json::Value),
}

impl Value {
    fn of(arg: P<'_>) -> Self {
        match arg {
            P::Null => Self::Null,
            P::Bool(v) => Self::Bool(v),
            P::I64(v) => Self::I64(v),
            P::Text(v) => Self::Text(v.to_owned()),
            P::Blob(v) => Self::Blob(v.to_owned()),
            P::Uuid(v) => Self::Uuid(v),
            P::Json(v) => Self::Json(v.clone()),
        }
    }

    fn arg(&self) -> P<'_> {
        match self {
            Self::Null => P::Null,
            Self::Bool(v) => P::Bool(*v),
            Self::I64(v) => P::I64(*v),
            Self::Text(v) => P::Text(v),
            Self::Blob(v) => P::Blob(v),
            Self::Uuid(v) => P::Uuid(*v),
            Self::Json(v) => P::Json(v),
        }
    }
}
