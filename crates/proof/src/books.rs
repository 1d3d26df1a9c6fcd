//! The shop's data as the database itself tells it, over a connection that shares nothing with the shop.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use rusqlite::types::ValueRef;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};
use wares_kernel::token::hex;
use wares_kernel::{Random, SystemRandom};

/// A statement: the same on both engines, or one for each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Ask {
    /// The same on both.
    pub(crate) const fn both(sql: &'static str) -> Self {
        Self {
            sqlite: sql,
            postgres: sql,
        }
    }

    /// One for each.
    pub(crate) const fn each(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }
}

/// An open connection.
pub(crate) enum Books {
    Sqlite(rusqlite::Connection),
    Postgres(Client),
}

impl Books {
    /// The file, read beside the program that writes it.
    pub(crate) fn sqlite(path: &Path) -> anyhow::Result<Self> {
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(30))?;
        Ok(Self::Sqlite(connection))
    }

    /// The database at this address. Everything asked is asked of one snapshot.
    pub(crate) async fn postgres(url: &str) -> anyhow::Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("books: {error}");
            }
        });
        Ok(Self::Postgres(client))
    }

    /// Makes a database of its own on a server; answers its address.
    pub(crate) async fn make_database(server: &str) -> anyhow::Result<String> {
        let (client, connection) = tokio_postgres::connect(server, NoTls)
            .await
            .context("no PostgreSQL there")?;
        let driving = tokio::spawn(connection);
        let mut name = [0; 8];
        SystemRandom.fill(&mut name);
        let name = format!("proof_{}", hex(&name));
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        drop(client);
        driving.await??;
        let (start, _) = server.rsplit_once('/').context("the address names no database")?;
        Ok(format!("{start}/{name}"))
    }

    /// The rows of a statement, each value as text; a missing one is empty.
    pub(crate) async fn rows(&self, ask: Ask) -> anyhow::Result<Vec<Vec<String>>> {
        match self {
            Self::Sqlite(connection) => sqlite_rows(connection, ask.sqlite).context(ask.sqlite),
            Self::Postgres(client) => {
                let messages = client.simple_query(ask.postgres).await.context(ask.postgres)?;
                let rows = messages.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(
                        (0..row.len())
                            .map(|i| row.get(i).unwrap_or_default().to_owned())
                            .collect(),
                    ),
                    _ => None,
                });
                Ok(rows.collect())
            }
        }
    }

    /// One number.
    pub(crate) async fn number(&self, ask: Ask) -> anyhow::Result<i64> {
        let rows = self.rows(ask).await?;
        let value = rows.first().and_then(|row| row.first()).context("no row")?;
        value.parse().with_context(|| format!("{value:?} is no number"))
    }

    /// Changes rows: only time, never money or goods.
    pub(crate) async fn change(&self, ask: Ask) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(ask.sqlite)?),
            Self::Postgres(client) => Ok(client.batch_execute(ask.postgres).await?),
        }
    }
}

fn sqlite_rows(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut statement = connection.prepare_cached(sql)?;
    let n_columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..n_columns)
            .map(|i| row.get_ref(i).map(as_text))
            .collect::<rusqlite::Result<Vec<String>>>()
    })?;
    rows.collect()
}

fn as_text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(n) => n.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => uuid::Uuid::from_slice(bytes).map_or_else(|_| String::new(), |id| id.to_string()),
    }
}
