//! How many orders a second can be placed, beside what the engine can do at best.
//!
//! `cargo bench -p wares --bench place_order`
//!
//! - `WARES_BENCH_ORDERS`: how many orders each way places, 10 000 unless said.
//! - `WARES_BENCH_POSTGRES`: a connection string of an empty database on a server that waits for its disk; without it that line is left out.
//! - `WARES_BENCH_FOLDER`: where the embedded databases go, a temporary folder unless said. The disk behind it decides what a commit costs.
//!
//! An order is the shop's whole unit of work: the cart is priced again, the stock of two lines is reserved, the lines and figures
//! are frozen, the payment is opened and the fact recorded. Every way places the same orders and waits for the disk at every commit.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod contenders;
mod shop;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use contenders::{Field, Figure, server};

/// Units of work in a commit.
const GROUP: usize = 128;
/// Every way runs so often; the best run counts, because whatever else the machine did only ever adds time.
const RUNS: usize = 3;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let n = std::env::var("WARES_BENCH_ORDERS").map_or(Ok(10_000), |n| n.parse())?;
    let folder = match std::env::var("WARES_BENCH_FOLDER") {
        Ok(folder) => tempfile::tempdir_in(folder)?,
        Err(_) => tempfile::tempdir()?,
    };
    let field = Field::prepare(folder.path(), n).await?;
    let (units, statements) = field.record.counts();
    println!(
        "{units} orders of two lines, {} statements each",
        statements / units.max(1)
    );
    let mut rounds = Vec::new();
    for _ in 0..RUNS {
        rounds.push(vec![
            field.raw(GROUP)?,
            field.embedded("group commit", GROUP).await?,
            field.embedded("one transaction each", 1).await?,
        ]);
    }
    if let Ok(url) = std::env::var("WARES_BENCH_POSTGRES") {
        rounds.push(vec![server(&url, n).await?]);
    }
    print(rounds);
    Ok(())
}

/// Prints the best run of each way, and its share of the first.
fn print(rounds: Vec<Vec<Figure>>) {
    let mut best: Vec<Figure> = Vec::new();
    for figure in rounds.into_iter().flatten() {
        match best.iter_mut().find(|other| other.name == figure.name) {
            Some(other) if other.time <= figure.time => {}
            Some(other) => *other = figure,
            None => best.push(figure),
        }
    }
    let raw = best.first().map_or(f64::NAN, Figure::per_second);
    println!("{:<34}{:>10}{:>10}{:>14}", "", "orders/s", "of raw", "orders/commit");
    for figure in &best {
        let per_commit = figure.per_commit.map_or_else(String::new, |n| format!("{n:.0}"));
        let per_second = figure.per_second();
        println!(
            "{:<34}{per_second:>10.0}{:>9.0}%{per_commit:>14}",
            figure.name,
            100.0 * per_second / raw
        );
    }
}
