//! How long the lists and searches of the admin panel take in a large shop.
//!
//! ```text
//! WARES_BENCH_FOLDER=/tmp/large cargo bench -p wares --bench lists
//! ```
//!
//! Fills an empty SQLite shop with `WARES_BENCH_ROWS` products, customers and orders each (a million unless said) and prints, for every list
//! and search, the middle and the longest of several looks. A folder that holds a filled shop is used again as it is; so is the data folder
//! of a shop into which a catalogue was imported, which then gets customers and orders only.

#![expect(clippy::print_stdout, reason = "a command that prints figures")]

mod fill;
mod looks;

use std::path::PathBuf;
use std::sync::Arc;

use wares_db::{Db, DbConfig, Target};
use wares_kernel::{SystemClock, SystemRandom};

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let given = std::env::var_os("WARES_BENCH_FOLDER").map(PathBuf::from);
    let own = tempfile::tempdir()?;
    let folder = given.unwrap_or_else(|| own.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let rows: i64 = std::env::var("WARES_BENCH_ROWS").map_or(Ok(1_000_000), |text| text.parse())?;
    let settings = DbConfig::new(Target::Sqlite(folder.join("wares.db")));
    let db = Db::open(&settings, Arc::new(SystemClock), Arc::new(SystemRandom))?;
    db.migrate().await?;
    fill::fill(&db, rows).await?;
    looks::all(&db).await
}
