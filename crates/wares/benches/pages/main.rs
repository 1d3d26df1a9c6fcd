//! How many public pages a second the shop answers, beside a server that answers the same bytes and does nothing else.
//!
//! `cargo bench -p wares --bench pages`
//!
//! - `WARES_BENCH_SECONDS`: how long each is asked, 5 unless said.
//!
//! Starts the demo as a program of its own, takes each page as a browser gets it, compressed, and lets a second program answer just that. Both are asked
//! over the same number of connections by this one, which shares the processor with them; so beside the answers a second stands the
//! processor time that each took for one.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod asking;
#[path = "../support/program.rs"]
mod program;
mod programs;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::time::Duration;

use asking::Answered;
use program::Program;
use programs::{Constant, Shop};

/// Pages of the demo, the first two as most visitors see them. The last is in nobody's memory: each time another way back stands on it.
const PAGES: [&str; 6] = [
    "/",
    "/p/tarn-mug",
    "/c/ceramics",
    "/categories",
    "/search?q=mug",
    "/p/tarn-mug?q={n}",
];
/// Connections that are asked over at once.
const CONNECTIONS: usize = 32;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some(file) = std::env::var_os(programs::CONSTANT) {
        return runtime.block_on(programs::answer_constantly(file.as_ref()));
    }
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let seconds = std::env::var("WARES_BENCH_SECONDS").map_or(Ok(5), |n| n.parse())?;
    let time = Duration::from_secs(seconds);
    let folder = tempfile::tempdir()?;
    let shop = Shop::start(folder.path())?;
    println!(
        "{:<18}{:>8}{:>12}{:>10}{:>12}{:>10}{:>8}",
        "page", "bytes", "shop /s", "µs each", "constant /s", "µs each", "share"
    );
    for page in PAGES {
        let answer = asking::one(shop.port, page).await?;
        let constant = Constant::start(folder.path(), &answer)?;
        let of_constant = measure(&constant.program, constant.port, page, time).await?;
        let of_shop = measure(&shop.program, shop.port, page, time).await?;
        println!(
            "{page:<18}{:>8}{:>12}{:>10.1}{:>12}{:>10.1}{:>7} %",
            answer.len(),
            of_shop.per_second,
            of_shop.micros_each,
            of_constant.per_second,
            of_constant.micros_each,
            of_shop.per_second * 100 / of_constant.per_second.max(1),
        );
    }
    let (own, files) = shop.program.memory_mib();
    println!("The shop occupies {own} MiB of its own and {files} MiB of files.");
    Ok(())
}

struct Figure {
    per_second: u64,
    micros_each: f64,
}

#[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
async fn measure(program: &Program, port: u16, page: &str, time: Duration) -> anyhow::Result<Figure> {
    asking::many(port, page, CONNECTIONS, time / 5).await?;
    let before = program.cpu();
    let Answered { answers, took } = asking::many(port, page, CONNECTIONS, time).await?;
    let spent = program.cpu() - before;
    Ok(Figure {
        per_second: answers * 1000 / u64::try_from(took.as_millis())?.max(1),
        micros_each: spent.as_secs_f64() * 1_000_000.0 / answers as f64,
    })
}
