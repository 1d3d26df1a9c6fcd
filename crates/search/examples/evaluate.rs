//! Measures the search: fills an index with a catalogue, runs a file of queries, writes the run and prints the times.
//!
//! ```text
//! cargo run --release -p wares-search --example evaluate -- PRODUCTS.jsonl.gz QUERIES.tsv RUN.tsv [--copies N]
//!     [--no-synonyms] [--directory DIR]
//! ```
//!
//! PRODUCTS has one JSON object a line (id, title, brand, description, price, gtin, category, attrs, released);
//! QUERIES has a header and, in its columns `query_id` (else the first) and `query`, the queries. `--copies` puts every
//! product in N times with other ids, to measure large catalogues.

#![expect(clippy::print_stdout, reason = "a command that prints figures")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde::Deserialize;
use uuid::Uuid;
use wares_search::{Category, Change, Document, Facet, Hits, Index, Options, Query, Synonyms};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Results of a query that are written to the run.
const DEPTH: usize = 100;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Product {
    id: String,
    title: String,
    brand: String,
    description: String,
    price: Option<u64>,
    gtin: Vec<String>,
    category: Vec<String>,
    released: Option<String>,
    attrs: BTreeMap<String, serde_json::Value>,
}

fn main() -> Outcome<()> {
    let arguments = Arguments::read()?;
    let index = match &arguments.directory {
        Some(directory) => Index::create(directory, Options::default())?,
        None => Index::in_memory(Options::default())?,
    };
    if arguments.no_synonyms {
        index.set_synonyms(Synonyms::none());
    }
    let products = read_products(&arguments.products)?;
    let took = fill(&index, &products, arguments.copies)?;
    println!("{} products in {:.2?}", index.n_products(), took);
    let queries = read_queries(&arguments.queries)?;
    let (run, times) = run(&index, &queries, &products)?;
    fs::write(&arguments.run, run)?;
    times.print("search with facets");
    measure_suggestions(&index, &queries)?;
    measure_listings(&index)?;
    Ok(())
}

struct Arguments {
    products: PathBuf,
    queries: PathBuf,
    run: PathBuf,
    copies: u64,
    no_synonyms: bool,
    directory: Option<PathBuf>,
}

impl Arguments {
    fn read() -> Outcome<Self> {
        let mut files = Vec::new();
        let (mut copies, mut no_synonyms, mut directory) = (1, false, None);
        let mut given = std::env::args().skip(1);
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--copies" => copies = given.next().ok_or("--copies N")?.parse()?,
                "--directory" => directory = given.next().map(PathBuf::from),
                "--no-synonyms" => no_synonyms = true,
                _ => files.push(PathBuf::from(argument)),
            }
        }
        let [products, queries, run] =
            <[PathBuf; 3]>::try_from(files).map_err(|_| "three files: PRODUCTS.jsonl.gz QUERIES.tsv RUN.tsv")?;
        Ok(Self {
            products,
            queries,
            run,
            copies,
            no_synonyms,
            directory,
        })
    }
}

fn read_products(path: &PathBuf) -> Outcome<Vec<Product>> {
    let lines = BufReader::new(GzDecoder::new(File::open(path)?)).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// Query id and text.
fn read_queries(path: &PathBuf) -> Outcome<Vec<(String, String)>> {
    let text = fs::read_to_string(path)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let query = header.iter().position(|name| *name == "query").unwrap_or(0);
    let queries = lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let text = columns.get(query).copied().unwrap_or_default();
        (columns[0].to_owned(), text.to_owned())
    });
    Ok(queries.collect())
}

fn fill(index: &Index, products: &[Product], copies: u64) -> Outcome<Duration> {
    let start = Instant::now();
    for copy in 0..copies {
        let changes = products
            .iter()
            .zip(0_u64..)
            .map(|(product, number)| Change::Put(Box::new(document(product, Uuid::from_u64_pair(copy, number)))));
        index.apply(changes)?;
    }
    index.commit(1)?;
    Ok(start.elapsed())
}

fn document(product: &Product, id: Uuid) -> Document {
    let mut document = Document {
        id,
        title: product.title.clone(),
        brand: product.brand.clone(),
        description: product.description.clone(),
        barcodes: product.gtin.clone(),
        price_from: product.price,
        in_stock: true,
        created_at: released(product.released.as_deref()),
        ..Document::default()
    };
    for name in &product.category {
        document.categories.push(vec![Category {
            id: Uuid::from_u128(name.bytes().fold(0, |sum, b| sum * 31 + u128::from(b))),
            name: name.clone(),
        }]);
    }
    for (name, value) in &product.attrs {
        match value {
            // The words of an attribute are values to choose from if they are few.
            serde_json::Value::String(value) if value.len() <= 40 => document.facets.push(Facet {
                name: name.clone(),
                value: value.clone(),
            }),
            serde_json::Value::String(value) => document.details.push(value.clone()),
            serde_json::Value::Bool(true) => document.details.push(name.clone()),
            _ => {}
        }
    }
    document
}

/// The digits of an ISO date in the order of time.
fn released(date: Option<&str>) -> i64 {
    let digits = date.unwrap_or_default().replace('-', "");
    digits.parse().unwrap_or_default()
}

struct Times(Vec<Duration>);

impl Times {
    fn print(mut self, what: &str) {
        self.0.sort_unstable();
        let at = |share: usize| self.0.get((self.0.len() * share / 100).min(self.0.len() - 1));
        println!(
            "{what}: {} times, p50 {:.2?}, p90 {:.2?}, p99 {:.2?}, longest {:.2?}",
            self.0.len(),
            at(50).copied().unwrap_or_default(),
            at(90).copied().unwrap_or_default(),
            at(99).copied().unwrap_or_default(),
            self.0.last().copied().unwrap_or_default(),
        );
    }
}

fn run(index: &Index, queries: &[(String, String)], products: &[Product]) -> Outcome<(Vec<u8>, Times)> {
    let mut out = BufWriter::new(Vec::new());
    let (mut times, mut told) = (Vec::new(), Told::default());
    writeln!(out, "query_id\trank\tproduct_id")?;
    for (id, text) in queries {
        // What a page asks for is timed; the run needs more hits than a page has.
        let start = Instant::now();
        index.search(&Query::of(text))?;
        times.push(start.elapsed());
        let hits = index.search(&Query {
            page_size: DEPTH,
            ..Query::of(text)
        })?;
        told.note(&hits);
        let also = hits.also.iter().flat_map(|also| &also.hits).map(|hit| &hit.id);
        for (rank, hit) in hits.ids.iter().chain(also).take(DEPTH).enumerate() {
            let (_, number) = hit.as_u64_pair();
            let product = &products[usize::try_from(number)?];
            writeln!(out, "{id}\t{}\t{}", rank + 1, product.id)?;
        }
    }
    told.print(queries.len());
    Ok((out.into_inner()?, Times(times)))
}

/// How often each kind of help was given.
#[derive(Default)]
struct Told {
    empty: usize,
    with_words_dropped: usize,
    corrected: usize,
    with_others_below: usize,
}

impl Told {
    fn note(&mut self, hits: &Hits) {
        self.empty += usize::from(hits.ids.is_empty());
        self.with_words_dropped += usize::from(!hits.dropped.is_empty());
        self.corrected += usize::from(hits.correction.is_some());
        self.with_others_below += usize::from(hits.also.is_some());
    }

    fn print(&self, n: usize) {
        println!(
            "{n} queries: {} without a hit, {} with words dropped, {} corrected or offered, {} with others below",
            self.empty, self.with_words_dropped, self.corrected, self.with_others_below
        );
    }
}

fn measure_suggestions(index: &Index, queries: &[(String, String)]) -> Outcome<()> {
    let mut times = Vec::new();
    for (_, text) in queries {
        for (end, _) in text.char_indices().skip(2) {
            let start = Instant::now();
            index.suggest(&text[..end])?;
            times.push(start.elapsed());
        }
    }
    Times(times).print("suggestions, each letter typed");
    Ok(())
}

fn measure_listings(index: &Index) -> Outcome<()> {
    let brands = index.search(&Query::all())?.counts.brands;
    let mut times = Vec::new();
    for _ in 0..20 {
        let start = Instant::now();
        index.search(&Query::all())?;
        times.push(start.elapsed());
        for brand in brands.iter().take(10) {
            let mut query = Query::all();
            query.filters.brands.push(brand.value.clone());
            query.filters.price_max = Some(10_000);
            let start = Instant::now();
            index.search(&query)?;
            times.push(start.elapsed());
        }
    }
    Times(times).print("listings of everything, with filters");
    Ok(())
}
