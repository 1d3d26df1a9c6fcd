//! `wares bench search`: how well, and how quickly, the search answers.
//!
//! The catalogue takes the way of any import into a shop of its own, so that what is measured is what a shop finds: nothing is prepared for
//! the search alone.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use wares_adapters::blobs::files::Files;
use wares_commerce::audit::Actor;
use wares_commerce::importing::Import;
use wares_commerce::search::{Catalogue, first_sku};
use wares_db::{Db, DbConfig, Target};
use wares_kernel::{Currency, ProductId};
use wares_search::{Hits, Query};

use crate::wiring;

/// Results of a query that are written down.
const DEPTH: usize = 100;
/// How often each query is timed.
const ROUNDS: usize = 5;

/// Runs a file of queries against a catalogue: what is found, and how long it takes.
///
/// The run has a line for each result: the query's id, the rank from 1, and the product by the SKU of its first variant; for a line of JSON
/// without a SKU that is its `id`.
#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// The products, in any format that can be imported
    #[arg(long, value_name = "FILE")]
    catalog: PathBuf,
    /// The queries: a table with a header; the text is in the column `query`, else in the first, and the first is the id
    #[arg(long, value_name = "TSV")]
    queries: PathBuf,
    /// Where the run goes: `query_id`, `rank`, `product_id`
    #[arg(long, value_name = "TSV")]
    out: PathBuf,
    /// The currency of prices that name none
    #[arg(long, default_value = "EUR")]
    currency: Currency,
}

impl Search {
    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    pub(crate) async fn run(&self) -> anyhow::Result<ExitCode> {
        let queries = read_queries(&self.queries)?;
        let folder = tempfile::tempdir().context("no folder for the shop can be made")?;
        let shop = Shop::furnish(folder.path(), &self.catalog, self.currency).await?;
        println!(
            "{} products imported in {:.1?}, indexed in {:.1?}",
            shop.index.n_products(),
            shop.imported_in,
            shop.indexed_in
        );
        let found = shop.write_run(&queries, &self.out).await?;
        println!("{found}");
        println!("{}", shop.time(&queries)?);
        Ok(ExitCode::SUCCESS)
    }
}

/// A query of the file.
struct Asked {
    id: String,
    text: String,
}

fn read_queries(path: &Path) -> anyhow::Result<Vec<Asked>> {
    let table = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut lines = table.lines();
    let header = lines.next().unwrap_or_default();
    let text_at = header.split('\t').position(|name| name.trim() == "query").unwrap_or(0);
    let queries: Vec<Asked> = lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| (*cells.get(at).unwrap_or(&"")).to_owned();
            Asked {
                id: cell(0),
                text: cell(text_at),
            }
        })
        .collect();
    anyhow::ensure!(
        !queries.is_empty(),
        "{} has no queries below its header",
        path.display()
    );
    Ok(queries)
}

/// A shop with the catalogue and nothing else.
struct Shop {
    db: Db,
    index: Catalogue,
    imported_in: Duration,
    indexed_in: Duration,
}

impl Shop {
    async fn furnish(folder: &Path, catalog: &Path, currency: Currency) -> anyhow::Result<Self> {
        let target = Target::Sqlite(folder.join("bench.db"));
        let db = Db::open(&DbConfig::new(target), wiring::clock(), wiring::random())?;
        db.migrate().await?;
        let begun = Instant::now();
        import(&db, folder, catalog, currency).await?;
        let imported_in = begun.elapsed();
        let index = Catalogue::open(&folder.join("search"))?;
        let begun = Instant::now();
        index.fill(&db).await?;
        Ok(Self {
            db,
            index,
            imported_in,
            indexed_in: begun.elapsed(),
        })
    }

    /// Writes what each query finds, best first: what a page would show, and below it what the page shows apart.
    async fn write_run(&self, queries: &[Asked], path: &Path) -> anyhow::Result<Found> {
        let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        let mut out = BufWriter::new(file);
        let (mut found, mut skus) = (Found::default(), HashMap::new());
        let mut conn = self.db.read().await?;
        writeln!(out, "query_id\trank\tproduct_id")?;
        for query in queries {
            let deep = Query {
                page_size: DEPTH,
                ..Query::of(&query.text)
            };
            let hits = self.index.search(&deep)?;
            found.note(&hits);
            let apart = hits.also.iter().flat_map(|also| &also.hits).map(|hit| &hit.id);
            for (place, id) in hits.ids.iter().chain(apart).take(DEPTH).enumerate() {
                if !skus.contains_key(id) {
                    let sku = first_sku(&mut conn, ProductId::new(*id)).await?;
                    skus.insert(*id, sku.unwrap_or_else(|| id.to_string()));
                }
                writeln!(out, "{}\t{}\t{}", query.id, place + 1, skus[id])?;
            }
        }
        out.flush()?;
        Ok(found)
    }

    /// Times what a page of results asks for: the first 24 with all counts.
    fn time(&self, queries: &[Asked]) -> anyhow::Result<Times> {
        let mut times = Vec::with_capacity(queries.len() * ROUNDS);
        for query in std::iter::repeat_n(queries, ROUNDS).flatten() {
            let begun = Instant::now();
            self.index.search(&Query::of(&query.text))?;
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        Ok(Times(times))
    }
}

async fn import(db: &Db, folder: &Path, catalog: &Path, currency: Currency) -> anyhow::Result<()> {
    let blobs = Files::open(folder.join("media"))?;
    let source = File::open(catalog).with_context(|| format!("{} cannot be opened", catalog.display()))?;
    let import = Import {
        db,
        blobs: &blobs,
        files: None,
        actor: Actor::System,
        file_name: catalog.display().to_string(),
        currency,
    };
    import.run(source, |_| ControlFlow::Continue(())).await?;
    Ok(())
}

/// How often each kind of help was given.
#[derive(Default)]
struct Found {
    queries: usize,
    nothing: usize,
    with_words_left_out: usize,
    corrected: usize,
    with_others_below: usize,
}

impl Found {
    fn note(&mut self, hits: &Hits) {
        self.queries += 1;
        self.nothing += usize::from(hits.ids.is_empty());
        self.with_words_left_out += usize::from(!hits.dropped.is_empty());
        self.corrected += usize::from(hits.correction.is_some());
        self.with_others_below += usize::from(hits.also.is_some());
    }
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} queries: {} found nothing, {} with words left out, {} corrected or with a correction offered, {} with near misses below",
            self.queries, self.nothing, self.with_words_left_out, self.corrected, self.with_others_below
        )
    }
}

/// Times, shortest first; never empty.
struct Times(Vec<Duration>);

impl Times {
    fn at(&self, per_cent: usize) -> Duration {
        self.0[(self.0.len() * per_cent / 100).min(self.0.len() - 1)]
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let total: Duration = self.0.iter().sum();
        let per_second = self.0.len() as u128 * 1_000_000 / total.as_micros().max(1);
        write!(
            f,
            "each {ROUNDS} times on one core: p50 {:.2?}, p95 {:.2?}, p99 {:.2?}, longest {:.2?}, {per_second} a second",
            self.at(50),
            self.at(95),
            self.at(99),
            self.at(100)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_run_names_what_each_query_finds_by_sku() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let search = Search {
            catalog: file(
                "goods.jsonl",
                "{\"id\":\"7\",\"title\":\"Red mug\",\"price\":900}\n{\"id\":\"8\",\"sku\":\"CUP-8\",\"title\":\"Blue cup\",\"price\":700}\n",
            ),
            queries: file("queries.tsv", "query_id\tquery\nq1\tmug\nq2\tcups\nq3\tzzzzz\n"),
            out: folder.path().join("run.tsv"),
            currency: Currency::EUR,
        };
        search.run().await.unwrap();
        assert_eq!(
            fs::read_to_string(&search.out).unwrap(),
            "query_id\trank\tproduct_id\nq1\t1\t7\nq2\t1\tCUP-8\n"
        );
    }

    #[test]
    fn a_file_without_queries_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries.tsv");
        fs::write(&path, "query_id\tquery\n\n").unwrap();
        assert!(read_queries(&path).is_err());
    }
}
