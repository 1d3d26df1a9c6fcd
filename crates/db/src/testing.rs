//! Databases for tests: a fresh one for each test, on both engines.
//!
//! `PostgreSQL` is found through `WARES_TEST_POSTGRES` (a superuser's connection string), by default
//! `host=127.0.0.1 port=54329 user=wares dbname=postgres`, where `./test` starts a throw-away server. A test fails when it is not there.

#![expect(clippy::panic, reason = "a test that cannot have its database says so and ends")]

use std::sync::Arc;

use wares_kernel::{Clock, FixedClock, Instant, Random, SystemRandom};

use crate::db::{Db, DbConfig, Target};

/// Where tests find `PostgreSQL` unless `WARES_TEST_POSTGRES` says otherwise.
pub const DEFAULT_POSTGRES: &str = "host=127.0.0.1 port=54329 user=wares dbname=postgres";

/// 2026-03-10T10:00:00Z, a Tuesday: when tests begin.
pub const START: Instant = Instant::from_seconds(1_773_136_800);

/// A database of its own for one test, with a clock that stands still. Gone when dropped.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    /// Where it is, for a second instance.
    pub target: Target,
    cleanup: Cleanup,
}

enum Cleanup {
    Folder(#[expect(dead_code, reason = "the folder is deleted when this is dropped")] Folder),
    Database(String),
}

struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "A test's folder could not be removed");
        }
    }
}

impl TestDb {
    /// A fresh embedded database.
    pub async fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("wares-test-{}", SystemRandom.uuid(START)));
        std::fs::create_dir_all(&folder).expect("tests may write to the temporary folder");
        let target = Target::Sqlite(folder.join("wares.db"));
        Self::open(target, Cleanup::Folder(Folder(folder)), true).await
    }

    /// A fresh database on the test server.
    pub async fn postgres() -> Self {
        let name = format!("wares_test_{}", SystemRandom.uuid(START).simple());
        let template = prepare_template().await;
        admin(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let target = Target::Postgres(format!("{} dbname={name}", server()));
        Self::open(target, Cleanup::Database(name), false).await
    }

    /// Ends all connections to a database on the test server and lets nobody in, as when the server goes away.
    pub async fn shut_out(&self) {
        let name = self.server_database();
        admin(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
        admin(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))
        .await;
    }

    /// Lets everybody in again.
    pub async fn let_in(&self) {
        let name = self.server_database();
        admin(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    }

    fn server_database(&self) -> &str {
        let Cleanup::Database(name) = &self.cleanup else {
            panic!("the embedded database is always there");
        };
        name
    }

    async fn open(target: Target, cleanup: Cleanup, migrate: bool) -> Self {
        let clock = Arc::new(FixedClock::at(START));
        let db = open(&target, Arc::clone(&clock) as Arc<dyn Clock>);
        if migrate {
            db.migrate().await.expect("a fresh database takes every migration");
        }
        Self {
            db,
            clock,
            target,
            cleanup,
        }
    }

    /// The same data through another instance, with the same clock.
    pub fn second_instance(&self) -> Db {
        open(&self.target, Arc::clone(&self.clock) as Arc<dyn Clock>)
    }
}

/// Fails unless the engine understands every one of the statements.
pub async fn understands(db: &TestDb, statements: &[crate::Sql]) {
    let mut reader = db.db.read().await.expect("a test's database can be read");
    for sql in statements {
        if let Err(error) = reader.prepare(*sql).await {
            panic!("{error}: {}", sql.lite);
        }
    }
}

fn open(target: &Target, clock: Arc<dyn Clock>) -> Db {
    let config = DbConfig {
        durable: false,
        connections: 8,
        ..DbConfig::new(target.clone())
    };
    Db::open(&config, clock, Arc::new(SystemRandom)).expect("the test database opens")
}

/// The server's connection string without the database: later settings win over earlier ones.
pub(crate) fn server() -> String {
    std::env::var("WARES_TEST_POSTGRES").unwrap_or_else(|_| DEFAULT_POSTGRES.to_owned())
}

/// The certificate of who vouches for the test server.
#[cfg(test)]
pub(crate) fn authority() -> std::path::PathBuf {
    let path = std::env::var_os("WARES_TEST_POSTGRES_AUTHORITY");
    path.expect("`./test` starts a server that can encrypt; or name the PEM file of its authority in WARES_TEST_POSTGRES_AUTHORITY").into()
}

/// A database with the whole schema in it, made once for each version of the schema.
async fn prepare_template() -> String {
    let sources: String = crate::migrate::migrations().iter().map(|m| m.source).collect();
    let name = format!("wares_template_{}", crate::migrate::checksum_of(&sources));
    let client = connect(&server()).await;
    client
        .batch_execute("SELECT pg_advisory_lock(4712)")
        .await
        .expect("the test server takes a lock");
    let found = client
        .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .await
        .expect("the catalogue can be read");
    if found.is_none() {
        let half = format!("{name}_new");
        client
            .batch_execute(&format!("DROP DATABASE IF EXISTS {half}"))
            .await
            .expect("half a template can be dropped");
        client
            .batch_execute(&format!("CREATE DATABASE {half}"))
            .await
            .expect("a database can be made");
        let target = Target::Postgres(format!("{} dbname={half}", server()));
        open(&target, Arc::new(FixedClock::at(START)))
            .migrate()
            .await
            .expect("a fresh database takes every migration");
        client
            .batch_execute(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{half}'; ALTER DATABASE {half} RENAME TO {name}"
            ))
            .await
            .expect("the finished template gets its name");
    }
    name
}

async fn admin(command: &str) {
    connect(&server())
        .await
        .batch_execute(command)
        .await
        .unwrap_or_else(|error| panic!("{command}: {error}"));
}

async fn connect(config: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(config, tokio_postgres::NoTls).await.unwrap_or_else(|error| {
        panic!("PostgreSQL for tests is not reachable at `{config}` ({error}). `./test` starts one; or set WARES_TEST_POSTGRES.")
    });
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "A test's connection ended");
        }
    });
    client
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        let Self::Database(name) = self else { return };
        let command = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a small runtime starts");
            runtime.block_on(admin(&command));
        });
        if dropped.join().is_err() {
            tracing::warn!("A test's database could not be dropped");
        }
    }
}

/// Declares tests that run on both engines: `both_engines! { async fn the_last_piece_is_sold_once(db: TestDb) { … } }`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident : TestDb) $body:block)*) => {$(
        mod $name {
            #[expect(unused_imports, reason = "a test may need nothing of its module")]
            use super::*;

            $(#[$meta])*
            async fn run($db: $crate::testing::TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::testing::TestDb::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::testing::TestDb::postgres().await).await;
            }
        }
    )*};
}
