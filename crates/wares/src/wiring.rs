//! Joining the parts: what the configuration says becomes a database, a worker, and a web server.

use std::sync::Arc;

use anyhow::Context;
use wares_db::{Db, DbConfig, Target};
use wares_kernel::{Clock, Random, SystemClock, SystemRandom};

use crate::config::Config;
use crate::data_folder;

/// The machine's clock, as everybody gets it.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The machine's source of chance, as everybody gets it.
pub(crate) fn random() -> Arc<dyn Random> {
    Arc::new(SystemRandom)
}

/// Opens the database the configuration names; makes the data folder if it is not there.
pub(crate) fn open_database(config: &Config) -> anyhow::Result<Db> {
    data_folder::make(&config.data.folder)?;
    let target = match &config.data.database {
        Some(url) => Target::Postgres(url.clone()),
        None => Target::Sqlite(data_folder::database(&config.data.folder)),
    };
    let settings = DbConfig {
        connections: config.data.connections,
        ..DbConfig::new(target)
    };
    Db::open(&settings, clock(), random()).context("the database cannot be opened")
}
