//! How long the pages of a large shop take when somebody looks around in it, and what memory that takes.
//!
//! ```text
//! wares bench catalog --products 43000 --out /tmp/goods.jsonl FILE…
//! WARES_BENCH_CATALOG=/tmp/goods.jsonl cargo bench -p wares --bench browse
//! ```
//!
//! Imports a catalogue, starts the shop as a program of its own and follows what its pages offer: filters, sorts, pages far behind, products. Each
//! address is asked for twice over one connection, so that the first answer is made and the second comes from memory. Beside the time of an answer
//! stands the processor time of the shop for it, which says more where others use the machine.
//!
//! - `WARES_BENCH_CATALOG`: the products, in any format that can be imported.
//! - `WARES_BENCH_QUERIES`: searches, one a line; what follows a tab is left out. Without it nothing is searched for.
//! - `WARES_BENCH_LOOKS`: how many addresses of a kind are looked at, 400 unless said.
//! - `WARES_BENCH_FOLDER`: where the shop goes; one that is there is looked at as it is.
//! - `WARES_BENCH_PROGRAM`: another build of the program, to compare with.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod browser;
mod figures;
#[path = "../support/program.rs"]
mod program;
mod walk;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use browser::Browser;
use figures::Figures;
use program::{Program, free_port, shop};

fn main() -> anyhow::Result<()> {
    let given = std::env::var_os("WARES_BENCH_FOLDER").map(PathBuf::from);
    let own = tempfile::tempdir()?;
    let folder = given.unwrap_or_else(|| own.path().to_owned());
    let looks = std::env::var("WARES_BENCH_LOOKS").map_or(Ok(400), |text| text.parse())?;
    if !folder.join("wares.db").exists() {
        import(&folder)?;
        start(&folder, "first start, filling the index")?;
    }
    let (shop, port) = start(&folder, "start")?;
    let browser = Browser::new(&shop, port)?;
    look_around(browser, looks)?;
    tell_memory(&shop, "after all that");
    Ok(())
}

fn import(folder: &Path) -> anyhow::Result<()> {
    let catalog = std::env::var_os("WARES_BENCH_CATALOG").context("WARES_BENCH_CATALOG names no catalogue")?;
    let begun = Instant::now();
    let import = command(folder)
        .arg("import")
        .arg(catalog)
        .stdout(Stdio::null())
        .status()?;
    // 2 says that some products of the catalogue could not be read; the others are there.
    ensure!(matches!(import.code(), Some(0 | 2)), "the catalogue was not imported");
    println!("{:<32}{:>8.2} s", "import", begun.elapsed().as_secs_f64());
    Ok(())
}

fn start(folder: &Path, what: &str) -> anyhow::Result<(Program, u16)> {
    let port = free_port()?;
    let mut serve = command(folder);
    serve.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    let begun = Instant::now();
    let program = Program::start(&mut serve, "Ready")?;
    println!("{what:<32}{:>8.2} s", begun.elapsed().as_secs_f64());
    tell_memory(&program, "memory");
    Ok((program, port))
}

fn command(folder: &Path) -> Command {
    let other = std::env::var_os("WARES_BENCH_PROGRAM");
    let mut command = shop(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_wares").into()));
    command.arg("--data").arg(folder);
    command
}

fn tell_memory(program: &Program, when: &str) {
    let (own, files) = program.memory_mib();
    println!(
        "{when:<32}{:>8} MiB, of it {own} of its own and {files} files",
        own + files
    );
}

fn look_around(mut browser: Browser<'_>, looks: usize) -> anyhow::Result<()> {
    println!("\n{:<20}{}", "", figures::HEADER);
    let lists = walk::lists(&mut browser, looks)?;
    let products = walk::products(&mut browser, &lists, looks)?;
    let searches = match std::env::var_os("WARES_BENCH_QUERIES") {
        Some(file) => walk::searches(&mut browser, &std::fs::read_to_string(file)?, looks)?,
        None => Vec::new(),
    };
    for (kind, addresses) in [("list", &lists), ("product", &products), ("search", &searches)] {
        let mut first = Figures::default();
        let mut again = Figures::default();
        for address in addresses {
            first.add(&address.url, address.first);
            again.add(&address.url, browser.look(&address.url)?);
        }
        println!("{kind:<20}{first}");
        println!("{:<20}{again}", "  from memory");
        for slow in first.longest(3) {
            println!("  {slow}");
        }
    }
    Ok(())
}
