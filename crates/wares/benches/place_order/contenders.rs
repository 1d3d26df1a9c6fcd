//! The ways to place the same orders, and what each takes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt};
use wares_commerce::checkout::PlaceOrder;
use wares_db::record::{self, Record};
use wares_db::{Db, DbConfig, Target};
use wares_kernel::{SystemClock, SystemRandom};

use crate::shop::Shop;

/// Buyers who press the button at the same moment.
const BUYERS: usize = 256;

/// What one way took.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) orders: usize,
    pub(crate) time: Duration,
    /// Orders for each commit, where the engine says.
    pub(crate) per_commit: Option<f64>,
}

impl Figure {
    pub(crate) fn per_second(&self) -> f64 {
        count(self.orders) / self.time.as_secs_f64()
    }
}

/// Small enough to be exact.
fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// A folder with the same shop in several files, and the statements its orders are made of.
pub(crate) struct Field {
    folder: PathBuf,
    orders: Vec<PlaceOrder>,
    pub(crate) record: Record,
}

impl Field {
    /// Furnishes a shop with `n` buyers, and records what placing their orders sends to the engine.
    pub(crate) async fn prepare(folder: &Path, n: usize) -> anyhow::Result<Self> {
        let furnished = folder.join("shop.db");
        let orders = furnish(&sqlite(&furnished, 128, None)?, n).await?;
        let field = Self {
            folder: folder.to_owned(),
            orders,
            record: Record::default(),
        };
        let recording = sqlite(&field.copy("recording")?, 128, Some(field.record.clone()))?;
        for order in &field.orders {
            recording.write(order.clone()).await?;
        }
        Ok(field)
    }

    fn copy(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(format!("{name}.db"));
        record::copy(&self.folder.join("shop.db"), &path)?;
        Ok(path)
    }

    /// The statements alone, prepared once, on one thread.
    pub(crate) fn raw(&self, group: usize) -> anyhow::Result<Figure> {
        let path = self.copy("raw")?;
        let begun = Instant::now();
        self.record.replay(&path, group)?;
        let time = begun.elapsed();
        std::fs::remove_file(path)?;
        Ok(Figure {
            name: "raw prepared statements",
            orders: self.orders.len(),
            time,
            per_commit: Some(count(group)),
        })
    }

    /// The shop's own way on the embedded database.
    pub(crate) async fn embedded(&self, name: &'static str, group: usize) -> anyhow::Result<Figure> {
        let path = self.copy("embedded")?;
        let db = sqlite(&path, group, None)?;
        let figure = place(&db, name, &self.orders).await?;
        drop(db);
        std::fs::remove_file(path)?;
        Ok(figure)
    }
}

/// The shop's own way on a server, whose database must be empty or left from a run before.
pub(crate) async fn server(url: &str, n: usize) -> anyhow::Result<Figure> {
    let db = open(&DbConfig::new(Target::Postgres(url.to_owned())))?;
    db.migrate().await?;
    let orders = furnish(&db, n).await?;
    place(&db, "PostgreSQL, one transaction each", &orders).await
}

fn sqlite(path: &Path, group: usize, record: Option<Record>) -> anyhow::Result<Db> {
    let config = DbConfig {
        group,
        record,
        ..DbConfig::new(Target::Sqlite(path.to_owned()))
    };
    open(&config)
}

fn open(config: &DbConfig) -> anyhow::Result<Db> {
    Ok(Db::open(config, Arc::new(SystemClock), Arc::new(SystemRandom))?)
}

async fn furnish(db: &Db, n: usize) -> anyhow::Result<Vec<PlaceOrder>> {
    db.migrate().await?;
    let shop = Shop::furnish(db.clone()).await?;
    let mut orders = Vec::with_capacity(n);
    for first in (0..n).step_by(BUYERS) {
        let mut filling: FuturesUnordered<_> = (first..n.min(first + BUYERS)).map(|n| shop.buyer(n)).collect();
        while let Some(order) = filling.next().await {
            orders.push(order?);
        }
    }
    Ok(orders)
}

/// Places the orders, always [`BUYERS`] at a time.
async fn place(db: &Db, name: &'static str, orders: &[PlaceOrder]) -> anyhow::Result<Figure> {
    let before = db.stats();
    let begun = Instant::now();
    let mut waiting = orders.iter().cloned();
    let mut placing: FuturesUnordered<_> = waiting.by_ref().take(BUYERS).map(|order| db.write(order)).collect();
    while let Some(placed) = placing.next().await {
        placed?;
        if let Some(order) = waiting.next() {
            placing.push(db.write(order));
        }
    }
    let time = begun.elapsed();
    let per_commit = before.zip(db.stats()).map(|(before, after)| {
        let commits = (after.commits - before.commits).max(1);
        count(orders.len()) / count(usize::try_from(commits).unwrap_or(1))
    });
    Ok(Figure {
        name,
        orders: orders.len(),
        time,
        per_commit,
    })
}
